import { describe, expect, it } from 'vitest';
import { contentHash } from '../../domain/canonical.ts';
import type { Versions } from '../../protocol/version.ts';
import { World } from './test-world.ts';

const FRA = 'station:FRA';
const MUC = 'station:MUC';

const note = (mid: number, id = `n${mid}`, profileId = 'P1') => ({
  mid,
  id,
  name: 'add-note',
  ver: 1,
  args: { profileId, text: `note ${mid}` },
  base: [],
  at: '2026-11-23T10:00:00Z',
});

/** A world with one customer in FRA, one in MUC, one in both. */
function airport(versions?: Versions) {
  const world = new World(versions ? { versions } : {});
  world.commit(world.profile('P1', [FRA], { tier: 'gold' }), world.profile('P2', [MUC]));
  world.commit(world.profile('P3', [FRA, MUC]));
  return world;
}

describe('hello and welcome', () => {
  it('[R5] a new console is reset with reason new, gets a frame and then its snapshot', () => {
    const world = airport();
    const one = world.console();
    expect(one.hello([FRA])).toMatchObject({
      type: 'welcome',
      reset: true,
      reason: 'new',
      seq: 2,
      lmid: 0,
      ids: [],
      idsFrom: 1,
      granted: [FRA],
      denied: [],
    });
    expect(one.link.sent.map((sent) => sent.event)).toEqual(['frame', 'snap', 'snap']);
    expect(one.frames()[0]).toMatchObject({ n: 1, from: 2, to: 2, ops: [], drop: [], results: [] });
    expect(one.held()).toEqual(one.expected());
    expect([...one.rows.keys()]).toEqual(['profile P1', 'profile P3']);
  });

  it('[R5] names the first reason that holds', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    const { place } = one;
    const cases: [object, string][] = [
      [{}, ''],
      [{ epoch: '' }, 'new'],
      [{ epoch: 'other', cursor: 99 }, 'epoch'],
      [{ cursor: 99, chain: 'x' }, 'future'],
      [{ chain: 'x', mask: 'x' }, 'chain'],
      [{ mask: 'x', schemaHash: 'x' }, 'mask'],
      [{ schemaHash: 'x' }, 'schema'],
      [{ schemaHash: '' }, ''],
    ];
    for (const [parts, reason] of cases) {
      const answer = one.hello([FRA], { ...place, active: [], ...parts });
      expect({ ...parts, reason: answer.reason, reset: answer.reset }).toEqual({
        ...parts,
        reason,
        reset: reason !== '',
      });
      one.place = { ...place };
      one.active = new Set();
    }
    world.commit(world.profile('P1', [FRA]), world.profile('P4', [FRA]));
    world.store.cutLog(0);
    expect(one.hello([FRA], { ...place, active: [] }).reason).toBe('floor');
  });

  it('[R5] an invented cursor resets nobody else; a genuine proof of a lost history makes a new epoch', () => {
    const world = airport();
    const other = world.console('c2', { subject: 'bo' });
    other.hello([FRA]);
    const one = world.console();
    one.hello([FRA]);
    const before = world.store.head().epoch;
    const lost = { ...one.place, cursor: 9, chain: 'lost' };
    expect(one.hello([FRA], { ...lost, proof: 'invented' })).toMatchObject({
      reason: 'future',
      epoch: before,
    });
    expect(other.link.closed).toBe(false);
    const genuine = world.proof(before, 9, 'lost');
    const answer = one.hello([FRA], { ...lost, proof: genuine });
    expect(answer).toMatchObject({ reset: true, reason: 'future', seq: world.store.head().seq });
    expect(answer.epoch).not.toBe(before);
    other.take();
    expect(other.resetReason).toBe('epoch');
    expect(other.link.closed).toBe(true);
    expect(world.clients.alarms().map((alarm) => alarm.kind)).toEqual(['restored_backup']);
    expect(one.held()).toEqual(one.expected());
  });

  it('[R5] a resume keeps what is granted, drops the rest in its first frame and snapshots what is new', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA, MUC]);
    world.hub.disconnected(one.session);
    world.commit(world.profile('P1', [FRA], { tier: 'senator' }));
    const answer = one.hello([FRA, 'flight:LH1/2026-11-23']);
    expect(answer).toMatchObject({ reset: false, reason: '', granted: [FRA, 'flight:LH1/2026-11-23'] });
    const [first] = one.frames();
    expect(first).toMatchObject({ from: 2, to: 3, drop: [MUC] });
    expect(first?.ops.map((op) => [op.id, op.scopes])).toEqual([['P1', [FRA]]]);
    expect([...one.active].sort()).toEqual(['flight:LH1/2026-11-23', FRA]);
    expect(one.held()).toEqual(one.expected());
  });

  it('[R1] grants what the token covers, and denies the rest', () => {
    const world = airport();
    const one = world.console('c1', { grants: ['station:FRA', 'flight:LH*'] });
    expect(
      one.hello([FRA, MUC, 'flight:LH1/2026-01-01', 'flight:BA1/2026-01-01', 'nonsense', FRA]),
    ).toMatchObject({
      granted: [FRA, 'flight:LH1/2026-01-01'],
      denied: [MUC, 'flight:BA1/2026-01-01', 'nonsense'],
    });
  });

  it('[R1] refuses a foreign clientId before anything else, and what it cannot read', () => {
    const world = airport();
    world.console('c1').hello([FRA]);
    const thief = world.console('c1', { subject: 'bo' });
    expect(thief.hello([FRA], { cursor: 'x' })).toMatchObject({ type: 'refused', code: 'client_of_other' });
    expect(thief.link.closed).toBe(true);
    const broken = world.console('c3');
    expect(broken.hello([FRA], { cursor: 'x' })).toMatchObject({ type: 'refused', code: 'hello_invalid' });
    expect(broken.hello([FRA], { clientId: undefined })).toMatchObject({ code: 'hello_invalid' });
    expect(broken.hello(Array.from({ length: 1_001 }, () => FRA))).toMatchObject({ code: 'hello_invalid' });
    expect(broken.hello([FRA], { proto: 'kairos-sync/2' })).toEqual({ type: 'upgrade', min: 1, max: 1 });
  });

  it('[versions] serves version N and N-1, and a replica of either without a reset; others are told which', () => {
    const next = { min: 1, max: 2, schemaHash: 'hash-of-2', served: ['', 'hash-of-2', 'hash-of-1'] };
    const world = airport(next);
    const older = world.console('c1');
    expect(older.hello([FRA], { proto: 'kairos-sync/1' })).toMatchObject({ type: 'welcome', reason: 'new' });
    expect(older.place.schemaHash).toBe('hash-of-2');
    const kept = { ...older.place, schemaHash: 'hash-of-1' };
    expect(older.hello([FRA], { ...kept, proto: 'kairos-sync/1' })).toMatchObject({ reset: false });
    expect(older.hello([FRA], { ...older.place, proto: 'kairos-sync/2' })).toMatchObject({ reset: false });
    expect(older.hello([FRA], { ...kept, schemaHash: 'hash-of-0' })).toMatchObject({ reason: 'schema' });
    for (const proto of ['kairos-sync/3', 'kairos-sync/0', 'kairos', '']) {
      const answer = world.console(`c-${proto}`).hello([FRA], { proto });
      expect({ proto, answer }).toEqual({ proto, answer: { type: 'upgrade', min: 1, max: 2 } });
    }
  });

  it('[R1] ignores everything before hello, and a second hello', () => {
    const world = airport();
    const one = world.console();
    expect(one.push(note(1))).toBeUndefined();
    expect(one.ask('sub', { wanted: [FRA] })).toBeUndefined();
    one.hello([FRA]);
    const sent = one.link.sent.length;
    world.hub.hello(one.session, { proto: 'kairos-sync/1', clientId: 'c1' }, () => {
      throw new Error('answered');
    });
    expect(one.link.sent.length).toBe(sent);
  });

  it('[R1] the newest hello wins: the older connection is told by whom, closed and ignored', () => {
    const world = airport();
    const older = world.console('c1');
    older.hello([FRA], { conn: 'a' });
    const newer = world.console('c1');
    newer.hello([FRA], { conn: 'b' });
    older.take();
    expect(older.bye).toMatchObject({ reason: 'replaced', by: 'b' });
    expect(older.link.closed).toBe(true);
    expect(older.push(note(1))).toBeUndefined();
    expect(newer.push(note(1))).toEqual({ lmid: 1 });
  });

  it('[R1] a subject has at most 100 clients; one that is away for 30 days is forgotten', () => {
    const world = airport();
    for (let i = 0; i < 100; i++) world.hub.disconnected(world.console(`c${i}`).helloed([FRA]).session);
    expect(world.console('c100').hello([FRA])).toMatchObject({ type: 'refused', code: 'too_many_clients' });
    expect(world.console('c5').hello([FRA])).toMatchObject({ type: 'welcome' });
    world.clock.now += 31 * 86_400_000;
    expect(world.console('c100').hello([FRA])).toMatchObject({ type: 'welcome' });
  });
});

