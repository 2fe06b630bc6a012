/** What commands do when they are executed here, what makes them fail, and what must hold of each. */
import { TransientFailure } from '../../src/core/commands/failures.ts';
import type { CommandEffect, CommandResult, Head, RowChange } from '../../src/core/store/contract.ts';
import { contentHash } from '../../src/domain/canonical.ts';
import type { Json } from '../../src/domain/json.ts';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { Broken } from './broken.ts';
import type { History, Written } from './history.ts';
import { type CoreNode, DISK_IS_FULL } from './node.ts';

/** What a command does to its executor, beyond its effect; counted down. */
export type Trouble = { transient: number; throws: number; kills: number; passing?: boolean };

const EXPECTED = 'this command throws';

export class Work {
  /** By command id. */
  readonly troubles = new Map<string, Trouble>();
  /** What each strict command saw: id to fact and hash. */
  readonly bases = new Map<string, Map<string, string | null>>();
  readonly written = new Map<string, Written>();
  /** Ids that somebody used with another payload before their owner, with the clientId that he used. */
  readonly squatted = new Map<string, string>();
  private readonly history: History;
  private readonly isTwin: (id: string) => boolean;
  private readonly fail: (error: unknown) => void;
  private readonly tell: (line: () => string) => void;

  /** @param isTwin whether an id stands in more than one outbox, or was used by somebody else @param fail told at once */
  constructor(
    history: History,
    isTwin: (id: string) => boolean,
    fail: (error: unknown) => void,
    tell: (line: () => string) => void,
  ) {
    this.tell = tell;
    this.history = history;
    this.isTwin = isTwin;
    this.fail = fail;
  }

  /** What the fold does to rows, without the fold; and what makes commands fail. */
  effect(node: CoreNode, { id, profileId, facts, event }: CommandEffect): RowChange[] {
    const trouble = this.troubles.get(id);
    if (trouble && trouble.kills-- > 0) node.die();
    if (trouble && trouble.transient-- > 0) throw new TransientFailure('busy');
    if (trouble && trouble.throws-- > 0) throw new Error(EXPECTED);
    const stored = node.store.row('profile', profileId);
    const row = JSON.parse(stored?.json ?? '{}') as ProfileRow;
    this.assertUnchanged(id, row);
    const at = new Date(node.now()).toISOString();
    for (const [name, value] of Object.entries(facts))
      if (value === null) delete row.facts[name];
      else row.facts[name] = { value, source: 'console', at };
    const scopes = stored?.scopes ?? [];
    const changes: RowChange[] = [];
    if (Object.keys(facts).length > 0)
      changes.push({ table: 'profile', id: profileId, json: JSON.stringify(row), scopes });
    if (event) changes.push({ table: 'event', id: event.id, json: JSON.stringify(event), scopes });
    return changes;
  }

  /** What production code takes for a failure of the command is told at once, not thrown. */
  committed(before: string, head: Head, changes: readonly RowChange[], command?: CommandResult): void {
    this.tell(() => `commit ${head.seq} of ${changes.length} rows ${JSON.stringify(command ?? '')}`);
    try {
      const written = command && !this.isTwin(command.id) ? this.written.get(command.id) : undefined;
      this.history.commit(before, head, changes, command, written);
      if (command) this.assertResult(command);
    } catch (error) {
      this.fail(error);
    }
  }

  private assertResult({ id, status, code, clientId }: CommandResult): void {
    const squatter = this.squatted.get(id);
    if (squatter !== undefined && squatter !== clientId && status === 'applied')
      throw new Broken('R6', `${id} of ${clientId} has the result of another command`);
    if (code === 'failed' && this.troubles.get(id)?.passing)
      throw new Broken('R7', `${id} is parked for transient failures`);
    if (status === 'rejected' && code === 'id_reused' && !this.isTwin(id))
      throw new Broken('R6', `${id} came with two payloads, though a sent entry does not change`);
  }

  /** [R8] A strict command takes effect only over what its operator saw. */
  private assertUnchanged(id: string, row: ProfileRow): void {
    for (const [fact, seen] of this.bases.get(id) ?? []) {
      const held = row.facts[fact];
      const hash = held && 'value' in held ? contentHash(held.value as Json) : null;
      if (hash !== seen) this.fail(new Broken('R8', `${id} was executed over another ${fact}`));
    }
  }

  /** Whether it will fail once more. */
  isTroubled(id: string): boolean {
    const { transient = 0, throws = 0, kills = 0 } = this.troubles.get(id) ?? {};
    return Math.max(transient, throws, kills) > 0;
  }
}

/** What the simulation itself makes fail. */
export const isExpected = (error: unknown): boolean =>
  !(error instanceof Broken) &&
  error instanceof Error &&
  (error.message === EXPECTED || error.message === DISK_IS_FULL);
