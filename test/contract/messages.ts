/** The messages of docs/spec/wire.md, as the outside sees them. Nothing here is shared with the product. */
import type { Json } from './hash.ts';

export type Row = { [field: string]: Json };
export type Fact = { value?: Json; masked?: string; tag?: string; source: string; at: string };
export type Op = { table: string; id: string; v: number; scopes: string[]; row: Row | null };
export type SnapRow = { table: string; id: string; v: number; row: Row };
/** `[mid, id, status, code, detail]` */
export type Result = [number, string, string, string, Json];

export type FrameHead = { n: number; lmid?: number; results?: Result[]; drop?: string[] };
export type FrameBody = {
  epoch: string;
  from: number;
  to?: number;
  chain?: string;
  proof?: string;
  ops: Op[];
  sums?: Record<string, string>;
  part?: number;
  parts?: number;
};
export type SnapBody = {
  scope: string;
  rows: SnapRow[];
  gone?: [string, string][];
  buckets?: number[];
  end?: boolean;
  at?: number;
};

export type Hello = {
  proto: string;
  schemaHash: string;
  clientId: string;
  conn: string;
  epoch: string;
  cursor: number;
  chain: string;
  proof: string;
  mask: string;
  active: string[];
  wanted: string[];
  lmidAck: number;
  outboxDepth: number;
};
export type Welcome = {
  type: 'welcome';
  epoch: string;
  seq: number;
  chain: string;
  proof: string;
  mask: string;
  schemaHash: string;
  lmid: number;
  ids: [number, string][];
  idsFrom: number;
  reset: boolean;
  reason: string;
  granted: string[];
  denied: string[];
  serverTime: string;
  leaseUntil: string;
};
export type Refusal = { code: string; message: string };
export type HelloReply =
  | Welcome
  | { type: 'wait'; ms: number }
  | { type: 'upgrade'; min: number; max: number }
  | { type: 'wipe'; id: string; mode: string }
  | ({ type: 'refused' } & Refusal);

export type Base = { table: string; id: string; fact: string; hash: string | null };
export type Command = {
  mid: number;
  id: string;
  name: string;
  ver: number;
  args: Record<string, Json>;
  base: Base[];
  at: string;
};
export type PushAck = {
  lmid: number;
  gap?: number;
  fork?: number;
  retryMs?: number;
  refused?: { code: string; mid?: number };
};
export type Bye = { retryInMs: number; reason: string; by?: string };
export type Granted = { granted: string[]; denied: string[] };
export type Found = {
  found?: { id: string; name: string; scope: string }[];
  more?: boolean;
  refused?: Refusal;
};