describe('frames', () => {
  it('[R3] tell what changed, with all active scopes, and deletes only of what was here', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA, MUC]);
    world.commit(world.profile('P3', [FRA]), world.profile('P9', ['station:JFK']));
    one.take();
    expect(one.frames().at(-1)?.ops).toMatchObject([{ id: 'P3', v: 3, scopes: [FRA] }]);
    world.commit(
      world.gone('profile', 'P2'),
      world.gone('profile', 'P9'),
      world.profile('P1', ['station:JFK']),
    );
    one.take();
    expect(
      one
        .frames()
        .at(-1)
        ?.ops.map(({ id, scopes, row }) => [id, scopes, row]),
    ).toEqual([
      ['P1', [], null],
      ['P2', [], null],
    ]);
    expect(one.held()).toEqual(one.expected());
  });

  it('[R3] nothing of a scope that the console does not have makes a frame, but once a minute one comes', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    const none = world.console('c2');
    none.hello([]);
    const before = one.frames().length;
    world.commit(world.profile('P2', [MUC], { tier: 'x' }));
    one.take();
    expect(one.frames().length).toBe(before);
    world.clock.now += 60_000;
    world.hub.tick();
    for (const console of [one, none]) {
      console.take();
      expect(console.place.cursor).toBe(3);
      expect(console.frames().at(-1)).toMatchObject({ ops: [], to: 3 });
    }
  });

  it('[R3] bodies are equal for equal scopes, mask, from and to', () => {
    const world = airport();
    const consoles = ['a', 'b'].map((id) => world.console(id).helloed([FRA]));
    world.commit(world.profile('P1', [FRA], { tier: 'x' }));
    for (const one of consoles) one.take();
    const [a, b] = consoles.map((one) => one.frames().at(-1));
    expect({ ...a, n: 0, sums: 0 }).toEqual({ ...b, n: 0, sums: 0 });
  });

  it('[R16] a commit above 256 KB comes in parts, each within its size, and is applied as one', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    const big = Array.from({ length: 9 }, (_, i) =>
      world.profile(`B${i}`, [FRA], { text: 'x'.repeat(90_000) }),
    );
    world.commit(...big);
    one.take();
    const parts = one.frames().filter((frame) => frame.part !== undefined);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map((frame) => frame.part)).toEqual(parts.map((_, i) => i + 1));
    expect(parts.map((frame) => frame.parts)).toEqual([...parts.slice(1).map(() => undefined), parts.length]);
    expect(parts[0]).not.toHaveProperty('to');
    for (const sent of one.link.sent) expect(sent.bytes).toBeLessThanOrEqual(256 * 1024);
    expect(one.held()).toEqual(one.expected());
  });

  it('[R16] rows that change or leave between the parts are told again in the last one', () => {
    const world = airport();
    const one = world.console();
    world.commit(world.profile('Z', [FRA]));
    one.hello([FRA]);
    one.acks = false;
    world.commit(
      world.profile('Z', [MUC]),
      ...Array.from({ length: 30 }, (_, i) => world.profile(`B${i}`, [FRA], { text: 'x'.repeat(90_000) })),
    );
    one.take();
    expect(one.frames().at(-1)).not.toHaveProperty('parts');
    world.commit(world.profile('Z', [MUC], { again: true }));
    world.commit(world.profile('B0', [FRA], { text: 'new' }), world.profile('B1', [MUC]));
    world.commit(world.gone('profile', 'B2'), world.profile('P1', [MUC]));
    one.ask('sub', { wanted: [FRA, MUC] });
    one.acks = true;
    for (let i = 0; i < 20; i++) {
      one.ack();
      one.take();
    }
    expect(one.active).toEqual(new Set([FRA, MUC]));
    expect(one.held()).toEqual(one.expected());
  });

  it('[R3] a cut log ends the connections that are below its floor', () => {
    const world = airport();
    const one = world.console();
    one.hello([]);
    world.commit(world.profile('P2', [MUC], { tier: 'x' }));
    world.store.cutLog(0);
    one.take();
    expect(one.bye).toMatchObject({ reason: 'floor' });
  });
});

