/**
 * The floor from an event to the screen: a bare socket in a utility process, a port into the window, one text node. The
 * window has Node, so that nothing of ours stands between the port and the page.
 */
import { join } from 'node:path';
import { app, BrowserWindow, Menu, MessageChannelMain, utilityProcess } from 'electron';

const word = (name: string): string =>
  process.argv.find((one) => one.startsWith(`--bench-${name}=`))?.slice(`--bench-${name}=`.length) ?? '';
app.setPath('userData', word('data'));
Menu.setApplicationMenu(null);
app.on('window-all-closed', () => app.quit());
void app.whenReady().then(async () => {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    webPreferences: {
      sandbox: false,
      contextIsolation: false,
      nodeIntegration: true,
      spellcheck: false,
      backgroundThrottling: false,
    },
  });
  await window.loadFile(join(process.cwd(), 'test', 'bench', 'floor', 'pixel.html'));
  const { port1, port2 } = new MessageChannelMain();
  const link = utilityProcess.fork(join(import.meta.dirname, 'floor-link.mjs'), [word('url')]);
  link.once('spawn', () => link.postMessage(null, [port1]));
  window.webContents.postMessage('port', null, [port2]);
});
