import type { Trouble } from './reports.ts';

/**
 * The few things that a window may ask of the main process, as `window.shell` (frozen). Data never goes this way:
 * it comes over the port that `requestPort` leads to.
 */
export type ProtectionState =
  | { state: 'ready' }
  /** There is no key store on this machine and nobody has chosen yet. */
  | { state: 'choose' }
  /** The keys are under a passphrase that has to be entered. */
  | { state: 'locked' };

export type ProtectionChoice = { kind: 'passphrase'; passphrase: string } | { kind: 'unprotected' };

/** `code`: wrong_passphrase, passphrase_short, not_now, not_allowed (by policy). */
export type ProtectionAnswer = { ok: true } | { ok: false; code: string };

export type PortAnswer = { nonce: string } | { trouble: Trouble };

/** How this station is a kiosk; set where it is started, never by whoever stands before it. */
export type KioskSetting = {
  /** Seconds without a touch until the screen asks whether somebody is there, and those until it is cleared. */
  idleSeconds: number;
  askSeconds: number;
};

/** `missing`: devices that the kiosk cannot do without and that are not there. `closed`: staff took it out of service. */
export type KioskState = { closed: boolean; missing: string[] };

/** The code first; then for a minute what only staff may do. */
export type StaffInput = { code: string } | { wish: 'close' | 'open' | 'leave' };
export type StaffAnswer =
  | { ok: true }
  | { ok: false; code: 'wrong_code' | 'code_needed' }
  | { ok: false; code: 'locked'; seconds: number };

/** Somebody who has signed in at this station before; `unsent`: what waited to be sent when he left. */
export type KnownPerson = {
  id: string;
  name: string;
  unsent: number;
  /** He can go on with his code for this desk. */
  code: boolean;
};

/** Characters that a desk code has at least. */
export const SHORTEST_DESK_CODE = 8;

/** Who has this console. `seen` of the next question is the `version` of the last answer. */
export type SignInState = { version: number } & (
  | { state: 'none' }
  /**
   * Nobody, or somebody whose screen is covered (`locked`; his work goes on). `ways` is null before the core has been
   * asked; `provider` is the host that people sign in at. `waiting`: for what is done in the browser. `damaged`: what was
   * known of the people here could not be read and was put aside.
   */
  | {
      state: 'out';
      reachable: boolean;
      ways: { accounts: boolean; provider: string | null } | null;
      waiting: boolean;
      damaged: boolean;
      locked: KnownPerson | null;
      people: KnownPerson[];
    }
  /** `alias`: the name under which a page may keep something of his: the disk does not tell who he is. `ended`: his sign-in could not be renewed; what he does is kept until he signs in again. */
  | {
      state: 'in';
      id: string;
      alias: string;
      name: string;
      way: 'oidc' | 'account';
      ended: boolean;
      code: boolean;
    }
);

export type SignInWish =
  | { do: 'browser' }
  | { do: 'account'; name: string; password: string }
  /** With the code for this desk of somebody who has signed in here before; also without the network. */
  | { do: 'code'; id: string; code: string }
  /**
   * Of whoever has signed in, from now on. He proves who he is once more: by his account's password, or at the provider,
   * in the browser ('' then).
   */
  | { do: 'set-code'; code: string; password: string }
  | { do: 'take-code' }
  /** The browser is not waited for any more. */
  | { do: 'cancel' }
  /** The screen is covered; his work goes on. */
  | { do: 'lock' }
  | { do: 'sign-out' };

export const SIGN_IN_CODES = [
  'wrong_password',
  'slow_down',
  'not_allowed',
  'core_unreachable',
  'provider_unreachable',
  'sign_in_denied',
  'sign_in_failed',
  'wrong_code',
  'code_locked',
  'code_gone',
  'code_short',
  'clock_back',
  'lease_over',
  'sign_in_needed',
  'somebody_else',
  'cancelled',
  'not_now',
] as const;
export type SignInCode = (typeof SIGN_IN_CODES)[number];
export type SignInAnswer = { ok: true } | { ok: false; code: SignInCode };

/** A version that is ready to be installed at the next start; `refused`: why the last look at the feed brought none. */
export type UpdateView = { version: string | null; refused: string | null };
export type SaveAnswer = 'saved' | 'cancelled' | 'failed';

/** A process of this console, and what it holds in memory. */
export type ProcessView = { type: string; bytes: number };

/** `call`: one rings; `needs-you`: an action came back with a question. */
export const SIGNALS = ['call', 'needs-you'] as const;
export type Signal = (typeof SIGNALS)[number];

export type Shell = {
  version: string;
  platform: string;
  /** What it is made of: Electron, Chromium, Node. */
  engines: { electron: string; chrome: string; node: string };
  /** null: an operator's console. */
  kiosk: KioskSetting | null;
  /**
   * Asks for a port to the replica. Answers a nonce as soon as one is under way; the port itself arrives as a
   * `message` event of the own window with `data = {port: nonce}` and the port in `ports[0]`. Waits while the
   * replica is being restarted, and says why where it cannot be: then ask again. Ask again when the port closes.
   */
  requestPort(): Promise<PortAnswer>;
  protection(): Promise<ProtectionState>;
  chooseProtection(choice: ProtectionChoice): Promise<ProtectionAnswer>;
  /** Answers as soon as it is another than the one that was seen last; -1 before the first. */
  signInState(seen: number): Promise<SignInState>;
  signIn(wish: SignInWish): Promise<SignInAnswer>;
  /** The next text that a link of another program asks to look up; nothing is done with it that nobody wishes. */
  nextLink(): Promise<string>;
  /** Another window, for another customer; false where there are enough. */
  newWindow(): Promise<boolean>;
  /**
   * Says outside of the window what has come, in a word of main's own, where no window of this console is looked at. True:
   * this window is the one that may be heard; other windows signal the same.
   */
  signal(wish: { signal: Signal; language: string }): Promise<boolean>;
  /** All processes of this console. */
  processes(): Promise<ProcessView[]>;
  /** Answers as soon as another version than `known` is ready. */
  nextUpdate(known: string | null): Promise<UpdateView>;
  /** Ends the console and starts it again with what is ready; false where it is not the time for it. */
  restart(): Promise<boolean>;
  /** Size of everything in percent. */
  zoom(percent: number): void;
  /** Asks the person where to, and writes the text there; `name` is a proposal such as `settings.json`. */
  saveFile(file: { name: string; text: string }): Promise<SaveAnswer>;
  /** What stands between this kiosk and its guests. */
  kioskState(): Promise<KioskState>;
  staff(input: StaffInput): Promise<StaffAnswer>;
  /** The guest has gone: the clipboard is emptied and the page is thrown away and loaded anew. */
  endVisit(): Promise<void>;
};