describe('snapshots', () => {
  it('[R4] of a large scope come in parts, and end with what changed meanwhile', () => {
    const world = airport();
    world.commit(
      ...Array.from({ length: 60 }, (_, i) => world.profile(`B${i}`, [FRA], { text: 'x'.repeat(60_000) })),
    );
    const one = world.console();
    one.acks = false;
    one.hello([FRA]);
    expect(one.active.size).toBe(0);
    world.commit(world.profile('B1', [FRA], { text: 'new' }), world.profile('B2', [MUC]));
    world.commit(world.gone('profile', 'B59'), world.profile('A', [FRA]), world.gone('profile', 'B58'));
    world.commit(world.profile('B58', [FRA], { again: true }), world.profile('B3', [MUC]));
    one.acks = true;
    for (let i = 0; i < 20; i++) {
      one.ack();
      one.take();
    }
    expect(one.active).toEqual(new Set([FRA]));
    expect(one.held()).toEqual(one.expected());
    expect(one.snaps().at(-1)).toMatchObject({ end: true, at: one.place.cursor });
    for (const sent of one.link.sent) expect(sent.bytes).toBeLessThanOrEqual(256 * 1024);
  });

  it('[R4] of a scope that is given up is dropped, and begins anew only after that frame', () => {
    const world = airport();
    world.commit(
      ...Array.from({ length: 60 }, (_, i) => world.profile(`B${i}`, [FRA], { text: 'x'.repeat(60_000) })),
    );
    const one = world.console();
    one.acks = false;
    one.hello([FRA]);
    one.ask('sub', { wanted: [] });
    one.ask('sub', { wanted: [FRA] });
    one.acks = true;
    const before = one.link.sent.length;
    for (let i = 0; i < 20; i++) {
      one.ack();
      one.take();
    }
    const events = one.link.sent.slice(before);
    expect(events[0]?.event).toBe('frame');
    expect(events[0]?.args[0]).toMatchObject({ drop: [FRA] });
    expect(one.held()).toEqual(one.expected());
  });

  it('[R4] is dropped and begun anew when the log no longer reaches back to it', () => {
    const world = airport();
    world.commit(
      ...Array.from({ length: 60 }, (_, i) => world.profile(`B${i}`, [FRA], { text: 'x'.repeat(60_000) })),
    );
    const one = world.console();
    one.acks = false;
    one.hello([FRA, MUC]);
    world.commit(world.profile('P1', [FRA], { tier: 'x' }));
    world.clock.now += 59_000;
    one.ack();
    one.take();
    world.clock.now += 2_000;
    one.ack();
    one.take();
    expect(one.place.cursor).toBe(4);
    world.store.cutLog(0);
    one.acks = true;
    for (let i = 0; i < 20; i++) {
      one.ack();
      one.take();
    }
    expect(one.frames().some((frame) => frame.drop?.includes(FRA))).toBe(true);
    expect(one.held()).toEqual(one.expected());
  });

  it('[R4] shares parts that another console has just been sent', () => {
    const world = airport();
    const many = Array.from({ length: 20 }, (_, i) =>
      world.profile(`B${i}`, [FRA], { text: 'x'.repeat(60_000) }),
    );
    world.commit(...many);
    const one = world.console('a').helloed([FRA]);
    world.commit(
      world.profile('B3', [FRA], { text: 'new' }),
      world.gone('profile', 'B4'),
      world.profile('C', [FRA]),
    );
    const two = world.console('b').helloed([FRA]);
    one.take();
    expect(two.held()).toEqual(two.expected());
    expect(one.held()).toEqual(two.held());
  });
});

