/** The core's store in memory says what the one on SQLite says, after every step of random histories. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowChange } from '../../src/core/store/contract.ts';
import { TABLES } from '../../src/domain/rows.ts';
import { type CoreDisk, memoryDisk, sqliteDisk } from './core-disk.ts';

const DAY = 86_400_000;
const SCOPES = ['a:1', 'b:2', 'profile:P1'];
const IDS = ['P0', 'P1', 'P2'];
const CLIENTS = ['c1', 'c2'];
const COMMANDS = ['x1', 'x2', 'x3'];

const id = fc.constantFrom(...IDS);
const client = fc.constantFrom(...CLIENTS);
const command = fc.constantFrom(...COMMANDS);
const few = fc.nat(4);
const change = fc.record({
  table: fc.constantFrom(...TABLES),
  id,
  gone: fc.integer({ min: 0, max: 3 }),
  type: fc.constantFrom('note', 'track'),
  scopes: fc.subarray(SCOPES),
});
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

const write = fc.oneof(
  fc.record({
    do: fc.constant('commit' as const),
    changes: fc.array(change, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ do: fc.constant('result' as const), client, command }),
  fc.record({ do: fc.constant('client' as const), client, seen: few }),
  fc.record({ do: fc.constant('forget' as const), client }),
  fc.record({ do: fc.constant('attempts' as const), command, count: few }),
  fc.record({ do: fc.constant('grant' as const), client, scope: fc.constantFrom(...SCOPES) }),
  fc.record({ do: fc.constant('writer' as const), id, subject: client }),
  fc.record({ do: fc.constant('wipe' as const), client, order: command }),
  fc.record({ do: fc.constant('wiped' as const), client, order: command }),
  fc.record({ do: fc.constant('raise' as const), subject: client }),
  fc.record({ do: fc.constant('alarm' as const), kind: client }),
  fc.record({ do: fc.constant('redirect' as const), lost: id, survivor: id }),
  fc.record({ do: fc.constant('prune' as const) }),
);
type Write = typeof write extends fc.Arbitrary<infer W> ? W : never;

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('transaction' as const),
      writes: fc.array(write, { maxLength: 5 }),
      fails: fc.constantFrom('never', 'never', 'inside', 'at the end'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('alone' as const), write }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), keep: few }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('epoch' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), days: fc.constantFrom(1, 20, 31) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('copy' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** One of the two stores, with what makes its content differ from call to call fixed by its own history. */
class Side {
  disk: CoreDisk;
  told = 0;
  private now = Date.parse('2026-11-23T10:00:00Z');
  private ids = 0;

  constructor(make: typeof memoryDisk) {
    this.disk = make(
      () => this.now,
      () => `epoch-${++this.ids}`,
    );
    this.listen();
  }

  private listen(): void {
    this.disk.log.onCommit(() => this.told++);
  }

  take(step: Step): void {
    const { log } = this.disk;
    if (step.do === 'cut') log.cutLog(step.keep);
    else if (step.do === 'epoch') log.newEpoch();
    else if (step.do === 'pass') this.now += step.days * DAY;
    else if (step.do === 'transaction') this.transaction(step);
    else if (step.do === 'copy') {
      const copy = this.disk.copy();
      this.take({ do: 'alone', write: { do: 'raise', subject: 'c1' } });
      this.disk.close();
      this.disk = copy;
      this.listen();
    } else if (step.write.do !== 'commit' && step.write.do !== 'result') this.write(step.write);
  }

  private transaction({ writes, fails }: Extract<Step, { do: 'transaction' }>): void {
    const { log } = this.disk;
    try {
      log.transaction(() => {
        for (const one of writes) this.write(one);
        if (fails === 'inside') this.failInside(writes);
        if (fails === 'at the end') throw new Error('rolled back');
      });
    } catch (error) {
      if ((error as Error).message !== 'rolled back') throw error;
    }
  }

  /** A part of a transaction that fails alone. */
  private failInside(writes: readonly Write[]): void {
    try {
      this.disk.log.transaction(() => {
        for (const one of writes) this.write(one);
        throw new Error('rolled back');
      });
    } catch {
      // What was written before it stays.
    }
  }

