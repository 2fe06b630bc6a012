/**
 * The only code that stands between page and Electron: frozen members only, no Electron object through the bridge (S20).
 * A MessagePort cannot cross the context bridge, so it is posted to the page's own window with its nonce.
 */
import { contextBridge, ipcRenderer, webFrame } from 'electron';
import type { Shell } from '../bridge/shell.ts';

const argument = (name: string): string =>
  process.argv.find((entry) => entry.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';

ipcRenderer.on('port', (event, nonce: unknown) => {
  const port = event.ports[0];
  if (port !== undefined && typeof nonce === 'string')
    window.postMessage({ port: nonce }, window.location.origin, [port]);
});

// What the policy of the page has blocked goes to the log, not to the page.
document.addEventListener('securitypolicyviolation', (event) => {
  const { effectiveDirective: directive, blockedURI: blocked, sourceFile: source, lineNumber: line } = event;
  ipcRenderer.invoke('csp.violation', { directive, blocked, source, line }).catch(() => undefined);
});

/** Main's own words about this window; nothing that the page could have written. */
const setting = argument('kairos-kiosk');

const shell: Shell = Object.freeze({
  version: argument('kairos-version'),
  platform: process.platform,
  engines: Object.freeze({
    electron: process.versions.electron ?? '',
    chrome: process.versions.chrome ?? '',
    node: process.versions.node,
  }),
  kiosk: setting === '' ? null : (Object.freeze(JSON.parse(setting)) as Shell['kiosk']),
  requestPort: () => ipcRenderer.invoke('port.request') as ReturnType<Shell['requestPort']>,
  protection: () => ipcRenderer.invoke('protection.state') as ReturnType<Shell['protection']>,
  chooseProtection: (choice: unknown) =>
    ipcRenderer.invoke('protection.choose', choice) as ReturnType<Shell['chooseProtection']>,
  signInState: (seen: unknown) =>
    ipcRenderer.invoke('sign-in.state', seen) as ReturnType<Shell['signInState']>,
  signIn: (wish: unknown) => ipcRenderer.invoke('sign-in.wish', wish) as ReturnType<Shell['signIn']>,
  nextLink: () => ipcRenderer.invoke('link.next') as ReturnType<Shell['nextLink']>,
  newWindow: () => ipcRenderer.invoke('window.new') as ReturnType<Shell['newWindow']>,
  signal: (wish: unknown) => ipcRenderer.invoke('signal', wish) as ReturnType<Shell['signal']>,
  processes: () => ipcRenderer.invoke('processes') as ReturnType<Shell['processes']>,
  nextUpdate: (known: unknown) => ipcRenderer.invoke('update.next', known) as ReturnType<Shell['nextUpdate']>,
  restart: () => ipcRenderer.invoke('update.restart') as ReturnType<Shell['restart']>,
  zoom: (percent: number) => {
    if (percent >= 50 && percent <= 300) webFrame.setZoomFactor(percent / 100);
  },
  saveFile: (file: unknown) => ipcRenderer.invoke('file.save', file) as ReturnType<Shell['saveFile']>,
  kioskState: () => ipcRenderer.invoke('kiosk.state') as ReturnType<Shell['kioskState']>,
  staff: (input: unknown) => ipcRenderer.invoke('kiosk.staff', input) as ReturnType<Shell['staff']>,
  endVisit: () => ipcRenderer.invoke('kiosk.end') as ReturnType<Shell['endVisit']>,
});

contextBridge.exposeInMainWorld('shell', shell);