describe('flow', () => {
  it('[I7] at most 8 messages and 1 MB are out; what comes later is computed from the log', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    one.acks = false;
    for (let i = 0; i < 40; i++) world.commit(world.profile('P1', [FRA], { count: i }));
    one.take();
    expect(one.session.unacked.length).toBeLessThanOrEqual(8);
    const before = one.frames().length;
    one.acks = true;
    one.ack();
    one.take();
    expect(one.frames().length).toBe(before + 1);
    expect(one.held()).toEqual(one.expected());
  });

  it('a console that acknowledges nothing for 60 s is sent away', () => {
    const world = airport();
    const one = world.console();
    one.acks = false;
    one.hello([FRA]);
    world.clock.now += 59_000;
    world.hub.tick();
    expect(one.link.closed).toBe(false);
    world.clock.now += 2_000;
    world.hub.tick();
    one.take();
    expect(one.bye).toMatchObject({ reason: 'busy' });
  });

  it('a connection without hello is closed after 10 s', () => {
    const world = airport();
    const one = world.console();
    world.clock.now += 10_001;
    world.hub.tick();
    expect(one.link.closed).toBe(true);
  });

  it('an ack of what was never sent says nothing', () => {
    const world = airport();
    const one = world.console();
    one.acks = false;
    one.hello([FRA]);
    const out = one.session.unacked.length;
    for (const n of [99, -1, 'x', null, 1.5]) world.hub.ack(one.session, { n });
    expect(one.session.unacked.length).toBe(out);
  });
});

describe('results', () => {
  it('[R3] come with the frame that holds the change, once per connection', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    expect(one.push(note(1), note(2))).toEqual({ lmid: 2 });
    expect(one.results).toEqual([
      [1, 'n1', 'applied', '', null],
      [2, 'n2', 'applied', '', null],
    ]);
    expect(one.lmid).toBe(2);
    expect(one.rows.has('event n1')).toBe(true);
    world.commit(world.profile('P1', [FRA], { tier: 'x' }));
    one.take();
    expect(one.results.length).toBe(2);
  });

  it('[R3] come with the changes of others too, though the hub has not been told of them yet', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    world.asleep = true;
    world.commit(world.profile('P2', [FRA]));
    world.commit(world.profile('P3', [MUC]));
    one.push(note(1));
    expect(one.results).toHaveLength(1);
    expect(one.held()).toEqual(one.expected());
    expect([...one.rows.keys()]).toEqual(['profile P1', 'profile P2', 'event n1']);
  });

  it('[R3] a frame that only drops says lmid as of its own cursor, also to a console that lost its last frames', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA, MUC]);
    const before = { ...one.place };
    const rows = [...one.rows].map(([key, row]) => [key, { ...row, scopes: new Set(row.scopes) }] as const);
    one.push(note(1));
    const large = Array.from({ length: 4 }, (_, i) =>
      world.profile(`B${i}`, [FRA], { text: 'x'.repeat(90_000) }),
    );
    world.commit(...large);
    one.take();
    // Power was lost: replica.db is as before the push, outbox.db is not.
    one.place = before;
    one.rows.clear();
    for (const [key, row] of rows) one.rows.set(key, row);
    one.hello([FRA], { lmidAck: 1, active: [FRA, MUC] });
    const [first, ...rest] = one.frames();
    expect(first).toMatchObject({ from: before.cursor, to: before.cursor, lmid: 0, drop: [MUC] });
    expect(rest.at(-1)).toMatchObject({ lmid: 1 });
  });

  it('[R13] after a reconnect those above lmidAck come again, lowest first, after a reset all', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    one.push(note(1), note(2), note(3));
    one.results.length = 0;
    expect(one.hello([FRA], { lmidAck: 2 })).toMatchObject({ lmid: 3, ids: [[3, 'n3']], idsFrom: 3 });
    expect(one.results.map(([mid]) => mid)).toEqual([3]);
    one.results.length = 0;
    expect(one.hello([FRA], { lmidAck: 3 })).toMatchObject({ ids: [], idsFrom: 4 });
    expect(one.results).toEqual([]);
    expect(one.hello([FRA], { lmidAck: 3, epoch: '' })).toMatchObject({ idsFrom: 1 });
    expect(one.results.map(([mid]) => mid)).toEqual([1, 2, 3]);
  });

  it('[R13] more than a head of 64 KB holds are spread over frames', () => {
    const world = airport();
    const seat = 'trip.A.1.seat';
    world.commit(world.profile('P1', [FRA], { [seat]: 's'.repeat(4_000) }));
    const one = world.console();
    one.hello([FRA]);
    const base = [{ table: 'profile', id: 'P1', fact: seat, hash: 'other' }];
    const args = { profileId: 'P1', booking: 'A', segment: 1, seat: '1A' };
    for (let i = 0; i < 40; i++) {
      const mid = i + 1;
      one.acks = i === 39;
      expect(one.push({ mid, id: `s${mid}`, name: 'change-seat', ver: 1, args, base, at: '' })).toEqual({
        lmid: mid,
      });
    }
    one.ack();
    one.take();
    expect(one.results.map(([mid, , status]) => [mid, status])).toEqual(
      Array.from({ length: 40 }, (_, i) => [i + 1, 'conflict']),
    );
    for (const frame of one.frames())
      expect(JSON.stringify({ ...frame, ops: [] }).length).toBeLessThan(66 * 1024);
  });
});