  private write(one: Write): void {
    const { log, clients } = this.disk;
    const at = this.now;
    switch (one.do) {
      case 'commit':
        return void log.commit(changesOf(one.changes, log.head().seq));
      case 'result':
        return this.result(one.client, one.command);
      case 'client': {
        const known = clients.client(one.client);
        const generation = (known?.generation ?? 0) + 1;
        const record = {
          subject: `of ${one.client}`,
          lastMid: known?.lastMid ?? 0,
          generation,
          conn: `${at}`,
        };
        return clients.putClient({ clientId: one.client, ...record, seen: one.seen });
      }
      case 'forget':
        return clients.forgetClient(one.client);
      case 'attempts':
        return clients.setAttempts(one.command, one.count, at);
      case 'grant':
        return clients.putGrant(one.client, one.scope, at);
      case 'writer':
        return clients.putWriter(one.id, 'fact', one.subject, new Date(at).toISOString());
      case 'wipe':
        return clients.addWipe({ id: one.order, mode: 'all' }, one.client, 'x', at);
      case 'wiped':
        return void clients.closeWipe(one.order, one.client, 0, at);
      case 'raise':
        return clients.raise(one.subject, at);
      case 'alarm':
        return clients.addAlarm(one.kind, `${at}`, at);
      case 'redirect':
        return one.lost > one.survivor ? this.disk.redirect(one.lost, one.survivor) : undefined;
      case 'prune':
        return clients.prune(at);
    }
  }

  private result(clientId: string, id: string): void {
    const { log, clients } = this.disk;
    const mid = (clients.midsAfter(clientId, 0, 99).at(-1)?.mid ?? 0) + 1;
    const receipt = { status: 'rejected' as const, code: 'args', detail: mid % 2 ? { mid } : null };
    const seq = log.commit([], { clientId, mid, id, ...receipt });
    clients.addMid(clientId, { mid, id, seq, ...receipt }, this.now);
    if (!clients.command(id))
      clients.putCommand({ id, subject: clientId, payloadHash: `${seq}`, seq, ...receipt }, this.now);
  }

  /** All that can be read. */
  said(): unknown {
    const { log, clients } = this.disk;
    const { seq } = log.head();
    const seqs = Array.from({ length: seq + 2 }, (_, i) => i);
    const place = { table: 'profile', id: 'P1' } as const;
    return {
      told: this.told,
      head: log.head(),
      chains: seqs.map((at) => log.chainAt(at)),
      changes: [0, seq - 3, seq - 1].map((from) => log.changedRows(Math.max(from, log.head().floor), seq)),
      rows: TABLES.map((table) => IDS.map((one) => log.row(table, one))),
      ofScope: SCOPES.map((scope) => [log.rowsOfScope(scope, null, 99), log.rowsOfScope(scope, place, 2)]),
      keys: SCOPES.map((scope) => [log.keysOfScope(scope, null, 3), log.keysOfScope(scope, place, 99)]),
      since: TABLES.map((table) => IDS.map((one) => log.scopesSinceFloor(table, one).sort())),
      survivors: IDS.map((one) => log.survivor(one)),
      clients: CLIENTS.map((one) => [
        clients.client(one),
        clients.clientsOf(`of ${one}`),
        clients.midsAfter(one, 1, 2),
        seqs.map((at) => clients.midAt(one, at)),
        [1, 2, 3].map((mid) => clients.mid(one, mid)),
        clients.grants(one).sort((a, b) => (a.scope < b.scope ? -1 : 1)),
        clients.openWipe(one),
        clients.generation(one),
        clients.revokedAt(one),
      ]),
      commands: COMMANDS.map((one) => [clients.command(one), clients.attempts(one)]),
      writers: IDS.map((one) => clients.writer(one, 'fact')),
      wipes: clients.clientsToWipe(),
      alarms: clients.alarms(),
    };
  }
}

/** Of one commit each row once; bundles are in every scope, so they name none. */
function changesOf(wanted: readonly Change[], seq: number): RowChange[] {
  const changes = new Map<string, RowChange>();
  for (const { table, id, gone, type, scopes } of wanted) {
    const json = JSON.stringify({ id, type, seq, name: 'x', properties: {} });
    const row = { table, id, json, scopes: table === 'bundle' ? [] : scopes };
    changes.set(`${table} ${id}`, gone === 0 ? { ...row, json: null, scopes: [] } : row);
  }
  return [...changes.values()];
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the core’s store in memory', () => {
  it('says what SQLite says, after every step', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const [memory, sqlite] = [new Side(memoryDisk), new Side(sqliteDisk)];
        try {
          for (const one of steps) {
            memory.take(one);
            sqlite.take(one);
            expect(plain(memory.said())).toEqual(plain(sqlite.said()));
          }
        } finally {
          sqlite.disk.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});
