/** JSON texts of rows, ops and bodies as one mask sees them. Masking happens here, before anything is cached. */
import type { Role } from '../../domain/role.ts';
import type { Table } from '../../domain/rows.ts';
import { isEventHidden, maskOf } from '../../packs/airline/roles.ts';
import { maskRow, type Tagger } from '../auth/masks.ts';
import type { EncodedRow } from '../store/contract.ts';
import { type Piece, RawJson, within } from './raw.ts';

/** How one mask sees rows. Two roles with the same mask see the same. */
export type Lens = { mask: string; role: Role; plain: boolean; hides: boolean };

export const lensOf = (role: Role): Lens => ({
  mask: maskOf(role),
  role,
  plain: role === 'operator' || role === 'supervisor',
  hides: role === 'kiosk',
});

const MAX_CACHED = 4_000;
const MAX_CACHED_CHARS = 16 * 1_048_576;

export class RowEncoder {
  private readonly tag: Tagger;
  private readonly cache = new Map<string, string | null>();
  private chars = 0;

  constructor(tag: Tagger) {
    this.tag = tag;
  }

  /** The row's JSON under the lens; null if the role may not see it at all: then it is in no scope. */
  json(lens: Lens, stored: EncodedRow): Piece | null {
    if (lens.plain || stored.table === 'bundle') return stored.json;
    const key = `${lens.mask} ${stored.table} ${stored.v} ${stored.id}`;
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const masked = maskRow(lens.role, stored.table, parsed(stored), this.tag);
    const text = masked === null ? null : JSON.stringify(masked);
    this.chars += text?.length ?? 0;
    if (this.cache.size >= MAX_CACHED || this.chars > MAX_CACHED_CHARS) {
      this.cache.clear();
      this.chars = text?.length ?? 0;
    }
    this.cache.set(key, text);
    return text;
  }

  isVisible(lens: Lens, stored: EncodedRow): boolean {
    if (!lens.hides || stored.table !== 'event') return true;
    return !isEventHidden(lens.role, parsed(stored));
  }
}

const parsed = ({ json }: EncodedRow) => JSON.parse(json.toString());

/** An op of a frame; without a row it is a delete. */
export const opJson = (
  table: Table,
  id: string,
  v: number,
  scopes: readonly string[],
  row: Piece | null,
): RawJson =>
  within(
    `{"table":"${table}","id":${JSON.stringify(id)},"v":${v},"scopes":${JSON.stringify(scopes)},"row":`,
    new RawJson(row ?? 'null'),
    '}',
  );

/** A row of a snapshot. */
export const snapRow = (table: Table, id: string, v: number, row: Piece): RawJson =>
  within(`{"table":"${table}","id":${JSON.stringify(id)},"v":${v},"row":`, new RawJson(row), '}');

export const keyOf = (row: { table: Table; id: string }): string => `${row.table} ${row.id}`;