describe('permission', () => {
  it('[C2] rows and facts that a role may not see are in no op, snapshot or sum', () => {
    const world = airport();
    const facts = { 'case.C1.status': 'open', phone: '+491712345612', tier: 'gold' };
    world.commit(world.profile('P1', [FRA], facts), world.event('e1', 'P1', [FRA], { type: 'note' }));
    const kiosk = world.role('kiosk');
    kiosk.hello([FRA]);
    const operator = world.role('operator');
    operator.hello([FRA]);
    world.commit(world.event('e2', 'P1', [FRA], { type: 'note' }), world.event('e3', 'P1', [FRA]));
    world.commit(world.gone('event', 'e1'), world.profile('P1', [FRA], { ...facts, tier: 'x' }));
    kiosk.take();
    operator.take();
    expect([...operator.rows.keys()].sort()).toEqual(['event e2', 'event e3', 'profile P1', 'profile P3']);
    expect([...kiosk.rows.keys()].sort()).toEqual(['event e3', 'profile P1', 'profile P3']);
    const all = JSON.stringify(kiosk.link.sent);
    expect(all).not.toMatch(/case\.C1|2345612|"e1"|"e2"/u);
    expect(all).toContain('******12');
    world.clock.now += 60_000;
    world.commit(world.profile('P3', [FRA], { tier: 'y' }));
    kiosk.take();
    operator.take();
    expect(kiosk.sums[FRA]).toMatch(/^[0-9a-f]{16}$/u);
    expect(kiosk.sums[FRA]).not.toBe(operator.sums[FRA]);
  });

  it('a revoked subject loses all scopes in a last frame, and is told why', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    world.hub.revoke('anna');
    one.take();
    expect(one.rows.size).toBe(0);
    expect(one.active.size).toBe(0);
    expect(one.bye).toMatchObject({ reason: 'station_revoked' });
    expect(one.link.closed).toBe(true);
  });

  it('a token that ends is told so, and nothing is dropped', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    world.clock.now += 3_600_001;
    world.hub.tick();
    one.take();
    expect(one.bye).toMatchObject({ reason: 'token_expired' });
    expect(one.rows.size).toBe(2);
  });

  it('a fresh token changes grants as a sub does, and a changed mask resets', async () => {
    const world = airport();
    const one = world.console('c1', { grants: [FRA] });
    expect(one.hello([FRA, MUC]).denied).toEqual([MUC]);
    const { tokens } = world.hub.deps;
    const renew = async (role: 'operator' | 'kiosk', scopes: string[], subject = 'anna') => {
      const token = await tokens.issue({ subject, role, scopes, ttlSeconds: 60 });
      let answer: unknown;
      await world.hub.auth(one.session, { token }, (reply) => {
        answer = reply;
      });
      one.take();
      return answer;
    };
    expect(await renew('operator', ['station:*'], 'bo')).toMatchObject({ refused: { code: 'subject' } });
    expect(await renew('operator', [MUC])).toEqual({ until: '2026-11-23T10:01:00.000Z' });
    expect([...one.active]).toEqual([MUC]);
    expect(one.held()).toEqual(one.expected());
    await renew('kiosk', [MUC]);
    expect(one.resetReason).toBe('mask');
    expect(one.link.closed).toBe(true);
  });

  it('find grants one customer to this client, for 12 h, and 30 times a minute', () => {
    const world = airport();
    world.commit(
      world.profile('P7', ['station:JFK'], { firstName: 'Anna', lastName: 'Weber', email: 'a@b.de' }),
    );
    world.holders.set('email a@b.de', ['P7']);
    const one = world.console('c1', { grants: [FRA] });
    expect(one.hello([FRA, 'profile:P7']).denied).toEqual(['profile:P7']);
    expect(one.push(note(1, 'n1', 'P7'))).toEqual({ lmid: 1 });
    expect(one.results.at(-1)).toEqual([1, 'n1', 'forbidden', 'scope', null]);
    const find = { type: 'email', value: 'a@b.de', purpose: 'caller' };
    expect(one.ask('find', find)).toEqual({
      found: [{ id: 'P7', name: 'Anna Weber', scope: 'profile:P7' }],
      more: false,
    });
    expect(one.ask('sub', { wanted: [FRA, 'profile:P7'] }).granted).toEqual([FRA, 'profile:P7']);
    one.push(note(2, 'n2', 'P7'));
    expect(one.results.at(-1)).toEqual([2, 'n2', 'applied', '', null]);
    for (let i = 0; i < 29; i++) one.ask('find', find);
    expect(one.ask('find', find)).toMatchObject({ refused: { code: 'rate' } });
    one.session.viewer.until += 86_400_000;
    world.clock.now += 12 * 3_600_000 + 1;
    world.hub.tick();
    one.take();
    expect([...one.active]).toEqual([FRA]);
  });
});

