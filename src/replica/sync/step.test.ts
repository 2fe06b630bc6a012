import { describe, expect, it } from 'vitest';
import { NOW, TestDesk } from '../../../test/builders/desk.ts';
import type { Op } from '../../protocol/frame.ts';
import type { ReplicaConfig } from '../config.ts';
import { newOutbox } from '../outbox/model.ts';
import { hold, undo } from '../outbox/operations.ts';
import { overlayEntries } from '../overlay.ts';
import { EMPTY_META, MemoryOutbox, MemoryReplica } from '../store/memory.ts';
import { connectionState, type StatusParts, statusView } from '../views/status.ts';
import { newSession } from './session.ts';

const op = (id: string, v: number, scopes = ['station:FRA']): Op => ({
  table: 'profile',
  id,
  v,
  scopes,
  row: scopes.length === 0 ? null : { id, identities: [], facts: {} },
});
const live = (): TestDesk => new TestDesk().hello().welcome();

const CONFIG = { station: 'FRA', operator: 'op', role: 'operator', simulation: null } as ReplicaConfig;
const PARTS: Omit<StatusParts, 'session' | 'now'> = {
  ...{ meta: EMPTY_META, outbox: newOutbox('c'), latencyMs: null, profiles: 0, expected: 0, bundle: null },
  ...{ leaseUntil: null, held: 0, notices: [] },
};

