import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { LANGUAGES, type Language, languageOf } from '../../domain/language.ts';
import { type OwnKeys, PRESETS, type Preset } from './keymap.ts';
import { type Macro, readMacros } from './macro.ts';
import { mirror } from './mirror.ts';
import { signIn } from './sign-in.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const CONTRASTS = ['system', 'more'] as const;
export type Contrast = (typeof CONTRASTS)[number];
export const DENSITIES = ['comfortable', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];

/** How loudly a call says that it rings; none: neither a tone nor a word outside of the window. */
export const SIGNAL_WAYS = ['sound', 'silent', 'none'] as const;
export type SignalWay = (typeof SIGNAL_WAYS)[number];

/** In percent; the system's own scaling goes on top. */
export const ZOOMS = [80, 90, 100, 110, 125, 150, 175, 200] as const;
export type Zoom = (typeof ZOOMS)[number];

/** How an operator likes to work. Nothing of it names a customer. */
export type Settings = {
  theme: Theme;
  contrast: Contrast;
  density: Density;
  language: Language;
  zoom: Zoom;
  signals: SignalWay;
  preset: Preset;
  keys: OwnKeys;
  macros: readonly Macro[];
  /** The tour was begun or put away. */
  toured: boolean;
};

type Unread = { [name: string]: unknown };
const object = (value: unknown): Unread =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Unread) : {};

const oneOf = <T>(value: unknown, allowed: readonly T[], fallback: T): T =>
  allowed.includes(value as T) ? (value as T) : fallback;

/** Reads what was kept or exported; whatever does not fit (another version, damage) is the default. */
export function readSettings(kept: unknown, systemLanguage: string): Settings {
  const saved = object(kept);
  const spoken = languageOf(systemLanguage) ?? 'en';
  const keys = Object.entries(object(saved.keys)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= 40,
  );
  return {
    theme: oneOf(saved.theme, THEMES, 'system'),
    contrast: oneOf(saved.contrast, CONTRASTS, 'system'),
    density: oneOf(saved.density, DENSITIES, 'comfortable'),
    language: oneOf(saved.language, LANGUAGES, spoken),
    zoom: oneOf(saved.zoom, ZOOMS, 100),
    signals: oneOf(saved.signals, SIGNAL_WAYS, 'sound'),
    preset: oneOf(saved.preset, PRESETS, 'letters'),
    keys: Object.fromEntries(keys.slice(0, 200)),
    macros: readMacros(saved.macros),
    toured: saved.toured === true,
  };
}

/** First line of an exported file, by which it is known again. */
const FORMAT = 'kairos-settings-1';

export const exported = (settings: Settings): string =>
  `${JSON.stringify({ format: FORMAT, settings }, null, 2)}\n`;

/** The settings of an exported file, or null where it is none. */
export function imported(text: string, systemLanguage: string): Settings | null {
  try {
    const { format, settings } = object(JSON.parse(text));
    return format === FORMAT ? readSettings(settings, systemLanguage) : null;
  } catch {
    return null;
  }
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;
const KEY = 'kairos.settings';
/** Where theme and language stood before there were settings of an operator. */
const EARLIER = 'kairos.session';
/** Operators of a shared station whose settings are kept; who was here longest ago goes first. */
const MOST_OPERATORS = 100;
const ALIAS = /^[0-9a-f]{16}$/u;

/** Each operator's settings on this machine; `''` has those of nobody in particular, with which a new one begins. */
export function createSettings(storage: Storage | null, systemLanguage: string) {
  const parsed = (key: string): Unread => {
    try {
      return object(JSON.parse(storage?.getItem(key) ?? '{}'));
    } catch {
      return {};
    }
  };
  const kept = (): { last: string; of: Unread } => {
    const { last, of } = parsed(KEY);
    return { last: typeof last === 'string' ? last : '', of: object(of) };
  };
  const settingsOf = (operator: string): Settings => {
    const { of } = kept();
    const own = Object.hasOwn(of, operator) ? of[operator] : of[''];
    return readSettings(own ?? parsed(EARLIER), systemLanguage);
  };
  let operator = kept().last;
  let reading = false;
  const store = createStore<Settings>(() => settingsOf(operator));
  // What there was before goes with the first session that is kept.
  if (storage?.getItem(KEY) == null)
    storage?.setItem(KEY, JSON.stringify({ last: '', of: { '': store.getState() } }));
  const read = (): void => {
    reading = true;
    store.setState(settingsOf(operator), true);
    reading = false;
  };
  store.subscribe((state) => {
    if (reading) return;
    const others = Object.entries(kept().of).filter(([name]) => name !== operator);
    const of = Object.fromEntries([...others.slice(1 - MOST_OPERATORS), [operator, state]]);
    storage?.setItem(KEY, JSON.stringify({ last: operator, of }));
  });
  return {
    store,
    /** Whose settings hold from now on: an alias, or a name where nobody signs in. Names do not stay beside aliases. */
    use(next: string): void {
      if (next === operator) return;
      operator = next;
      read();
      const { of } = kept();
      const isKept = (name: string): boolean => name === '' || !ALIAS.test(next) || ALIAS.test(name);
      const others = Object.fromEntries(Object.entries(of).filter(([name]) => isKept(name)));
      storage?.setItem(KEY, JSON.stringify({ last: operator, of: others }));
    },
    /** Another window has changed them. */
    again: read,
    /** The settings of a file in the place of these; false where it is no such file. */
    take(text: string): boolean {
      const taken = imported(text, systemLanguage);
      if (taken !== null) store.setState(taken, true);
      return taken !== null;
    },
  };
}

const own = createSettings(
  typeof localStorage === 'undefined' ? null : localStorage,
  typeof navigator === 'undefined' ? 'en' : navigator.language,
);
export const settings = own.store;
export const { take: takeSettings } = own;

export const useSettings = <T>(select: (state: Settings) => T): T => useStore(settings, select);

/** Follows who works here, and what other windows set. */
export function followSettings(): void {
  signIn.subscribe(({ found }) => {
    if (found?.state === 'in') own.use(found.alias);
  });
  mirror.store.subscribe(({ status }) => {
    if (status?.operator && signIn.getState().found?.state === 'none') own.use(status.operator);
  });
  window.addEventListener('storage', ({ key }) => {
    if (key === KEY) own.again();
  });
}

/** The next step of zoom up or down; the same at either end. */
export function zoomed(zoom: Zoom, by: 1 | -1): Zoom {
  return ZOOMS[ZOOMS.indexOf(zoom) + by] ?? zoom;
}
