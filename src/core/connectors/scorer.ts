import { createHash } from 'node:crypto';
import type { ProfileRow } from '../../domain/profile.ts';
import { fullValue } from '../../packs/airline/catalogue/row.ts';
import { SCORE_TYPE } from '../fold/entry.ts';
import type { Fold } from '../fold/fold.ts';
import type { Lease } from '../schedule/lease.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';
import type { ScorerRow, ScorerStore } from '../store/scorers.ts';
import type { Connector } from './line.ts';
import { askModel, inputOf, type ModelContract, type Scored } from './model.ts';

/**
 * Asks one service about customers as they change, and writes its scores as facts (docs/spec/connectors.md): beside the way of events and
 * decisions, which read what is there and wait for nobody. Where it is away the cursor stands still, and everybody is decided about without.
 */

export type ScorerDeps = {
  log: LogStore;
  scorers: ScorerStore;
  fold: Fold;
  lease: Lease;
  now(): number;
};

/** Commits, or customers, that are looked at together. */
const PER_PAGE = 200;
const REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** What was asked about last is remembered of so many customers. */
const MAX_KNOWN = 20_000;
/** So far the written cursor may be behind: looking again asks nobody, and each write costs. */
const UNSAVED = 2_000;
/** A score that stays as it is is written again after so long, so that it does not look old. */
const FRESH_MS = 86_400_000;

type Page = { row: ScorerRow; customers: string[]; isLast: boolean };
type Asked = { id: string; hash: string; v: number; answer: Scored };

export class Scorer implements Connector {
  readonly contract: ModelContract;
  private readonly deps: ScorerDeps;
  private readonly rule: string;
  private readonly closing = new AbortController();
  /** What was asked about each customer last. */
  private readonly known = new Map<string, string>();
  private page: Page | null = null;
  /** Up to here there was nobody to ask about; ahead of what is written. */
  private looked: { epoch: string; seq: number } | null = null;
  private restUntil = 0;

  constructor(contract: ModelContract, deps: ScorerDeps) {
    this.contract = contract;
    this.deps = deps;
    this.rule = JSON.stringify([contract.url, contract.facts, contract.scores]);
  }

  close(): void {
    this.closing.abort();
  }

  /** How it stands; one that was never asked begins with everybody. */
  get row(): ScorerRow {
    const { log, scorers } = this.deps;
    const head = log.head();
    const known = scorers.get(this.contract.name);
    const isCurrent =
      known?.rule === this.rule &&
      known.epoch === head.epoch &&
      known.cursor >= head.floor &&
      known.cursor <= head.seq;
    if (known && isCurrent) return known;
    const { name } = this.contract;
    return {
      ...{ name, rule: this.rule, epoch: head.epoch, cursor: head.seq, scan: '' },
      ...{ asked: known?.asked ?? 0, written: known?.written ?? 0, refused: known?.refused ?? 0 },
      ...{ failures: 0, error: known?.error ?? null, errorAt: known?.errorAt ?? null },
      scoredAt: known?.scoredAt ?? null,
    };
  }

  /** One step; true if there is more to do now. @throws what the store says */
  async turn(): Promise<boolean> {
    const { lease, log, now } = this.deps;
    if (!lease.holds() || !log.isReachable) {
      this.page = null;
      return false;
    }
    if (now() < this.restUntil) return false;
    this.page ??= this.nextPage();
    const { page } = this;
    if (page === null) return false;
    const asked = await this.ask(page.customers.slice(0, this.contract.places));
    if (this.closing.signal.aborted) return false;
    const away = asked.find(({ answer }) => answer.kind === 'away');
    if (away?.answer.kind === 'away') return this.rest(away.answer);
    page.customers.splice(0, this.contract.places);
    const isDone = page.customers.length === 0;
    await this.write(asked, isDone ? page.row : null);
    if (isDone) this.page = null;
    return !isDone || !page.isLast;
  }

  /** [MS1] Whom to ask about next, and how it stands when that is done; null: nobody. */
  private nextPage(): Page | null {
    const { log } = this.deps;
    const { row } = this;
    if (row.scan !== null) {
      const some = log.profilesAfter(row.scan, PER_PAGE).map(({ id }) => id);
      const isEnd = some.length < PER_PAGE;
      const scan = isEnd ? null : (some.at(-1) as string);
      return { row: { ...row, scan }, customers: some, isLast: false };
    }
    const { seq, epoch } = log.head();
    for (let from = this.lookedTo(row); from < seq; ) {
      const to = Math.min(seq, from + PER_PAGE);
      const changed = log.changedRows(from, to).filter(({ table }) => table === 'profile');
      const customers = [...new Set(changed.map(({ id }) => id))].filter((id) => this.isNews(id));
      if (customers.length > 0 || to - row.cursor > UNSAVED)
        return { row: { ...row, cursor: to }, customers, isLast: to === seq };
      this.looked = { epoch, seq: to };
      from = to;
    }
    return null;
  }

