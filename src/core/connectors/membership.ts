import type { ProfileRow } from '../../domain/profile.ts';
import { OWN_SOURCE } from '../../packs/airline/sources.ts';
import type { SourceEntry } from '../fold/entry.ts';
import type { Fold } from '../fold/fold.ts';
import type { Lease } from '../schedule/lease.ts';
import type { AudienceRow, AudienceStore } from '../store/audiences.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';
import { type AudienceContract, ENTERED, LEFT, membershipRule, type Rule } from './audience.ts';
import type { Connector } from './line.ts';

/**
 * Keeps one audience (docs/spec/connectors.md): follows the changes of customers in the log, and where one enters or leaves, that
 * is an event like others, which feeds tell. A new rule, or one that was away for longer than the log reaches, looks at all.
 */

export type MembershipDeps = {
  log: LogStore;
  audiences: AudienceStore;
  fold: Fold;
  lease: Lease;
  now(): number;
};

/** Customers that are looked at in one transaction. */
const PER_STEP = 200;
/** So far the written cursor may be behind: looking again changes nothing, and each write costs. */
const UNSAVED = 2_000;

export class Membership implements Connector {
  readonly contract: AudienceContract;
  private readonly deps: MembershipDeps;
  private readonly rule: Rule;
  private readonly ruleText: string;
  /** How far this node has looked; ahead of what is written. */
  private looked: { epoch: string; seq: number } | null = null;

  constructor(contract: AudienceContract, deps: MembershipDeps) {
    this.contract = contract;
    this.deps = deps;
    this.rule = membershipRule(contract);
    this.ruleText = JSON.stringify([contract.when, contract.consent]);
  }

  close(): void {
    // Each step is short.
  }

  /** One step; true if there is more to do now. @throws what the store says */
  async turn(): Promise<boolean> {
    const { log, lease, audiences } = this.deps;
    if (!lease.holds() || !log.isReachable) {
      this.looked = null;
      return false;
    }
    const { seq, epoch } = log.head();
    const row = audiences.get(this.contract.name);
    if (row && this.isCurrent(row) && row.scan === null) {
      const from = this.lookedFrom(row);
      if (from === seq) return false;
      const to = Math.min(seq, from + PER_STEP);
      const changed = this.changed(from, to).filter((id) => this.isNews(id));
      if (changed.length === 0 && to - row.cursor < UNSAVED) {
        this.looked = { epoch, seq: to };
        return to < seq;
      }
    }
    return this.step();
  }

  private async step(): Promise<boolean> {
    const { log, lease } = this.deps;
    let more = false;
    await written(log, () => {
      if (!lease.holds()) return;
      more = log.transaction((writer) => {
        const step = this.next();
        for (const id of step.customers) this.look(step.row, id);
        this.deps.audiences.put(step.row);
        const changes = this.deps.fold.flush();
        if (changes.length > 0) writer.commit(changes);
        return step.more;
      });
    });
    this.looked = null;
    return more;
  }

  private isCurrent({ rule, epoch, cursor }: AudienceRow): boolean {
    const head = this.deps.log.head();
    return rule === this.ruleText && epoch === head.epoch && cursor >= head.floor && cursor <= head.seq;
  }

  private lookedFrom({ cursor }: AudienceRow): number {
    const { epoch, seq } = this.deps.log.head();
    const ahead = this.looked?.epoch === epoch && this.looked.seq <= seq ? this.looked.seq : 0;
    return Math.max(cursor, ahead);
  }

  private changed(from: number, to: number): string[] {
    return this.deps.log
      .changedRows(from, to)
      .filter(({ table }) => table === 'profile')
      .map(({ id }) => id);
  }

  /** Whom to look at next, and how the audience stands afterwards. */
  private next(): { row: AudienceRow; customers: string[]; more: boolean } {
    const { audiences, log } = this.deps;
    const { name } = this.contract;
    const head = log.head();
    const known = audiences.get(name);
    const row: AudienceRow =
      known && this.isCurrent(known)
        ? { ...known }
        : {
            ...{ name, rule: this.ruleText, epoch: head.epoch, cursor: head.seq, scan: '' },
            ...{ entered: known?.entered ?? 0, gone: known?.gone ?? 0 },
          };
    if (row.scan === null) {
      const from = row.cursor;
      row.cursor = Math.min(head.seq, Math.max(from, this.lookedFrom(row)) + PER_STEP);
      return { row, customers: this.changed(from, row.cursor), more: row.cursor < head.seq };
    }
    const customers = audiences.customersAfter(row.scan, PER_STEP);
    row.scan = customers.length < PER_STEP ? null : (customers.at(-1) as string);
    const lost = row.scan === null ? audiences.lost(name, PER_STEP) : [];
    return { row, customers: [...customers, ...lost], more: true };
  }

  private rowOf(id: string): { row: ProfileRow; v: number } | null {
    const stored = this.deps.log.row('profile', id);
    return stored ? { row: JSON.parse(stored.json) as ProfileRow, v: stored.v } : null;
  }

  private isNews(id: string): boolean {
    const found = this.rowOf(id);
    return (found !== null && this.rule(found.row)) !== this.deps.audiences.has(this.contract.name, id);
  }

  private look(audience: AudienceRow, id: string): void {
    if (!this.isNews(id)) return;
    const { audiences, now, log } = this.deps;
    const { name } = this.contract;
    const found = this.rowOf(id);
    if (found !== null && this.rule(found.row)) {
      audiences.add(name, id, now());
      audience.entered++;
      return this.tell(ENTERED, id, found.v);
    }
    audiences.drop(name, id);
    audience.gone++;
    if (found !== null) return this.tell(LEFT, id, found.v);
    // One who became another's: who has him outside is told where that one is not in himself. An erased one is nobody any more.
    const survivor = log.survivor(id);
    const other = survivor === id ? null : this.rowOf(survivor);
    if (other !== null && !this.rule(other.row)) this.tell(LEFT, survivor, other.v);
  }

  private tell(event: string, profile: string, v: number): void {
    const { name } = this.contract;
    const entry: SourceEntry = {
      ...{ kind: 'event', id: `audience/${name}/${profile}/${v}/${event}`, type: 'track', name: event },
      ...{ at: this.deps.now(), source: OWN_SOURCE, userId: null, identities: [] },
      properties: { audience: name },
    };
    this.deps.fold.takeLine(profile, entry);
  }
}
