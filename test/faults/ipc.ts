/** What a test and the host of a console or core say to each other, over Node's own channel between processes. */
import type { CallInput, CallName, StreamInput, StreamName, StreamValue } from '../../src/bridge/contract.ts';

export type ConsoleConfig = {
  dataDir: string;
  coreUrl: string;
  token: string;
  station: string;
  operator: string;
  wanted: string[];
  /** Share of the jitter that this console takes: reconnects are as prompt as chance allows, or not. */
  jitter: number;
};

/** An own write that a window must show from now on, exactly once. */
export type Expected =
  | { kind: 'note'; id: string; profileId: string; text: string }
  | { kind: 'preference'; id: string; profileId: string; name: string; text: string };

/** Where the process dies: a point of durable.cjs, or 0. */
type Armed = { n: number; at: number };

export type ToHost =
  | (Armed & { t: 'console'; config: ConsoleConfig })
  | (Armed & { t: 'core'; dataDir: string; port: number })
  | { t: 'close'; n: number }
  | { t: 'call'; n: number; name: CallName; input: CallInput[CallName] }
  | { t: 'first'; n: number; name: StreamName; input: StreamInput[StreamName] }
  /** Enqueues, and answers only after a window has read the customer anew. */
  | { t: 'write'; n: number; input: CallInput['enqueue']; expect: Omit<Expected, 'id'> | null }
  | { t: 'undo'; n: number; id: string }
  | { t: 'watch'; n: number; profiles: string[]; expect: Expected[] }
  | { t: 'clock'; n: number; offsetMs: number }
  | { t: 'token'; n: number; token: string }
  | { t: 'rows'; n: number };

export type FromHost =
  | { t: 'reply'; n: number; value?: unknown; error?: { code: string; message: string } }
  | { t: 'status'; value: StreamValue['status'] }
  | { t: 'outbox'; value: StreamValue['outbox'] }
  /** Which of the watched customers a window has before it. */
  | { t: 'shown'; profileId: string; there: boolean }
  | { t: 'wrong'; kind: 'hidden' | 'doubled'; what: Expected; how: string }
  | { t: 'log'; line: string }
  | { t: 'failed'; code: string };

export type Opened = { sqlite: string } | { url: string; writeKey: string; consoleToken: string };
export type Closed = { writes: number; words: string[] };
export type Row = { table: string; id: string; v: number; json: string; stale: boolean };