  private lookedTo({ cursor }: ScorerRow): number {
    const { epoch } = this.deps.log.head();
    return Math.max(cursor, this.looked?.epoch === epoch ? this.looked.seq : 0);
  }

  /** Places of the log that were not looked at yet; null while everybody is asked about. */
  get behind(): number | null {
    const { row } = this;
    return row.scan === null ? this.deps.log.head().seq - this.lookedTo(row) : null;
  }

  private rowOf(id: string): { content: ProfileRow; v: number } | null {
    const stored = this.deps.log.row('profile', id);
    return stored ? { content: JSON.parse(stored.json) as ProfileRow, v: stored.v } : null;
  }

  private isNews(id: string): boolean {
    const found = this.rowOf(id);
    return found !== null && this.known.get(id) !== hashOf(inputOf(this.contract, found.content));
  }

  private async ask(ids: readonly string[]): Promise<Asked[]> {
    const asked = await Promise.all(
      ids.map(async (id): Promise<Asked | null> => {
        const found = this.rowOf(id);
        if (found === null) return null;
        const input = inputOf(this.contract, found.content);
        const answer = await askModel(this.contract, input, this.closing.signal);
        return { id, hash: hashOf(input), v: found.v, answer };
      }),
    );
    return asked.filter((one) => one !== null);
  }

  /** [MS4] Nobody is given up: all of this step are asked about again when it is back. */
  private async rest({ error, afterMs }: { error: string; afterMs: number }): Promise<false> {
    const now = this.deps.now();
    const { row } = this;
    const pause = Math.min(LONGEST_REST_MS, REST_MS * 2 ** Math.min(row.failures, 10));
    this.restUntil = now + Math.max(pause, afterMs);
    await this.put({ ...row, failures: row.failures + 1, error, errorAt: now });
    return false;
  }

  /** [MS5] Scores that changed are facts of their customers, in one transaction with how far it is. */
  private async write(asked: readonly Asked[], after: ScorerRow | null): Promise<void> {
    const { log, lease, fold, scorers, now } = this.deps;
    for (const { id, hash } of asked) this.remember(id, hash);
    const refused = asked.flatMap(({ answer }) => (answer.kind === 'refused' ? [answer.error] : []));
    const isIdle = asked.length === 0;
    await written(log, () => {
      if (!lease.holds()) return;
      log.transaction((writer) => {
        const before = this.row;
        const lines = asked.filter((one) => this.tell(one)).length;
        const changes = fold.flush();
        if (changes.length > 0) writer.commit(changes);
        scorers.put({
          ...before,
          ...(after && { cursor: after.cursor, scan: after.scan }),
          ...{ asked: before.asked + asked.length, written: before.written + lines, failures: 0 },
          refused: before.refused + refused.length,
          ...(refused.length > 0 && { error: refused[0] ?? null, errorAt: now() }),
          scoredAt: isIdle ? before.scoredAt : now(),
        });
      });
    });
  }

  private tell({ id, v, answer }: Asked): boolean {
    const found = this.rowOf(id);
    if (found === null || answer.kind !== 'scored') return false;
    const facts = Object.fromEntries(
      Object.entries(answer.scores).filter(([name, score]) => this.isNew(found.content, name, score)),
    );
    if (Object.keys(facts).length === 0) return false;
    const { name } = this.contract;
    return this.deps.fold.takeLine(id, {
      ...{ kind: 'event', id: `score/${name}/${id}/${v}`, type: SCORE_TYPE, name: 'Customer Scored' },
      ...{ at: this.deps.now(), source: name, userId: null, identities: [], properties: {}, facts },
    });
  }

  private isNew({ facts }: ProfileRow, name: string, score: number): boolean {
    const old = fullValue({ facts } as ProfileRow, name);
    const at = Date.parse(facts[name]?.at ?? '');
    const isOld = !(this.deps.now() - at < FRESH_MS);
    return typeof old !== 'number' || isOld || Math.abs(score - old) > this.contract.step;
  }

  private remember(id: string, hash: string): void {
    if (this.known.size >= MAX_KNOWN) this.known.delete(this.known.keys().next().value as string);
    this.known.set(id, hash);
  }

  private async put(row: ScorerRow): Promise<void> {
    const { log, lease, scorers } = this.deps;
    await written(log, () => {
      if (lease.holds()) log.transaction(() => scorers.put(row), 'relaxed');
    });
  }
}

const hashOf = (input: object): string =>
  createHash('sha256').update(JSON.stringify(input)).digest('base64url').slice(0, 22);
