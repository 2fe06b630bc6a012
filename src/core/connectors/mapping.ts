import { z } from 'zod';

/** What the rows of a foreign file mean, as data: which column says who, when and what. Pure. */

/** In a nested row the names from the outside to the inside, with dots between them. */
const column = z.string().min(1);
/** Of an id: a column, or a text with columns in braces. */
const identifier = z.union([column, z.strictObject({ template: z.string().regex(/\{[^{}]+\}/u) })]);
const field = z.union([
  column,
  z.strictObject({ column, as: z.enum(['text', 'number', 'boolean', 'time']) }),
]);

export const mappingSchema = z
  .strictObject({
    type: z.enum(['identify', 'track']),
    /** The name of a `track` event. */
    event: z.string().min(1).optional(),
    /** Names the source; its priority is that of docs/spec/airline.md. */
    source: z.string().min(1).default('import'),
    userId: identifier.optional(),
    anonymousId: identifier.optional(),
    /** Without it an event is of the moment of the import. */
    timestamp: column.optional(),
    /** Without it a row is known again by what is in it. */
    messageId: identifier.optional(),
    /** Trait or property, dots for nested ones, to its column. */
    fields: z.record(z.string().min(1), field),
  })
  .refine((one) => one.type !== 'track' || one.event !== undefined, 'track needs event')
  .refine(
    (one) => one.userId !== undefined || one.anonymousId !== undefined,
    'userId or anonymousId is needed',
  );

export type Mapping = z.infer<typeof mappingSchema>;
type Identifier = z.infer<typeof identifier>;
export type Row = { [column: string]: unknown };
export type Event = { [name: string]: unknown; type: string; messageId: string };
export type Read = { ok: true; event: Event } | { ok: false; code: string; message: string };

type Json = { [name: string]: unknown };

class BadCell extends Error {}

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/u;
const TRUE = new Set(['true', 'yes', 'y', '1']);
const FALSE = new Set(['false', 'no', 'n', '0']);

/** An empty cell says nothing; it deletes nothing either. */
const cellOf = (row: Row, name: string | undefined): unknown => {
  const cell = name === undefined ? undefined : valueAt(row, name);
  return cell === '' || cell === null ? undefined : cell;
};

/** What stands at a path; a name with a dot in it that is there comes first. '' is the value itself. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return (value as Row)[path];
  const [name = '', ...rest] = path.split('.');
  return rest.length > 0 && Object.hasOwn(value, name)
    ? valueAt((value as Row)[name], rest.join('.'))
    : undefined;
}

const PLACEHOLDER = /\{([^{}]+)\}/gu;
const columnsOf = (id: Identifier | undefined): string[] =>
  typeof id === 'object'
    ? [...id.template.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
    : id === undefined
      ? []
      : [id];

/** Undefined where one of its columns is empty. */
function idIn(row: Row, id: Identifier | undefined): string | undefined {
  const cells = columnsOf(id).map((name) => cellOf(row, name));
  if (cells.length === 0 || cells.includes(undefined)) return undefined;
  const texts = cells.map((cell) => String(cell).trim());
  return typeof id === 'object' ? id.template.replace(PLACEHOLDER, () => texts.shift() ?? '') : texts[0];
}

function timeOf(cell: unknown, name: string): string {
  const at = typeof cell === 'string' && /^\d{4}-\d\d-\d\d/u.test(cell) ? Date.parse(cell) : Number.NaN;
  if (Number.isNaN(at)) throw new BadCell(`${name}: ${JSON.stringify(cell)} is not a time in ISO 8601`);
  return new Date(at).toISOString();
}

function readCell(cell: unknown, name: string, as: 'text' | 'number' | 'boolean' | 'time' | null): unknown {
  const text = String(cell).trim();
  if (as === null) return cell;
  if (as === 'text') return text;
  if (as === 'time') return timeOf(cell, name);
  if (as === 'number' && NUMBER.test(text)) return Number(text);
  if (as === 'boolean' && TRUE.has(text.toLowerCase())) return true;
  if (as === 'boolean' && FALSE.has(text.toLowerCase())) return false;
  throw new BadCell(`${name}: ${JSON.stringify(cell)} is not a ${as}`);
}

/** As maps while they grow: a name from outside reaches nothing that objects inherit. */
type Tree = Map<string, unknown>;

function put(into: Tree, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() as string;
  let at = into;
  for (const name of names) {
    const below = at.get(name) ?? new Map();
    if (!(below instanceof Map)) throw new BadCell(`${path}: ${name} has a value already`);
    at.set(name, below);
    at = below;
  }
  if (at.has(last)) throw new BadCell(`${path} has a value already`);
  at.set(last, value);
}

const objectOf = (tree: Tree): Json =>
  Object.fromEntries(
    [...tree].map(([name, value]) => [name, value instanceof Map ? objectOf(value) : value]),
  );

function fieldsOf(mapping: Mapping, row: Row): Json {
  const fields: Tree = new Map();
  for (const [path, from] of Object.entries(mapping.fields)) {
    const name = typeof from === 'string' ? from : from.column;
    const cell = cellOf(row, name);
    if (cell !== undefined)
      put(fields, path, readCell(cell, name, typeof from === 'string' ? null : from.as));
  }
  return objectOf(fields);
}

/**
 * The event that a row stands for, or why it stands for none.
 * @param mapping null: each row is an event in the Segment format already
 * @param keyOf a short text that is equal for equal rows only
 */
export function eventOf(mapping: Mapping | null, row: Row, keyOf: (text: string) => string): Read {
  const key = (): string => `import/${keyOf(JSON.stringify([mapping, row]))}`;
  if (mapping === null) return asItIs(row, key);
  try {
    const [userId, anonymousId] = [idIn(row, mapping.userId), idIn(row, mapping.anonymousId)];
    if (userId === undefined && anonymousId === undefined) {
      const names = columnsOf(mapping.userId ?? mapping.anonymousId).join(', ');
      return { ok: false, code: 'no_user', message: `${names} is empty` };
    }
    const at = cellOf(row, mapping.timestamp);
    const fields = fieldsOf(mapping, row);
    const event: Event = {
      ...{ type: mapping.type, messageId: idIn(row, mapping.messageId) ?? key() },
      ...(mapping.event !== undefined && mapping.type === 'track' && { event: mapping.event }),
      ...(userId !== undefined && { userId }),
      ...(anonymousId !== undefined && { anonymousId }),
      ...(at !== undefined && { timestamp: timeOf(at, mapping.timestamp as string) }),
      ...{ context: { app: { name: mapping.source } } },
      [mapping.type === 'identify' ? 'traits' : 'properties']: fields,
    };
    return { ok: true, event };
  } catch (error) {
    if (error instanceof BadCell) return { ok: false, code: 'value', message: error.message };
    throw error;
  }
}

function asItIs(row: Row, key: () => string): Read {
  if (typeof row['type'] !== 'string') return { ok: false, code: 'type', message: 'there is no type' };
  const messageId = typeof row['messageId'] === 'string' ? row['messageId'] : key();
  return { ok: true, event: { ...row, type: row['type'], messageId } };
}

/** Columns that a mapping names and a file does not have. */
export function missingColumns(mapping: Mapping, columns: readonly string[]): string[] {
  const named = [
    ...[mapping.userId, mapping.anonymousId, mapping.messageId].flatMap(columnsOf),
    mapping.timestamp,
    ...Object.values(mapping.fields).map((from) => (typeof from === 'string' ? from : from.column)),
  ];
  return [...new Set(named.filter((name): name is string => name !== undefined && !columns.includes(name)))];
}