describe('divergence', () => {
  it('a sum comes with the first frame after the end, and is that of the worked example', () => {
    const world = new World();
    const one = world.console();
    one.hello([FRA]);
    world.commit(world.profile('P1', [FRA]));
    one.take();
    const first = one.sums[FRA];
    world.commit(world.profile('P1', [FRA], { a: 1 }));
    world.clock.now += 60_000;
    world.commit(world.profile('P2', [FRA]), world.gone('profile', 'P1'), world.event('E', 'P2', [FRA]));
    one.take();
    expect(first).toMatch(/^[0-9a-f]{16}$/u);
    expect(one.sums[FRA]).toBe(world.sumOf(FRA));
  });

  it('compare names the buckets that differ, and a repair sends those again, once in 10 minutes', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    const sums = world.bucketSums(FRA);
    expect(one.ask('compare', { scope: FRA, at: one.place.cursor, sums })).toEqual({ differs: [] });
    expect(one.ask('compare', { scope: MUC, at: 2, sums })).toMatchObject({ refused: { code: 'scope' } });
    const wrong = [...sums];
    wrong[141] = '0000000000000000';
    const differs = sums[141] === wrong[141] ? [] : [141];
    expect(one.ask('compare', { scope: FRA, at: one.place.cursor, sums: wrong })).toEqual({ differs });
    expect(one.ask('repair', { scope: FRA, buckets: [141] })).toEqual({ ok: true });
    const repair = one.snaps().filter((snap) => snap.buckets);
    expect(repair.flatMap((snap) => snap.rows.map((row) => row.id))).toEqual(['P1']);
    expect(repair.at(-1)).toMatchObject({ end: true, buckets: [141] });
    expect(one.ask('repair', { scope: FRA, buckets: [141] })).toMatchObject({ refused: { code: 'rate' } });
    expect(world.clients.alarms()[0]?.kind).toBe('divergence');
  });
});

describe('a damaged replica', () => {
  it('finds missing, foreign and old rows by its sums, and is whole after the repair', () => {
    const world = new World();
    world.commit(...Array.from({ length: 60 }, (_, i) => world.profile(`P${i}`, [FRA], { i })));
    world.commit(world.profile('P7', [FRA], { i: 'new' }));
    const one = world.console();
    one.hello([FRA]);
    one.rows.delete('profile P3');
    one.rows.set('profile X', { v: 1, scopes: new Set([FRA]), row: {} });
    const old = one.rows.get('profile P7');
    if (old) one.rows.set('profile P7', { ...old, v: 1 });
    const { differs } = one.ask('compare', { scope: FRA, at: one.place.cursor, sums: one.bucketSums(FRA) });
    expect(differs.length).toBeGreaterThan(0);
    expect(differs.length).toBeLessThanOrEqual(3);
    expect(one.ask('repair', { scope: FRA, buckets: differs })).toEqual({ ok: true });
    expect(one.held()).toEqual(one.expected());
    expect(one.bucketSums(FRA)).toEqual(world.bucketSums(FRA));
  });

  it('does not call a bucket different that has changed since the cursor', () => {
    const world = airport();
    const one = world.console();
    one.hello([FRA]);
    one.acks = false;
    for (let i = 0; i < 12; i++) world.commit(world.profile('P1', [FRA], { i }));
    one.take();
    expect(one.place.cursor).toBeLessThan(world.store.head().seq);
    const sums = one.bucketSums(FRA);
    expect(one.ask('compare', { scope: FRA, at: one.place.cursor, sums })).toEqual({ differs: [] });
  });
});

