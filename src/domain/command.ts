import type { JsonObject } from './json.ts';

/** What the operator saw when he decided: the content hash of a fact's value, null if absent, the tag of a masked one. */
export type BaseEntry = { table: string; id: string; fact: string; hash: string | null };

/** What an operator asks the core to do. `id` is its identity for ever, `mid` only its place in one client's sequence. */
export type Command = {
  id: string;
  name: string;
  ver: number;
  args: JsonObject;
  base: BaseEntry[];
  at: string;
};

export const RECEIPT_STATUSES = ['applied', 'conflict', 'forbidden', 'rejected', 'parked'] as const;
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number];

/** The core's answer to a command; `detail` of a conflict is `{facts: [{fact, theirs, source, at, cut?}], by}`. */
export type Receipt = { status: ReceiptStatus; code: string; detail: JsonObject | null };
