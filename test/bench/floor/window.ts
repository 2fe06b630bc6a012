/** The floor of starting and of memory: an Electron with one window, guarded like ours, and a page with one sentence. */
import { join } from 'node:path';
import { app, BrowserWindow, Menu } from 'electron';

const data = process.argv.find((word) => word.startsWith('--bench-data='))?.slice('--bench-data='.length);
if (data !== undefined) app.setPath('userData', data);
Menu.setApplicationMenu(null);
app.on('window-all-closed', () => app.quit());
void app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, spellcheck: false },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadFile(join(process.cwd(), 'test', 'bench', 'floor', 'window.html'));
});