describe('presence, wipe, shutdown', () => {
  it('presence reaches those who hold the customer, not the sender', () => {
    const world = airport();
    const one = world.console('a').helloed([FRA]);
    const two = world.console('b', { subject: 'bo' }).helloed([FRA]);
    const three = world.console('c', { subject: 'cy' }).helloed([MUC]);
    world.hub.presence(one.session, { profileId: 'P1', state: 'editing' });
    for (const console of [one, two, three]) console.take();
    expect(two.notices).toEqual([{ kind: 'presence', profileId: 'P1', by: 'anna', state: 'editing' }]);
    expect([one.notices, three.notices]).toEqual([[], []]);
    expect(world.opened).toEqual(['FRA P1']);
    world.clock.now += 1_000;
    world.hub.presence(two.session, { profileId: 'P1', state: 'viewing' });
    world.clock.now += 1_000;
    world.hub.tick();
    one.take();
    two.take();
    expect(one.notices).toEqual([{ kind: 'presence', profileId: 'P1', by: 'bo', state: 'viewing' }]);
    expect(two.notices.slice(1)).toEqual([
      { kind: 'presence', profileId: 'P1', by: 'anna', state: 'editing' },
    ]);
    one.notices.length = 0;
    world.clock.now += 1_000;
    world.hub.disconnected(one.session);
    world.hub.tick();
    two.take();
    expect(two.notices.at(-1)).toMatchObject({ state: 'none' });
  });

  it('a ringing contact is told to its queue', () => {
    const world = airport();
    const one = world.console().helloed(['queue:support-de']);
    const row = { id: 'k1', state: 'ringing', queue: 'support-de', station: null };
    world.commit({ table: 'contact', id: 'k1', json: JSON.stringify(row), scopes: ['queue:support-de'] });
    one.take();
    expect(one.notices).toEqual([{ kind: 'ringing', contactId: 'k1' }]);
  });

  it('a wipe is told at once or at the next hello, until the receipt is given', () => {
    const world = airport();
    const one = world.console('a').helloed([FRA]);
    const away = world.console('b').helloed([FRA]);
    world.hub.disconnected(away.session);
    const id = world.hub.wipe('anna', 'all');
    expect(one.link.sent.at(-1)).toMatchObject({ event: 'wipe', args: [{ id, mode: 'all' }] });
    expect(one.push(note(1))).toBeUndefined();
    one.link.answer?.({ id, done: true, pending: 2 });
    expect(one.link.closed).toBe(true);
    expect(world.clients.alarms()[0]?.kind).toBe('wiped_pending');
    expect(away.hello([FRA])).toEqual({ type: 'wipe', id, mode: 'all' });
    expect(away.hello([FRA])).toMatchObject({ type: 'wipe' });
    world.hub.wiped(away.session, { id, pending: 0 });
    expect(away.link.closed).toBe(true);
    expect(away.hello([FRA])).toMatchObject({ type: 'welcome' });
    expect(one.hello([FRA])).toMatchObject({ type: 'welcome' });
  });

  it('a connection ends also while the store takes nothing more, and nobody else notices', () => {
    const world = airport();
    const one = world.console('c1').helloed([FRA]);
    const two = world.console('c2').helloed([FRA]);
    world.clients.putClient = () => {
      throw new Error('full');
    };
    world.hub.disconnected(one.session);
    world.hub.shutdown();
    two.take();
    expect(two.bye).toMatchObject({ reason: 'shutdown' });
    expect(world.errors).toHaveLength(2);
    expect(world.hub.size).toBe(0);
  });

  it('a shutdown tells when to come back', () => {
    const world = airport();
    const one = world.console().helloed([FRA]);
    world.hub.shutdown();
    one.take();
    expect(one.bye).toMatchObject({ reason: 'shutdown' });
    expect(one.link.closed).toBe(true);
  });
});