describe('connection', () => {
  it('[R1] says nothing but hello before the welcome, and a changed list after it as a sub', () => {
    const desk = new TestDesk().note('a').hello();
    desk.runner.dispatch({ type: 'want', wanted: ['station:FRA', 'profile:P9'] });
    expect(desk.sent.map((one) => one.do)).toEqual(['connect', 'hello']);
    desk.welcome();
    expect(desk.sent.map((one) => one.do)).toEqual(['connect', 'hello', 'sub', 'push']);
    expect(desk.sentOf('sub')[0]?.wanted).toEqual(['station:FRA', 'profile:P9']);
  });

  it('[R1] says the hello of a new console as the specification shows it', () => {
    const hello = new TestDesk().hello().sentOf('hello')[0]?.hello;
    expect(hello).toMatchObject({
      proto: 'kairos-sync/1',
      schemaHash: '',
      clientId: 'client-0',
      epoch: '',
      cursor: 0,
    });
    expect(hello).toMatchObject({
      chain: '',
      proof: '',
      mask: '',
      active: [],
      wanted: ['station:FRA'],
      lmidAck: 0,
      outboxDepth: 0,
    });
  });

  it.each([
    [{ type: 'wait', ms: 1234 } as const, 1234, 'core_busy'],
    [{ type: 'upgrade', min: 2, max: 3 } as const, 600_000, 'upgrade_needed'],
    [{ type: 'refused', code: 'too_many_clients', message: '' } as const, 600_000, 'too_many_clients'],
    [{ type: 'refused', code: 'hello_invalid', message: '' } as const, 600_000, 'hello_invalid'],
  ])('[R1] comes back when it was told to: %o', (reply, ms, reason) => {
    const desk = new TestDesk().hello().say({ type: 'hello-reply', reply });
    expect(desk.timers.get('connect')).toBe(ms);
    expect(desk.runner.session).toMatchObject({ phase: 'waiting', reason });
  });

  it('says which versions the core speaks, beside its own, until it is welcome', () => {
    const desk = new TestDesk().hello();
    desk.say({ type: 'hello-reply', reply: { type: 'upgrade', min: 2, max: 3 } });
    const shown = () => statusView(CONFIG, { ...PARTS, session: desk.runner.session, now: NOW });
    expect(shown()).toMatchObject({ connection: 'refused', upgrade: { min: 2, max: 3, own: 1 } });
    desk.hello().welcome();
    expect(shown().upgrade).toBeNull();
  });

  it('[R1] [R14] knows its twin by a conn that none of its hellos had, and its own late connection by one that it had', () => {
    const own = live();
    const conn = own.sentOf('hello')[0]?.hello.conn ?? '';
    own.say({ type: 'bye', bye: { reason: 'replaced', retryInMs: 0, by: conn } });
    expect(own.outbox.load().me.clientId).toBe('client-0');
    const twin = live().note('a');
    twin.say({ type: 'bye', bye: { reason: 'replaced', retryInMs: 0, by: 'somebody' } });
    expect(twin.outbox.load().me).toMatchObject({ nextMid: 1, lmidAck: 0 });
    expect(twin.outbox.load().me.clientId).not.toBe('client-0');
    expect(twin.pending()).toEqual(['a:-']);
  });

  it('[R14] takes a new clientId where its own belongs to another operator', () => {
    const desk = new TestDesk().hello().say({
      type: 'hello-reply',
      reply: { type: 'refused', code: 'client_of_other', message: '' },
    });
    expect(desk.outbox.load().me.clientId).not.toBe('client-0');
    expect(desk.timers.has('connect')).toBe(true);
  });

  it('[P14] honours the spread of a bye, and waits up to as long as the core has been away, with full jitter', () => {
    const desk = live().say({ type: 'bye', bye: { reason: 'shutdown', retryInMs: 777 } });
    expect(desk.timers.get('connect')).toBe(777);
    const fails = (): number | undefined => {
      desk.runner.dispatch({ type: 'timer', name: 'connect' });
      desk.say({ type: 'connect-failed', code: null });
      return desk.timers.get('connect');
    };
    const waits = [];
    for (let i = 0; i < 5; i++) {
      waits.push(fails());
      desk.now += 2_000;
    }
    expect(waits).toEqual([500, 1_000, 2_000, 3_000, 4_000]);
    desk.now += 600_000;
    expect(fails()).toBe(15_000);
    // A machine that wakes up finds its network in a moment, and a welcome ends the waiting.
    desk.runner.dispatch({ type: 'woke', since: desk.now - 1 });
    expect(fails()).toBe(500);
    desk.runner.dispatch({ type: 'timer', name: 'connect' });
    desk.hello().welcome();
    desk.say({ type: 'lost', reason: 'core_unreachable' });
    expect(desk.timers.get('connect')).toBe(500);
  });

  it('ignores what an older connection still says', () => {
    const desk = live();
    const old = desk.runner.session.generation;
    desk.say({ type: 'lost', reason: 'core_unreachable' }).hello().welcome();
    const before = desk.sent.length;
    desk.runner.dispatch({ type: 'push-ack', generation: old, ack: { lmid: 99 } });
    desk.runner.dispatch({ type: 'bye', generation: old, bye: { reason: 'busy', retryInMs: 0 } });
    expect(desk.sent).toHaveLength(before);
    expect(desk.runner.session.phase).toBe('live');
  });

  it('[P13] knows its token and its scopes also where the first step fails on a damaged store', () => {
    const replica = new MemoryReplica();
    const desk = new TestDesk({ replica });
    replica.discardStages = () => {
      throw new Error('damaged');
    };
    desk.runner.dispatch({ type: 'start', token: 't', wanted: ['station:FRA'] });
    expect(desk.runner.session).toMatchObject({ phase: 'waiting', reason: 'store_failed', token: 't' });
    expect(desk.timers.has('lease')).toBe(true);
    replica.discardStages = () => undefined;
    expect(desk.hello().sentOf('hello')[0]?.hello.wanted).toEqual(['station:FRA']);
  });

  it('deletes its rows by itself when the station is revoked, and keeps them while a token is renewed', () => {
    for (const code of ['token_expired', 'station_revoked']) {
      const desk = live().frame({}, { ops: [op('P1', 1)] });
      desk.say({ type: 'lost', reason: 'x' });
      desk.runner.dispatch({ type: 'timer', name: 'connect' });
      desk.say({ type: 'connect-failed', code });
      expect((desk.replica as MemoryReplica).rows.size).toBe(code === 'station_revoked' ? 0 : 1);
      expect(connectionState(desk.runner.session, desk.replica.meta())).toBe(
        code === 'station_revoked' ? 'revoked' : 'refused',
      );
      desk.runner.dispatch({ type: 'token', token: 't2' });
      expect(desk.timers.get('connect')).toBe(0);
    }
  });

  it('renews its token on the open connection', () => {
    const desk = live();
    desk.runner.dispatch({ type: 'token', token: 't2' });
    expect(desk.sentOf('auth')).toEqual([{ do: 'auth', token: 't2' }]);
    desk.say({ type: 'auth-ack', ack: { refused: { code: 'subject', message: '' } } });
    expect(desk.runner.session.phase).toBe('live');
    expect(desk.reports).toContain('auth_subject');
  });

  it('[P16] holds no rows beyond the lease, also when the clock is turned back', () => {
    const desk = live().frame({}, { ops: [op('P1', 1)] });
    desk.say({ type: 'lost', reason: 'x' });
    desk.now = NOW + 71 * 3_600_000;
    desk.runner.dispatch({ type: 'timer', name: 'lease' });
    expect((desk.replica as MemoryReplica).rows.size).toBe(1);
    desk.now = NOW + 73 * 3_600_000;
    desk.runner.dispatch({ type: 'timer', name: 'lease' });
    expect((desk.replica as MemoryReplica).rows.size).toBe(0);
    const turned = live().frame({}, { ops: [op('P1', 1)] });
    turned.say({ type: 'lost', reason: 'x' });
    turned.now = NOW - 90 * 24 * 3_600_000;
    for (let minute = 0; minute < 72 * 60 - 1; minute++)
      turned.runner.dispatch({ type: 'timer', name: 'lease' });
    expect((turned.replica as MemoryReplica).rows.size).toBe(1);
    turned.runner.dispatch({ type: 'timer', name: 'lease' });
    expect((turned.replica as MemoryReplica).rows.size).toBe(0);
  });

  it('[I1] keeps its rows while it is connected, however long that is and whatever its clock says', () => {
    const desk = live().frame({}, { ops: [op('P1', 1)] });
    for (const hours of [80, 160, 10]) {
      desk.now = NOW + hours * 3_600_000;
      desk.runner.dispatch({ type: 'timer', name: 'lease' });
      expect((desk.replica as MemoryReplica).rows.size).toBe(1);
    }
    desk.say({ type: 'lost', reason: 'x' });
    desk.now = NOW + (160 + 71) * 3_600_000;
    desk.runner.dispatch({ type: 'timer', name: 'lease' });
    expect((desk.replica as MemoryReplica).rows.size).toBe(1);
  });

  it('[I1] deletes nothing that its hello has just named, until the core has answered', () => {
    const desk = live().frame({}, { ops: [op('P1', 1)] });
    desk.say({ type: 'lost', reason: 'x' });
    desk.hello();
    desk.now = NOW + 100 * 3_600_000;
    desk.runner.dispatch({ type: 'timer', name: 'lease' });
    expect((desk.replica as MemoryReplica).rows.size).toBe(1);
  });

  it('gives the receipt of a wipe after the keys are gone, with what was lost', async () => {
    const desk = live().note('a');
    desk.say({ type: 'wipe', wipe: { id: 'w1', mode: 'all' } });
    await Promise.resolve();
    expect(desk.wiped).toEqual([{ id: 'w1', mode: 'all' }]);
    expect(desk.receipts).toEqual([{ id: 'w1', way: 'ack', pending: 1 }]);
  });

  it('[P38] counts of an erasure what its customers lose; a wipe of everything names nobody', async () => {
    for (const [mode, profiles, pending] of [
      ['replica', ['P1', 'P9'], 1],
      ['replica', ['P9'], 0],
      ['all', ['P9'], 1],
    ] as const) {
      const desk = live().note('a');
      desk.say({ type: 'wipe', wipe: { id: 'w1', mode, profiles: [...profiles] } });
      await Promise.resolve();
      expect(desk.wiped).toEqual([{ id: 'w1', mode, ...(mode === 'replica' && { profiles }) }]);
      expect(desk.receipts).toEqual([{ id: 'w1', way: 'ack', pending }]);
    }
  });
});

