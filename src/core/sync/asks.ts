/** The questions of a console that change nothing in the log: find, compare, repair. */
import type { ProfileRow } from '../../domain/profile.ts';
import { readBy } from '../../domain/read.ts';
import { nameOf } from '../../packs/airline/views/facts.ts';
import { ASK_CODES, type AskCode } from '../../protocol/codes.ts';
import { compareSchema } from '../../protocol/compare.ts';
import { type FindAck, findSchema } from '../../protocol/find.ts';
import { BUCKETS, FINDS_PER_MINUTE, MINUTE, REPAIR_EVERY } from '../../protocol/limits.ts';
import { repairSchema } from '../../protocol/repair.ts';
import { bucketOf } from '../../protocol/sums.ts';
import { maskText } from '../auth/masks.ts';
import type { ClientStore } from '../store/client-contract.ts';
import type { Folder, LogReader, StoredRow } from '../store/contract.ts';
import type { RowEncoder } from './encode.ts';
import { newSnap, type Session } from './session.ts';
import { bucketSums } from './sums.ts';

export type AskDeps = {
  log: LogReader;
  clients: ClientStore;
  folder: Pick<Folder, 'holders'>;
  encoder: RowEncoder;
  /** The core's clock, ms. */
  now(): number;
  /** The clock of sockets, ms. */
  clock(): number;
};

export const refusal = (code: AskCode) => ({ refused: { code, message: ASK_CODES[code].message } });

/** More holders of one identity than this are not listed. */
const MAX_FOUND = 20;

/** Counts what happened within a window, by key. */
export class Rate {
  private readonly times = new Map<string, number[]>();
  private readonly limit: number;
  private readonly window: number;

  constructor(limit: number, window: number) {
    this.limit = limit;
    this.window = window;
  }

  /** Whether one more is within the limit; counted if so. */
  take(key: string, clock: number): boolean {
    const recent = (this.times.get(key) ?? []).filter((at) => clock - at < this.window);
    if (recent.length >= this.limit) return false;
    this.times.set(key, [...recent, clock]);
    return true;
  }

  forget(clock: number): void {
    for (const [key, times] of this.times)
      if (clock - (times.at(-1) as number) >= this.window) this.times.delete(key);
  }
}

/** A compare reads a whole scope; a console needs one a minute and scope. */
export const compareRate = () => new Rate(60, MINUTE);
export const findRate = () => new Rate(FINDS_PER_MINUTE, MINUTE);
export const repairRate = () => new Rate(1, REPAIR_EVERY);

/** The name of a customer as the role may see it: some sources put an address there. */
function nameFor(deps: AskDeps, session: Session, row: StoredRow): string {
  const json = deps.encoder.json(session.lens, row);
  return json === null ? row.id : nameOf(JSON.parse(json.toString()) as ProfileRow);
}

/** Audited, and each one found is granted to this client as `profile:ID`. */
export function answerFind(deps: AskDeps, session: Session, rate: Rate, payload: unknown): FindAck {
  const find = readBy(findSchema, payload);
  if (!find.success) return refusal('malformed');
  const { subject } = session.viewer;
  if (!rate.take(subject, deps.clock())) return refusal('rate');
  const { type, value, purpose } = find.data;
  const ids = type === 'profile' ? [deps.log.survivor(value)] : deps.folder.holders(type, value);
  const rows = ids.flatMap((id) => deps.log.row('profile', deps.log.survivor(id)) ?? []);
  const listed = rows.slice(0, MAX_FOUND);
  const now = deps.now();
  const found = listed.map((row) => {
    const scope = `profile:${row.id}`;
    deps.clients.putGrant(session.clientId, scope, now);
    return { id: row.id, name: nameFor(deps, session, row), scope };
  });
  deps.clients.audit(
    subject,
    'find',
    { type, value: maskText(value), purpose, found: found.map((one) => one.id), clientId: session.clientId },
    now,
  );
  return { found, more: rows.length > listed.length };
}

const isActive = (session: Session, scope: string) => session.active.has(scope) && !session.drops.has(scope);

/** The buckets whose SUM differs, without those that changed after the console's cursor. */
export function answerCompare(deps: AskDeps, session: Session, rate: Rate, payload: unknown) {
  const compare = readBy(compareSchema, payload);
  if (!compare.success) return refusal('malformed');
  const { scope, at, sums } = compare.data;
  if (!isActive(session, scope)) return refusal('scope');
  if (!rate.take(session.clientId, deps.clock())) return refusal('rate');
  const head = deps.log.head();
  if (at < head.floor || at > head.seq) return { differs: [] };
  const changed = new Set<number>();
  for (const { table, id } of deps.log.changedRows(at, head.seq)) changed.add(bucketOf(table, id));
  const own = bucketSums(deps.log, deps.encoder, session.lens, scope);
  const differs: number[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    if (own[bucket] !== sums[bucket] && !changed.has(bucket)) differs.push(bucket);
  return { differs };
}

/** Counted and reported: a console whose rows differ at the right cursor is a fault somewhere. */
export function answerRepair(deps: AskDeps, session: Session, rate: Rate, payload: unknown) {
  const repair = readBy(repairSchema, payload);
  if (!repair.success) return refusal('malformed');
  const { scope, buckets } = repair.data;
  if (!isActive(session, scope)) return refusal('scope');
  if (session.snaps.some((snap) => snap.scope === scope)) return refusal('busy');
  if (!rate.take(`${session.clientId} ${scope}`, deps.clock())) return refusal('rate');
  session.snaps.push(newSnap(scope, new Set(buckets)));
  deps.clients.addAlarm(
    'divergence',
    `${session.clientId} repairs ${buckets.length} buckets of ${scope}`,
    deps.now(),
  );
  return { ok: true as const };
}
