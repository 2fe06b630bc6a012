/**
 * The console's own page over a replica of invented customers, for pictures of states that are rare in real use. The
 * scene is named in the address, as `?scene=conflict`. The port and its protocol are the real ones.
 */
import type { PortLike } from '../../../src/bridge/port.ts';
import { serve } from '../../../src/bridge/serve.ts';
import type {
  PortAnswer,
  ProtectionAnswer,
  ProtectionState,
  Shell,
  SignInState,
} from '../../../src/bridge/shell.ts';
import en from '../../../src/renderer/i18n/en.json' with { type: 'json' };
import { disguise } from './pseudo.ts';
import { createReplica } from './replica.ts';
import { sceneOf } from './scenes.ts';

const address = new URLSearchParams(location.search);
const scene = sceneOf(address.get('scene') ?? 'counter');
const replica = createReplica(scene);
const update = address.get('update');

/** All that the replica has told the page. */
const said: string[] = [];

const adapted = (port: MessagePort): PortLike => ({
  post: (message) => {
    said.push(JSON.stringify(message));
    port.postMessage(message);
  },
  onMessage(listener) {
    port.onmessage = (event) => listener(event.data);
    port.start();
  },
  onClose: (listener) => port.addEventListener('close', listener),
  close: () => port.close(),
});

let received: MessagePort | undefined;
window.addEventListener('message', (event) => {
  received = event.ports[0] ?? received;
});

let ports = 0;
function requestPort(): Promise<PortAnswer> {
  if (scene.trouble !== null) return Promise.resolve({ trouble: scene.trouble });
  if (scene.silent && ports > 0) return new Promise(() => undefined);
  ports += 1;
  const nonce = `port-${ports}`;
  const { port1, port2 } = new MessageChannel();
  const served = serve(adapted(port1), replica.handlers);
  window.postMessage({ port: nonce }, location.origin, [port2]);
  if (scene.silent) {
    setTimeout(() => {
      served.close();
      // Electron tells a window when the other end of a port is gone; a plain browser does not.
      received?.dispatchEvent(new Event('close'));
    }, 300);
  }
  return Promise.resolve({ nonce });
}

const links = scene.link === null ? [] : [scene.link];
let protection: ProtectionState = { state: scene.protection };
const shell: Shell = Object.freeze({
  version: '0.1.0',
  platform: 'linux',
  kiosk: scene.kiosk ? { idleSeconds: 600, askSeconds: 20 } : null,
  requestPort,
  protection: () => Promise.resolve(protection),
  kioskState: () => Promise.resolve({ closed: false, missing: [] }),
  staff: () => Promise.resolve({ ok: true as const }),
  endVisit: () => Promise.resolve(),
  engines: { electron: '45.4.1', chrome: '142.0.7444.60', node: '24.11.0' },
  newWindow: () => Promise.resolve(false),
  signal: () => Promise.resolve(false),
  processes: () =>
    Promise.resolve([
      { type: 'Browser', bytes: 118_000_000 },
      { type: 'Tab', bytes: 121_000_000 },
      { type: 'kairos-replica', bytes: 96_000_000 },
    ]),
  zoom: () => undefined,
  saveFile: () => Promise.resolve('cancelled' as const),
  signInState: (seen: number) =>
    seen === scene.signIn.version ? new Promise<SignInState>(() => undefined) : Promise.resolve(scene.signIn),
  signIn: () => Promise.resolve({ ok: false as const, code: 'core_unreachable' as const }),
  nextLink: () =>
    links.length > 0 ? Promise.resolve(links.pop() ?? '') : new Promise<string>(() => undefined),
  nextUpdate: (known: string | null) =>
    known === update
      ? new Promise<never>(() => undefined)
      : Promise.resolve({ version: update, refused: null }),
  restart: () => Promise.resolve(false),
  chooseProtection: () => {
    protection = { state: 'ready' };
    const answer: ProtectionAnswer =
      scene.protection === 'locked' ? { ok: false, code: 'wrong_passphrase' } : { ok: true };
    return Promise.resolve(answer);
  },
});
Object.defineProperty(window, 'shell', { value: shell });
// As the page keeps it: who works here, and whom he had open.
const operator = scene.signIn.state === 'in' ? scene.signIn.id : '';
if (scene.open) sessionStorage.setItem('kairos.open', `${operator}\n${scene.open}`);
else sessionStorage.removeItem('kairos.open');
Object.defineProperty(window, 'preview', { value: { ...replica.control, said: () => said.join('\n') } });

// The settings that somebody has kept here, once: what is changed later stays over a reload.
const settings = address.get('settings');
if (settings !== null) {
  localStorage.setItem('kairos.settings', settings);
  address.delete('settings');
  history.replaceState(null, '', `?${address}`);
}

if (address.has('pseudo')) disguise(en);
void import('../../../src/renderer/app/main.tsx');