describe('download', () => {
  it('[R2] accepts only the next number, the own epoch and its own cursor', () => {
    const wrong = [
      () => live().frame({ n: 2 }),
      () => live().frame({}, { epoch: 'e2' }),
      () => live().frame({}, { from: 5, to: 6 }),
      () => live().say({ type: 'snap', head: { n: 2 }, body: { scope: 'station:FRA', rows: [] } }),
      () =>
        live().say({
          type: 'snap',
          head: { n: 1 },
          body: { scope: 'station:FRA', rows: [], end: true, at: 9 },
        }),
    ];
    for (const make of wrong) {
      const desk = make();
      expect(desk.runner.session.phase).toBe('waiting');
      expect(desk.sentOf('ack')).toEqual([]);
      expect(desk.replica.meta().cursor).toBe(0);
    }
  });

  it('[R4] shows a scope only after the end of its snapshot, and throws an unfinished one away with the connection', () => {
    const desk = live();
    const part = {
      scope: 'station:FRA',
      rows: [{ table: 'profile' as const, id: 'P1', v: 3, row: { id: 'P1' } }],
    };
    desk.say({ type: 'snap', head: { n: 1 }, body: part });
    expect(desk.replica.meta().active).toEqual([]);
    desk.say({ type: 'lost', reason: 'x' }).hello().welcome();
    desk.say({ type: 'snap', head: { n: 1 }, body: { ...part, rows: [], end: true, at: 0 } });
    expect((desk.replica as MemoryReplica).rows.size).toBe(0);
    expect(desk.replica.meta().active).toEqual(['station:FRA']);
  });

  it('[R4] throws an unfinished snapshot away also where a store failed and ended the connection', () => {
    const desk = live();
    const rows = [{ table: 'profile' as const, id: 'P1', v: 3, row: { id: 'P1' } }];
    desk.say({ type: 'snap', head: { n: 1 }, body: { scope: 'station:FRA', rows } });
    desk.runner.failed(new Error('disk full'), 'outbox');
    desk.hello().welcome();
    desk.say({ type: 'snap', head: { n: 1 }, body: { scope: 'station:FRA', rows: [], end: true, at: 0 } });
    expect(desk.replica.meta().active).toEqual(['station:FRA']);
    expect((desk.replica as MemoryReplica).rows.size).toBe(0);
  });

  it('[R5] takes over the position of a reset, and otherwise keeps its own', () => {
    const desk = new TestDesk().hello().welcome({ seq: 40, chain: 'c40', lmid: 0 });
    expect(desk.replica.meta()).toMatchObject({ epoch: 'e1', cursor: 40, chain: 'c40', active: [] });
    desk.frame({}, { to: 44 }).say({ type: 'lost', reason: 'x' });
    desk.hello().welcome({ seq: 90, chain: 'c90' });
    expect(desk.replica.meta()).toMatchObject({ cursor: 44, chain: 'c44' });
    expect(connectionState(desk.runner.session, desk.replica.meta())).toBe('catching-up');
  });

  it('[R5] deletes its rows at once when the mask changes while connected', () => {
    const desk = live().frame({}, { ops: [op('P1', 1)] });
    desk.say({ type: 'reset', reason: 'mask' });
    expect((desk.replica as MemoryReplica).rows.size).toBe(0);
    expect(desk.runner.session.phase).toBe('waiting');
  });

  it.each(['mask', 'epoch', 'floor', 'schema'] as const)(
    '[R5] [I5] deletes rows of another mask at a reset whose first reason is %s',
    (reason) => {
      const desk = live().frame({}, { ops: [op('P1', 1)] });
      desk.say({ type: 'lost', reason: 'x' }).hello();
      desk.welcome({ reset: true, reason, mask: 'restricted/1' });
      expect((desk.replica as MemoryReplica).rows.size).toBe(0);
      const same = live().frame({}, { ops: [op('P1', 1)] });
      same.say({ type: 'lost', reason: 'x' }).hello();
      same.welcome({ reset: true, reason: 'epoch' });
      expect((same.replica as MemoryReplica).rows.get('profile/P1')).toMatchObject({ stale: true });
    },
  );

  it('[R10] writes rows, then the outbox, then acknowledges, always in this order', () => {
    const desk = live().note('a');
    desk.writes.length = 0;
    desk.frame({ lmid: 1, results: [[1, 'a', 'applied', '', null]] }, { ops: [op('P1', 1)] });
    expect(desk.writes.slice(0, 3)).toEqual(['replica frame', 'outbox', 'ack']);
    expect(desk.outbox.load().settled.has('a')).toBe(true);
    expect(desk.outbox.load().me.lmidAck).toBe(1);
    expect(desk.seen()).toBe(1);
  });

  it('[R16] applies the parts of a frame together at the last one, the higher version first', () => {
    const desk = live();
    desk.frame(
      { lmid: undefined },
      { ops: [op('P1', 5), op('P2', 3)], part: 1, to: undefined, chain: undefined, proof: undefined },
    );
    expect((desk.replica as MemoryReplica).rows.size).toBe(0);
    expect(desk.sentOf('ack')).toHaveLength(1);
    desk.frame({}, { ops: [op('P1', 4), op('P2', 6, []), op('P3', 6)], part: 2, parts: 2, to: 9 });
    expect(
      [...(desk.replica as MemoryReplica).rows.values()].map((row) => `${row.id}@${row.v}`).sort(),
    ).toEqual(['P1@5', 'P3@6']);
    expect(desk.replica.meta().cursor).toBe(9);
  });

  it('[R16] gives a connection up whose parts are out of order or interrupted', () => {
    const early = { part: 1, to: undefined, chain: undefined, proof: undefined };
    expect(live().frame({}, { ...early, part: 2 }).runner.session.phase).toBe('waiting');
    expect(live().frame({}, early).frame().runner.session.phase).toBe('waiting');
    const desk = live()
      .frame({}, { ...early, ops: [op('P1', 5)] })
      .say({ type: 'lost', reason: 'x' })
      .hello()
      .welcome();
    desk.frame({}, { ops: [] });
    expect((desk.replica as MemoryReplica).rows.size).toBe(0);
  });
});

