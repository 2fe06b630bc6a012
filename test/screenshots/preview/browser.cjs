// A plain window for the preview page, so that pictures need no other browser than the Electron that is here anyway.
const { app, BrowserWindow } = require('electron');

const url = process.argv.find((word) => word.startsWith('http://127.0.0.1:'));
app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    useContentSize: true,
    webPreferences: { sandbox: true },
  });
  return window.loadURL(url);
});
app.on('window-all-closed', () => app.quit());
