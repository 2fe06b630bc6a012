/**
 * The only code that stands between page and Electron: five frozen members, no Electron object through the bridge (S20).
 * A MessagePort cannot cross the context bridge, so it is posted to the page's own window with its nonce.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { Shell } from '../bridge/shell.ts';

const argument = (name: string): string =>
  process.argv.find((entry) => entry.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';

ipcRenderer.on('port', (event, nonce: unknown) => {
  const port = event.ports[0];
  if (port !== undefined && typeof nonce === 'string')
    window.postMessage({ port: nonce }, window.location.origin, [port]);
});

const shell: Shell = Object.freeze({
  version: argument('kairos-version'),
  platform: process.platform,
  requestPort: () => ipcRenderer.invoke('port.request') as ReturnType<Shell['requestPort']>,
  protection: () => ipcRenderer.invoke('protection.state') as ReturnType<Shell['protection']>,
  chooseProtection: (choice: unknown) =>
    ipcRenderer.invoke('protection.choose', choice) as ReturnType<Shell['chooseProtection']>,
});

contextBridge.exposeInMainWorld('shell', shell);