describe('upload', () => {
  it('[R12] gives mids durably before the push, one push at a time, in the order of the outbox', () => {
    const desk = live().note('a').note('b');
    expect(desk.lastPush()).toEqual([{ mid: 1, id: 'a' }]);
    expect(desk.pending()).toEqual(['a:1', 'b:-']);
    desk.say({ type: 'push-ack', ack: { lmid: 1 } });
    expect(desk.lastPush()).toEqual([{ mid: 2, id: 'b' }]);
    expect(desk.sentOf('push')).toHaveLength(2);
  });

  it('[R11] does not settle on the acknowledgement, only on the stream', () => {
    const desk = live()
      .note('a')
      .say({ type: 'push-ack', ack: { lmid: 1 } });
    expect(desk.pending()).toEqual(['a:1']);
    expect(overlayEntries(desk.outbox.load(), desk.seen()).map((entry) => entry.id)).toEqual(['a']);
    desk.frame({ lmid: 1, results: [[1, 'a', 'applied', '', null]] });
    expect(desk.pending()).toEqual([]);
    expect(overlayEntries(desk.outbox.load(), desk.seen())).toEqual([]);
  });

  it('[R12] keeps mids over a retry and sends them first', () => {
    const desk = live().note('a').note('b');
    desk.say({ type: 'push-ack', ack: { lmid: 0, retryMs: 5000 } });
    expect(desk.timers.get('push-again')).toBe(5000);
    expect(desk.sentOf('push')).toHaveLength(1);
    desk.runner.dispatch({ type: 'timer', name: 'push-again' });
    expect(desk.lastPush()).toEqual([
      { mid: 1, id: 'a' },
      { mid: 2, id: 'b' },
    ]);
  });

  it('[R12] takes places back at a welcome and after a gap: they were certainly not executed', () => {
    const desk = live().note('a').note('b').say({ type: 'lost', reason: 'x' });
    expect(desk.pending()).toEqual(['a:1', 'b:-']);
    desk.hello();
    desk.timers.clear();
    desk.welcome({ lmid: 0 });
    expect(desk.lastPush()).toEqual([
      { mid: 1, id: 'a' },
      { mid: 2, id: 'b' },
    ]);
    desk.say({ type: 'push-ack', ack: { lmid: 0, gap: 1 } });
    expect(desk.pending()).toEqual(['a:-', 'b:-']);
    expect(desk.outbox.load().me.nextMid).toBe(1);
  });

  it('[R7] halves a refused push until the one that cannot be read is a conflict and the others go', () => {
    const desk = new TestDesk().note('a').note('b').note('c').hello().welcome();
    const refused = { lmid: 0, refused: { code: 'push_unreadable' } };
    desk.say({ type: 'push-ack', ack: refused });
    desk.runner.dispatch({ type: 'timer', name: 'push-again' });
    expect(desk.lastPush()).toEqual([{ mid: 1, id: 'a' }]);
    // A retry says nothing about those behind it: what was halved stays so until something has been executed.
    desk.say({ type: 'push-ack', ack: { lmid: 0, retryMs: 250 } });
    desk.runner.dispatch({ type: 'timer', name: 'push-again' });
    expect(desk.lastPush()).toEqual([{ mid: 1, id: 'a' }]);
    desk.say({ type: 'push-ack', ack: refused });
    expect(desk.outbox.load().conflict.get('a')).toMatchObject({
      status: 'rejected',
      code: 'push_unreadable',
    });
    desk.runner.dispatch({ type: 'timer', name: 'push-again' });
    expect(desk.lastPush()).toEqual([{ mid: 1, id: 'b' }]);
  });

  it('[R12] holds back a customer with an open gap, in order within him, and sends others first', () => {
    const desk = live()
      .frame({}, { ops: [op('P1', 1)] })
      .say({ type: 'lost', reason: 'x' });
    desk.note('a').note('b').note('c', { profileId: 'P2' });
    desk.hello().welcome({ reset: true, reason: 'floor', lmid: 0, seq: 50 });
    expect(desk.lastPush().map((one) => one.id)).toEqual(['c']);
    desk.say({ type: 'push-ack', ack: { lmid: 1 } });
    const rows = [{ table: 'profile' as const, id: 'P1', v: 40, row: { id: 'P1' } }];
    desk.say({ type: 'snap', head: { n: 1 }, body: { scope: 'station:FRA', rows, end: true, at: 50 } });
    expect(desk.lastPush().map((one) => one.id)).toEqual(['a', 'b']);
  });

  it('[R12] holds one entry and with it what follows for the same customer', () => {
    const desk = new TestDesk().note('a').note('b').note('c', { profileId: 'P2' });
    desk.runner.change(hold(desk.outbox.load(), 'a', true) ?? desk.outbox.load());
    desk.hello().welcome();
    expect(desk.lastPush().map((one) => one.id)).toEqual(['c']);
  });

  it('[R12] undoes only what the core cannot know', () => {
    const desk = new TestDesk().note('a');
    expect(undo(desk.outbox.load(), 'a', 'now')?.undone.has('a')).toBe(true);
    desk.hello().welcome();
    expect(undo(desk.outbox.load(), 'a', 'now')).toBeNull();
  });

  it('[R12] does not send again what the core may have forgotten: it says that it does not know', () => {
    const desk = live().note('a').say({ type: 'lost', reason: 'x' });
    desk.now = NOW + 31 * 24 * 3_600_000;
    desk.hello().welcome({ lmid: 0 });
    expect(desk.pending()).toEqual([]);
    expect(desk.outbox.load().conflict.get('a')?.status).toBe('unknown');
    expect(desk.sentOf('push')).toHaveLength(1);
    const again = live()
      .note('a')
      .say({ type: 'push-ack', ack: { lmid: 0, retryMs: 250 } });
    expect(again.timers.has('watchdog')).toBe(true);
    again.now = NOW + 31 * 24 * 3_600_000;
    again.runner.dispatch({ type: 'timer', name: 'push-again' });
    expect(again.outbox.load().conflict.get('a')?.status).toBe('unknown');
    expect(again.timers.has('watchdog')).toBe(false);
  });

  it('gives no mid above lmidAck + 2,000', () => {
    const outbox = new MemoryOutbox('client-0');
    outbox.write([{ table: 'me', me: { clientId: 'client-0', epoch: 'e1', nextMid: 2000, lmidAck: 0 } }]);
    const desk = new TestDesk({ outbox }).note('a').note('b').hello();
    desk.welcome({ lmid: 1999, idsFrom: 1 });
    expect(desk.lastPush()).toEqual([{ mid: 2000, id: 'a' }]);
  });

  it('reconnects and says so when nothing is answered', () => {
    const silent = live().note('a');
    silent.runner.dispatch({ type: 'timer', name: 'push' });
    expect(silent.runner.session).toMatchObject({ phase: 'waiting', reason: 'core_silent' });
    const stuck = live()
      .note('a')
      .say({ type: 'push-ack', ack: { lmid: 1 } });
    expect(stuck.timers.has('watchdog')).toBe(true);
    stuck.runner.dispatch({ type: 'timer', name: 'watchdog' });
    expect(stuck.runner.session).toMatchObject({ phase: 'waiting', reason: 'upload_stuck' });
  });
});

