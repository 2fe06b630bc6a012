import { z } from 'zod';
import { RECEIPT_STATUSES } from '../domain/command.ts';
import { idText, mid, opaque, row, rowId, scope, seq, sum, table } from './atoms.ts';

/** `[mid, id, status, code, detail]`; detail is null where there is nothing to say. */
export const resultSchema = z.tuple([
  mid,
  idText,
  z.enum(RECEIPT_STATUSES),
  z.string().max(100),
  z.record(z.string(), z.json()).nullable(),
]);
export type Result = z.infer<typeof resultSchema>;

/** The state of a row at `to`; `scopes` are this console's active ones that hold it, `[]` (row null) is a delete (R3). */
export const opSchema = z.object({
  table,
  id: rowId,
  v: seq,
  scopes: z.array(scope),
  row: row.nullable(),
});
export type Op = z.infer<typeof opSchema>;

/** The connection's own part of a frame. An early part (R16) has only `n`. */
export const frameHeadSchema = z.object({
  n: seq,
  lmid: seq.optional(),
  results: z.array(resultSchema).optional(),
  drop: z.array(scope).optional(),
});
export type FrameHead = z.infer<typeof frameHeadSchema>;

export const frameBodySchema = z.object({
  epoch: opaque,
  from: seq,
  ops: z.array(opSchema),
  /** The rest is absent in an early part. */
  to: seq.optional(),
  chain: opaque.optional(),
  proof: opaque.optional(),
  sums: z.record(scope, sum).optional(),
  part: z.number().int().min(1).optional(),
  parts: z.number().int().min(1).optional(),
});
export type FrameBody = z.infer<typeof frameBodySchema>;
