import { type Device, readDevice } from './kiosk/devices.ts';
import { isSafeAddress } from './security/address.ts';
import { LOCK_AFTER } from './sign-in/idle.ts';

/**
 * The console's command line. Secrets never stand in it (C8): a token comes by the environment variable
 * KAIROS_TOKEN, which is removed from the environment as soon as it has been read; so does a kiosk's staff code, by
 * KAIROS_KIOSK_CODE, and the code that enrols a station, by KAIROS_ENROLMENT.
 */
export type Flags = {
  /** Take a picture into this file as soon as live state and a suggestion are on screen, then end. */
  smoke: string | null;
  /** Folder for settings, replica and outbox; null: the operating system's place for application data. */
  data: string | null;
  /** Address of a core elsewhere; null: the embedded one. */
  core: string | null;
  station: string;
  operator: string;
  /** With the embedded core; a core elsewhere says it in its token. */
  role: 'operator' | 'supervisor';
  /** The simulated airport feeds the embedded core. */
  demo: boolean;
  passengers: number;
  speed: number;
  seed: number;
  /** The explicit choice for a machine without a key store. */
  protection: 'ask' | 'unprotected';
  /** Where traces go: an OTLP/HTTP address or a folder; null: nowhere. */
  traces: string | null;
  /** The part of all traces that is told, 0 to 1. */
  tracesRatio: number;
  /** Null: as it was when it was closed, or the usual size. */
  width: number | null;
  height: number | null;
  /** Minutes without a key or a movement of the mouse until the screen is covered, where people sign in. */
  lockAfter: number;
  /** Null: an operator's console. */
  kiosk: KioskFlags | null;
};

export type KioskFlags = { idleSeconds: number; devices: Device[] };

/** `asked`: the person wanted to read the message; nothing is wrong. */
export type FlagsResult = { ok: true; flags: Flags } | { ok: false; message: string; asked?: true };

const USAGE = `npm start -- [options]
  --smoke FILE.png        take a picture as soon as live state and a suggestion are on screen, then end
  --data DIR              where settings, replica and outbox are kept
  --core URL              a core elsewhere, where people sign in. Nobody has to with a token in the environment variable
                          KAIROS_TOKEN, or, once, the code that enrols this machine as a station in KAIROS_ENROLMENT
  --station FRA           the airport of this station
  --operator NAME         who works here
  --role operator|supervisor           with the core of this machine: a supervisor has the board
  --no-demo               without the simulated airport
  --passengers N --speed N --seed N    the size, pace and choice of the simulated airport
  --protection ask|unprotected         what to do where there is no key store
  --traces URL|DIR --traces-ratio N    tells where the time of an event or a key goes (OpenTelemetry; docs/spec/telemetry.md)
  --width N --height N    the size of the window
  --lock-after N          minutes without a hand on this window until it asks who is there (10)
  --kiosk                 this station serves passengers by itself, in full screen. Its staff's code (6 to 12 digits)
                          comes by the environment variable KAIROS_KIOSK_CODE, once; only its hash is kept
  --idle N                seconds without a touch until a kiosk asks whether somebody is there
  --needs printer, --needs scanner=PATH    what a kiosk cannot do without; may be given several times`;

const DEFAULTS: Flags = {
  smoke: null,
  data: null,
  core: null,
  station: 'FRA',
  operator: 'M. Brandt',
  role: 'operator',
  demo: true,
  passengers: 300,
  speed: 10,
  seed: 7,
  protection: 'ask',
  traces: null,
  tracesRatio: 1,
  width: null,
  height: null,
  lockAfter: 10,
  kiosk: null,
};

const KIOSK: KioskFlags = { idleSeconds: 45, devices: [] };

const TEXT: { [flag: string]: 'smoke' | 'data' | 'core' | 'station' | 'operator' | 'traces' } = {
  '--smoke': 'smoke',
  '--data': 'data',
  '--core': 'core',
  '--station': 'station',
  '--operator': 'operator',
  '--traces': 'traces',
};
const NUMBER: {
  [flag: string]: [
    'passengers' | 'speed' | 'seed' | 'width' | 'height' | 'idle' | 'lockAfter' | 'tracesRatio',
    number,
    number,
  ];
} = {
  '--traces-ratio': ['tracesRatio', 0, 1],
  '--passengers': ['passengers', 1, 100_000],
  '--speed': ['speed', 0.1, 1000],
  '--seed': ['seed', 0, 2 ** 31],
  '--width': ['width', 640, 7680],
  '--height': ['height', 480, 4320],
  '--idle': ['idle', 5, 600],
  '--lock-after': ['lockAfter', LOCK_AFTER.least, LOCK_AFTER.most],
};

/**
 * Reads `--flag value` and `--flag=value`; Chromium's own switches (anything else that starts with `--`) are left alone.
 * `demo`: whether there is a simulated airport here; packages leave it at home.
 */
export function parseFlags(argv: readonly string[], { demo } = { demo: true }): FlagsResult {
  const flags: Flags = { ...DEFAULTS, demo };
  let kiosk = KIOSK;
  let isKiosk = false;
  const words = argv.flatMap((word) => (/^--[a-z-]+=/u.test(word) ? splitOnce(word) : [word]));
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const next = words[index + 1];
    if (word === '--help') return { ok: false, message: USAGE, asked: true };
    if (word === '--no-demo') flags.demo = false;
    else if (word === '--kiosk') isKiosk = true;
    else if (word === '--needs') {
      const device = readDevice(next ?? '');
      if (device === null) return bad('--needs takes "printer" or "scanner=PATH".');
      kiosk = { ...kiosk, devices: [...kiosk.devices, device] };
      index += 1;
    } else if (word === '--protection') {
      if (next !== 'unprotected' && next !== 'ask') return bad('--protection takes "ask" or "unprotected".');
      flags.protection = next;
      index += 1;
    } else if (word === '--role') {
      if (next !== 'operator' && next !== 'supervisor')
        return bad('--role takes "operator" or "supervisor".');
      flags.role = next;
      index += 1;
    } else if (Object.hasOwn(TEXT, word)) {
      if (next === undefined || next === '' || next.startsWith('--')) return bad(`${word} needs a value.`);
      flags[TEXT[word] as 'smoke'] = next;
      index += 1;
    } else if (Object.hasOwn(NUMBER, word)) {
      const [name, least, most] = NUMBER[word] as ['speed' | 'idle', number, number];
      const value = Number(next);
      if (next === undefined || next === '' || !(value >= least && value <= most)) {
        return bad(`${word} takes a number from ${least} to ${most}.`);
      }
      if (name === 'idle') kiosk = { ...kiosk, idleSeconds: value };
      else flags[name] = value;
      index += 1;
    }
  }
  if (flags.core !== null && !isSafeAddress(flags.core))
    return bad('--core takes an https:// address, or http:// on this machine.');
  if (flags.traces !== null && /^https?:/u.test(flags.traces) && !isSafeAddress(flags.traces))
    return bad('--traces takes an https:// address, http:// on this machine, or a folder.');
  if (!/^[A-Z]{3}$/u.test(flags.station))
    return bad('--station takes the three letters of an airport, such as FRA.');
  if (flags.smoke !== null) flags.protection = 'unprotected';
  if (isKiosk) flags.kiosk = kiosk;
  return { ok: true, flags };
}

const bad = (message: string): FlagsResult => ({ ok: false, message });

function splitOnce(word: string): string[] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}