describe('[O20] sending that is stuck', () => {
  const owed = (desk: TestDesk): number | null => desk.runner.session.owedSince;

  it('is known since the first thing that the core did not take, over retries and its own reconnects', () => {
    const desk = live().note('a');
    desk.now = NOW + 20_000;
    desk.say({ type: 'push-ack', ack: { lmid: 0, retryMs: 500 } });
    expect(owed(desk)).toBe(NOW);
    desk.now = NOW + 60_000;
    desk.runner.dispatch({ type: 'timer', name: 'push-again' });
    desk.runner.dispatch({ type: 'timer', name: 'push' });
    expect(desk.runner.session.reason).toBe('core_silent');
    desk.hello().welcome({ lmid: 0 });
    expect(owed(desk)).toBe(NOW);
    desk.say({ type: 'push-ack', ack: { lmid: 1 } });
    expect(owed(desk)).toBe(NOW + 60_000);
    desk.frame({ lmid: 1, results: [[1, 'a', 'applied', '', null]] });
    expect(owed(desk)).toBeNull();
  });

  it('is not what has no connection, nor what is held back', () => {
    const desk = live().note('a').say({ type: 'lost', reason: 'core_unreachable' });
    expect(owed(desk)).toBeNull();
    const held = live();
    held.runner.change(hold(held.note('a').outbox.load(), 'a', true) ?? held.outbox.load());
    expect(owed(live())).toBeNull();
  });

  it('is said from the watchdog’s time on', () => {
    const status = (now: number) =>
      statusView(CONFIG, { ...PARTS, session: { ...newSession(0), owedSince: NOW }, now }).stuckSince;
    expect([status(NOW + 29_999), status(NOW + 30_000)]).toEqual([null, new Date(NOW).toISOString()]);
  });
});