describe('commands', () => {
  const seat = 'trip.A.1.seat';
  const change = (mid: number, to: string, hash: string | null | undefined, id = `s${mid}`) => ({
    mid,
    id,
    name: 'change-seat',
    ver: 1,
    args: { profileId: 'P1', booking: 'A', segment: 1, seat: to },
    base: hash === undefined ? [] : [{ table: 'profile', id: 'P1', fact: seat, hash }],
    at: '2026-11-23T10:00:00Z',
  });

  function counter(parts = {}) {
    const world = airport();
    world.commit(world.profile('P1', [FRA], { [seat]: '12A' }));
    const one = world.console('c1', parts);
    one.hello([FRA]);
    return { world, one, last: () => one.results.at(-1)?.slice(2) };
  }

  it('[R8] strict commands compare what the operator saw', () => {
    const { one, last } = counter();
    one.push(change(1, '14C', contentHash('12A')));
    expect(last()).toEqual(['applied', '', null]);
    one.push(change(2, '15C', contentHash('12A')));
    expect(last()).toEqual([
      'conflict',
      'stale',
      {
        facts: [{ fact: seat, theirs: '14C', source: 'console', at: '2026-11-23T10:00:00.000Z' }],
        by: 'anna',
      },
    ]);
    one.push(change(3, '15C', undefined));
    expect(last()?.slice(0, 2)).toEqual(['rejected', 'base_missing']);
    one.push(change(4, '15C', null));
    expect(last()?.slice(0, 2)).toEqual(['conflict', 'stale']);
  });

  it('[R8] merge overwrites, and says so if the base was another', () => {
    const { one, last, world } = counter();
    const set = (mid: number, value: string, base: object[]) => ({
      mid,
      id: `p${mid}`,
      name: 'set-preference',
      ver: 1,
      args: { profileId: 'P1', name: 'meal', value },
      base,
      at: '',
    });
    const fact = 'preference.meal';
    one.push(set(1, 'vegan', [{ table: 'profile', id: 'P1', fact, hash: null }]));
    expect(last()).toEqual(['applied', '', null]);
    one.push(set(2, 'none', [{ table: 'profile', id: 'P1', fact, hash: null }]));
    expect(last()).toEqual(['applied', 'overwrote', null]);
    one.push(set(3, 'x', []));
    expect(last()).toEqual(['applied', '', null]);
    expect(JSON.parse(world.store.row('profile', 'P1')?.json ?? '').facts[fact].value).toBe('x');
  });

  it('rejects, forbids and parks with the code of the table', () => {
    const { one, last, world } = counter();
    const cases: [object, string, string][] = [
      [{ args: { profileId: 'P1' } }, 'rejected', 'args'],
      [{ args: 'x' }, 'rejected', 'args'],
      [{ name: 7 }, 'rejected', 'args'],
      [{ args: { profileId: 'nobody', text: 'x' } }, 'rejected', 'unknown_profile'],
      [{ args: { profileId: 'P1', text: 'x'.repeat(50_000) } }, 'rejected', 'too_large'],
      [{ args: { profileId: 'P1', text: '\ud800' } }, 'rejected', 'args'],
      [{ name: 'no-such' }, 'parked', 'unknown_command'],
      [{ ver: 2 }, 'parked', 'unknown_version'],
      [{}, 'applied', ''],
    ];
    cases.forEach(([parts, status, code], i) => {
      expect(one.push({ ...note(i + 1), ...parts })).toEqual({ lmid: i + 1 });
      expect([parts, ...(last() ?? [])].slice(0, 3)).toEqual([parts, status, code]);
    });
    const far = world.console('far', { subject: 'bo', grants: [MUC] });
    far.hello([MUC]);
    far.push(note(1, 'far1'));
    expect(far.results.at(-1)?.slice(2)).toEqual(['forbidden', 'scope', null]);
    const kiosk = world.role('kiosk');
    kiosk.hello([FRA]);
    kiosk.push(note(1, 'k1'));
    expect(kiosk.results.at(-1)?.slice(2)).toEqual(['forbidden', 'role', null]);
  });

  it('a command reaches a profile that was in a granted scope since the floor', () => {
    const { one, last, world } = counter({ grants: [FRA] });
    world.commit(world.profile('P1', [MUC]));
    one.push(note(1));
    expect(last()).toEqual(['applied', '', null]);
    world.store.cutLog(0);
    one.hello([FRA]);
    one.push(note(2));
    expect(last()).toEqual(['forbidden', 'scope', null]);
  });

  it('[R6] executes mids once and in order', () => {
    const { one, world } = counter();
    expect(one.push(note(1), note(2))).toEqual({ lmid: 2 });
    const { seq } = world.store.head();
    expect(one.push(note(1), note(2))).toEqual({ lmid: 2 });
    expect(world.store.head().seq).toBe(seq);
    expect(one.push(note(2, 'other'), note(3))).toEqual({ lmid: 2, fork: 2 });
    expect(one.push(note(3), note(5))).toEqual({ lmid: 3, gap: 4 });
    expect(one.push()).toEqual({ lmid: 3 });
  });

  it('[R6] a known id is copied if subject and payload are the same, and id_reused otherwise', () => {
    const { one, world, last } = counter();
    one.push(note(1));
    const { seq } = world.store.head();
    const twin = world.console('c2');
    twin.hello([FRA]);
    twin.push(note(1));
    expect(twin.results.at(-1)).toEqual([1, 'n1', 'applied', '', null]);
    expect(world.store.head().seq).toBe(seq + 1);
    expect(world.store.changedRows(seq, seq + 1)).toEqual([]);
    one.push({ ...note(2, 'n1'), args: { profileId: 'P1', text: 'other' } });
    expect(last()).toEqual(['rejected', 'id_reused', null]);
    const other = world.console('c3', { subject: 'bo' });
    other.hello([FRA]);
    other.push(note(1));
    expect(other.results.at(-1)?.slice(2)).toEqual(['rejected', 'id_reused', null]);
  });

  it('[R7] a poison command is parked after its fifth failure and holds nothing up any longer', () => {
    const { one, world, last } = counter();
    world.failures.plan('add-note', 9);
    for (let i = 1; i < 5; i++)
      expect(one.push(note(1), note(2))).toMatchObject({ lmid: 0, retryMs: 200 * i });
    expect(world.clients.attempts('n1')).toBe(4);
    expect(one.push(note(1))).toEqual({ lmid: 1 });
    expect(last()).toEqual(['parked', 'failed', null]);
    expect(world.clients.alarms()[0]?.kind).toBe('parked');
    world.failures.plan('add-note', 0);
    expect(one.push(note(2))).toEqual({ lmid: 2 });
  });

  it('[R7] an attempt is counted before it is made, so the death of the process counts', () => {
    const { one, world, last } = counter();
    world.clients.setAttempts('n1', 5, world.clock.now);
    expect(one.push(note(1))).toEqual({ lmid: 1 });
    expect(last()).toEqual(['parked', 'failed', null]);
  });

  it('[R7] a transient failure takes its attempt back and keeps the place', () => {
    const { one, world } = counter();
    world.throws.push(Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' }));
    expect(one.push(note(1))).toEqual({ lmid: 0, retryMs: 250 });
    expect(world.clients.attempts('n1')).toBe(0);
    world.throws.push(Object.assign(new Error('large'), { code: 'row_too_large' }));
    one.push(note(1));
    expect(one.results.at(-1)?.slice(2)).toEqual(['rejected', 'too_large', null]);
  });

  it('[R7] a push is refused whole when it cannot be read', () => {
    const { one } = counter();
    const raw = (payload: unknown) => {
      let answer: unknown;
      one.world.hub.push(one.session, payload, (reply) => {
        answer = reply;
      });
      return answer;
    };
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    for (const bad of [null, 7, 'x', [], {}, { commands: 'x' }, { commands: [7] }, { commands: [deep] }])
      expect(raw(bad)).toMatchObject({ lmid: 0, refused: { code: 'push_unreadable' } });
    expect(one.push({ ...note(1), id: 7 })).toEqual({
      lmid: 0,
      refused: { code: 'push_unreadable', mid: 1 },
    });
    expect(one.push(note(2), note(1))).toEqual({ lmid: 0, refused: { code: 'push_not_ascending', mid: 1 } });
    const many = Array.from({ length: 51 }, (_, i) => note(i + 1));
    expect(one.push(...many)).toEqual({ lmid: 0, refused: { code: 'push_too_large' } });
    const large = { ...note(1), args: { profileId: 'P1', text: 'x'.repeat(70_000) } };
    expect(one.push(large)).toEqual({ lmid: 0, refused: { code: 'push_too_large' } });
  });
});
