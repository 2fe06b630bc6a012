import { z } from 'zod';
import { TABLES } from '../domain/rows.ts';
import { MAX_ID_CHARS, MAX_OPAQUE_CHARS, MAX_SCOPES } from './limits.ts';

// Compiled validators need `new Function`, which the console's content security policy forbids.
z.config({ jitless: true });

/** ULID, UUID or messageId as a string. */
export const idText = z.string().min(1).max(MAX_ID_CHARS);
/** The id of a row: events of sources bring ids of their own (messageId, for a flight's event with `/profileId`). */
export const rowId = z.string().min(1).max(400);
/** chain, proof, mask, tag, hashes: the console keeps and returns them, and never looks inside. */
export const opaque = z.string().max(MAX_OPAQUE_CHARS);
export const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const mid = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
/** ISO 8601 with zone. */
export const time = z.string().max(64);
export const table = z.enum(TABLES);
/** `kind:name`. A console may ask for anything; what is no scope is denied. */
export const scope = z.string().max(300);
export const scopes = z.array(scope).max(MAX_SCOPES);
export const rowKey = z.tuple([table, rowId]);
/** A row as it crosses the wire; rows.ts says what is in it. */
export const row = z.looseObject({ id: rowId });
export const version = z.number().int().min(0);
/** 16 lower-case hex digits: see `sums` in wire.md, Flow and size. */
export const sum = z.string().regex(/^[0-9a-f]{16}$/u);
export const refused = z.object({ code: z.string(), message: z.string() });