describe('a machine that slept', () => {
  it('gives the connection up, which may be dead, and was away since it fell asleep', () => {
    const desk = live();
    desk.now = NOW + 3_600_000;
    desk.runner.dispatch({ type: 'woke', since: NOW + 5_000 });
    expect(desk.runner.session).toMatchObject({ phase: 'waiting', reason: 'asleep', since: NOW + 5_000 });
    expect(desk.timers.get('connect')).toBe(0);
    desk.hello().welcome();
    expect(desk.runner.session).toMatchObject({ phase: 'live', reason: null });
  });

  it('[P19] keeps a connection that was made after it woke', () => {
    const desk = live().say({ type: 'lost', reason: 'core_unreachable' });
    desk.now = NOW + 3_600_000;
    desk.hello().welcome();
    desk.now += 2_000;
    desk.runner.dispatch({ type: 'woke', since: NOW + 5_000 });
    expect(desk.runner.session.phase).toBe('live');
  });

  it('tries at once where it was waiting for the core, and has been offline as long as before', () => {
    const desk = live().say({ type: 'lost', reason: 'core_unreachable' });
    desk.now = NOW + 3_600_000;
    desk.runner.dispatch({ type: 'woke', since: NOW + 5_000 });
    expect(desk.runner.session.since).toBe(NOW);
    expect(desk.timers.get('connect')).toBe(0);
  });
});

describe('the lease', () => {
  it('remembers when the core was last connected, for the gap that a start finds', () => {
    const desk = live();
    expect(desk.replica.lease()?.heard).toBe(NOW);
    desk.now = NOW + 60_000;
    desk.runner.dispatch({ type: 'timer', name: 'lease' });
    expect(desk.replica.lease()?.heard).toBe(NOW + 60_000);
    desk.say({ type: 'lost', reason: 'x' });
    desk.now = NOW + 120_000;
    desk.runner.dispatch({ type: 'timer', name: 'lease' });
    expect(desk.replica.lease()).toMatchObject({ clock: NOW + 120_000, heard: NOW + 60_000 });
  });
});

describe('what the core lost, and forks', () => {
  it('[R13] sends again, before all others, what a restored core no longer knows', () => {
    const desk = live()
      .note('a')
      .say({ type: 'push-ack', ack: { lmid: 1 } });
    desk.frame({ lmid: 1, results: [[1, 'a', 'applied', '', null]] }).note('b');
    desk.say({ type: 'lost', reason: 'x' }).note('c').hello();
    desk.welcome({ epoch: 'e2', reset: true, reason: 'epoch', lmid: 0, seq: 5 });
    expect(desk.lastPush()).toEqual([
      { mid: 1, id: 'a' },
      { mid: 2, id: 'b' },
      { mid: 3, id: 'c' },
    ]);
    expect(desk.outbox.load().me).toMatchObject({ epoch: 'e2', lmidAck: 0 });
  });

  it('[R13] says 0 for lmidAck while outbox and replica are of different epochs', () => {
    const desk = live()
      .note('a')
      .say({ type: 'push-ack', ack: { lmid: 1 } });
    desk
      .frame({ lmid: 1, results: [[1, 'a', 'applied', '', null]] })
      .say({ type: 'lost', reason: 'x' })
      .hello();
    expect(desk.sentOf('hello').at(-1)?.hello.lmidAck).toBe(1);
    const { me } = desk.outbox.load();
    desk.outbox.write([{ table: 'me', me: { ...me, epoch: 'other' } }]);
    desk.say({ type: 'lost', reason: 'x' }).hello();
    expect(desk.sentOf('hello').at(-1)?.hello.lmidAck).toBe(0);
  });

  it('[P25] [I4] holds no mid to be in rows that are of an epoch which its outbox has left, because a loss of power took the reset', () => {
    const seenAfter = (epoch: string): number | undefined => {
      const desk = live()
        .note('a')
        .say({ type: 'push-ack', ack: { lmid: 1 } });
      desk.frame({ lmid: 1, results: [[1, 'a', 'applied', '', null]] });
      const { me } = desk.outbox.load();
      // The mids were given anew in it: 1 may be another command now, of which the rows know nothing.
      desk.outbox.write([{ table: 'me', me: { ...me, epoch } }]);
      const welcome = { lmid: 1, epoch: 'e2', reset: true, ids: [], idsFrom: 1 };
      desk.say({ type: 'lost', reason: 'x' }).hello().welcome(welcome);
      return desk.replica.staleSeen(me.clientId);
    };
    expect(seenAfter('e1')).toBe(1);
    expect(seenAfter('e2')).toBe(0);
  });

  it('[R13] acknowledges no mid that its rows have not seen, because a loss of power took the frame', () => {
    const before = new MemoryReplica();
    const { outbox } = live()
      .note('a')
      .say({ type: 'push-ack', ack: { lmid: 1 } })
      .frame({ lmid: 1, results: [[1, 'a', 'applied', '', null]] });
    before.reset({
      epoch: 'e1',
      cursor: 0,
      chain: 'c0',
      proof: 'p',
      mask: 'm',
      schemaHash: 's',
      clientId: outbox.load().me.clientId,
      lmid: 0,
      rowsSeen: 0,
      granted: [],
      deleteRows: false,
    });
    expect(outbox.load().me).toMatchObject({ epoch: 'e1', lmidAck: 1 });
    const desk = new TestDesk({ outbox, replica: before }).hello();
    expect(desk.sentOf('hello').at(-1)?.hello.lmidAck).toBe(0);
    // So it learns that its place has another command: this disk was cloned, and a backup was restored since.
    desk.welcome({ lmid: 1, ids: [[1, 'other']], idsFrom: 1 });
    expect(desk.reports).toContain('outbox_forked');
    expect(desk.pending()).toEqual(['a:-']);
  });

  it.each([
    [
      'a welcome that knows more',
      (desk: TestDesk) => desk.say({ type: 'lost', reason: 'x' }).hello().welcome({ lmid: 7 }),
    ],
    [
      'an id of somebody else',
      (desk: TestDesk) =>
        desk
          .say({ type: 'lost', reason: 'x' })
          .hello()
          .welcome({ ids: [[1, 'z']] }),
    ],
    ['a frame that knows more', (desk: TestDesk) => desk.frame({ lmid: 7 })],
    [
      'a result of somebody else',
      (desk: TestDesk) => desk.frame({ lmid: 1, results: [[1, 'z', 'applied', '', null]] }),
    ],
    ['a push ack', (desk: TestDesk) => desk.say({ type: 'push-ack', ack: { lmid: 1, fork: 1 } })],
  ])('[R14] becomes a new client on %s, with its work marked and hidden from the overlay', (_, happens) => {
    const desk = live().note('a');
    happens(desk);
    const outbox = desk.outbox.load();
    expect(outbox.me.clientId).not.toBe('client-0');
    expect(outbox.me).toMatchObject({ nextMid: 1, lmidAck: 0 });
    expect(outbox.pending).toMatchObject([{ id: 'a', mid: null, marked: true }]);
    expect(overlayEntries(outbox, 0)).toEqual([]);
    expect(desk.runner.session.phase).toBe('waiting');
  });

  it('[R14] notices at the start that its rows have seen more than its outbox ever sent', () => {
    const replica = new MemoryReplica();
    const empty = { epoch: 'e1', cursor: 9, chain: 'c9', proof: '', mask: '', schemaHash: '', granted: [] };
    replica.reset({ ...empty, clientId: 'client-0', lmid: 4, rowsSeen: 0, deleteRows: false });
    const desk = new TestDesk({ replica }).hello();
    expect(desk.outbox.load().me.clientId).not.toBe('client-0');
  });

  it('[R15] keeps the text of whatever is not applied', () => {
    const statuses = ['conflict', 'forbidden', 'rejected', 'parked'] as const;
    for (const status of statuses) {
      const desk = live()
        .note('a')
        .frame({ lmid: 1, results: [[1, 'a', status, 'why', { by: 'x' }]] });
      expect(desk.pending()).toEqual([]);
      expect(desk.outbox.load().conflict.get('a')).toMatchObject({
        status,
        code: 'why',
        entry: { args: { text: 'a' } },
      });
      expect(desk.outbox.load().me.lmidAck).toBe(1);
    }
  });

  it('[R15] says that something took effect although it had been taken back', () => {
    const desk = live();
    desk.note('a');
    const { pending: _, ...rest } = desk.outbox.load();
    desk.outbox.write([
      { table: 'pending', id: 'a', entry: null },
      { table: 'undone', id: 'a', at: new Date(NOW).toISOString() },
    ]);
    desk.frame({ lmid: 1, results: [[1, 'a', 'applied', '', null]] });
    expect(desk.outbox.load().conflict.get('a')?.status).toBe('took_effect');
    expect(rest.conflict.size).toBe(0);
  });

  it('[R10] settles a reused id by its place', () => {
    const desk = live()
      .note('a')
      .frame({ lmid: 1, results: [[1, 'a', 'rejected', 'id_reused', null]] });
    expect(desk.outbox.load().conflict.get('a')).toMatchObject({ status: 'rejected', code: 'id_reused' });
  });
});
