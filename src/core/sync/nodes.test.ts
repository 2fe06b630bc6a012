/** Two nodes over one store: what is true at one is found by the other, notified or not (R9). */
import { beforeEach, describe, expect, it } from 'vitest';
import { PROTO } from '../../protocol/version.ts';
import type { CoreStore, LogWriter } from '../store/contract.ts';
import { SyncHub } from './hub.ts';
import type { Session } from './session.ts';
import { TestConsole, TestLink, World } from './test-world.ts';

const FRA = 'station:FRA';
let world: World;
let other: SyncHub;

beforeEach(() => {
  world = new World();
  world.commit(world.profile('P1', [FRA], { name: 'Ada' }));
  other = new SyncHub(world.hub.deps);
});

/** Says hello at the other node. */
function helloThere(clientId: string, conn: string, subject = 'anna') {
  const link = new TestLink();
  const session = other.connect(link, world.viewer({ subject }));
  let answer: { type: string; lmid: number } | undefined;
  other.hello(session, { proto: PROTO, clientId, conn, wanted: [FRA] }, (reply) => {
    answer = reply as typeof answer;
  });
  return { link, session, answer };
}

const note = (mid: number, id = `n${mid}`) => ({
  mid,
  id,
  name: 'add-note',
  ver: 1,
  args: { profileId: 'P1', text: id },
  base: [],
  at: '',
});

function pushAt(hub: SyncHub, session: Session, ...commands: object[]) {
  let ack: unknown;
  hub.push(session, { commands }, (reply) => {
    ack = reply;
  });
  return ack;
}

/** The store of a node, where something happens at another one before its next transaction begins. */
function interrupted(store: CoreStore, first: () => void): CoreStore {
  let waiting: (() => void) | null = first;
  return betweenTransactions(store, () => {
    const now = waiting;
    waiting = null;
    now?.();
  });
}

function betweenTransactions(store: CoreStore, meanwhile: () => void): CoreStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name !== 'transaction') {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return (work: (log: LogWriter) => unknown) => {
        meanwhile();
        return target.transaction(work);
      };
    },
  });
}

describe('[R9] two nodes over one store', () => {
  it('[R1] the newest hello wins also at another node: the older connection is told by whom, and is void', () => {
    const one = world.console('c1').helloed([FRA]);
    const there = helloThere('c1', 'newer');
    expect(there.answer).toMatchObject({ type: 'welcome' });
    expect(one.push(note(1))).toBeUndefined();
    one.take();
    expect(one.bye).toEqual({ reason: 'replaced', by: 'newer', retryInMs: 1_000 });
    expect(one.link.closed).toBe(true);
    expect(pushAt(other, there.session, note(1))).toEqual({ lmid: 1 });
  });

  it('[R1] an older connection that says nothing is told at the next tick', () => {
    const one = world.console('c1').helloed([FRA]);
    helloThere('c1', 'newer');
    world.hub.tick();
    one.take();
    expect(one.bye).toMatchObject({ reason: 'replaced', by: 'newer' });
  });

  it('[R1] a hello between the commands of a push at another node ends that push', () => {
    const one = world.console('c1').helloed([FRA]);
    const hub = new SyncHub({
      ...world.hub.deps,
      store: interrupted(world.store, () => {
        expect(helloThere('c1', 'newer').answer).toMatchObject({ lmid: 0 });
      }),
    });
    const { generation } = one.session;
    const session = Object.assign(hub.connect(new TestLink(), world.viewer()), {
      phase: 'live',
      clientId: 'c1',
      generation,
    });
    expect(pushAt(hub, session, note(1), note(2))).toBeUndefined();
    expect(world.clients.client('c1')).toMatchObject({ lastMid: 0 });
    expect(world.store.row('event', 'n1')).toBeUndefined();
  });

  it('[R3] no frame tells of a command that ran on a connection which was replaced in the middle of its push', () => {
    const link = new TestLink();
    let transactions = 0;
    const hub = new SyncHub({
      ...world.hub.deps,
      store: betweenTransactions(world.store, () => {
        // 1: hello, 2: the first command.
        if (++transactions === 3) helloThere('c1', 'late');
      }),
    });
    const session = hub.connect(link, world.viewer());
    hub.hello(session, { proto: PROTO, clientId: 'c1', conn: 'x', wanted: [FRA] }, () => undefined);
    hub.ack(session, { n: 3 });
    const sent = link.sent.length;
    expect(pushAt(hub, session, note(1), note(2))).toBeUndefined();
    expect(world.store.row('event', 'n1')).toBeDefined();
    hub.ack(session, { n: 3 });
    expect(link.sent.slice(sent)).toMatchObject([
      { event: 'bye', args: [{ reason: 'replaced', by: 'late' }] },
    ]);
  });

  it('[R7] a store that takes no more in the middle of a push: what was executed is acknowledged and told', () => {
    let transactions = 0;
    const full = () => {
      if (++transactions === 3) throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
    };
    const clients = Object.create(world.clients, {
      setAttempts: {
        value: (id: string, count: number, at: number) => {
          if (transactions >= 3) throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
          world.clients.setAttempts(id, count, at);
        },
      },
    });
    const hub = new SyncHub({ ...world.hub.deps, clients, store: betweenTransactions(world.store, full) });
    const link = new TestLink();
    const session = hub.connect(link, world.viewer());
    hub.hello(session, { proto: PROTO, clientId: 'c1', conn: 'x', wanted: [FRA] }, () => undefined);
    hub.ack(session, { n: 3 });
    expect(pushAt(hub, session, note(1), note(2))).toEqual({ lmid: 1, retryMs: 1_000 });
    expect(link.sent.at(-1)).toMatchObject({
      event: 'frame',
      args: [{ lmid: 1, results: [[1, 'n1', 'applied', '', null]] }, {}],
    });
  });

  it('[R1] a clientId that two subjects claim at once is the first one’s', () => {
    const hub = new SyncHub({
      ...world.hub.deps,
      store: interrupted(world.store, () => {
        expect(helloThere('c9', 'first', 'bo').answer).toMatchObject({ type: 'welcome' });
      }),
    });
    const session = hub.connect(new TestLink(), world.viewer());
    let answer: unknown;
    hub.hello(session, { proto: PROTO, clientId: 'c9', conn: 'x', wanted: [] }, (reply) => {
      answer = reply;
    });
    expect(answer).toMatchObject({ type: 'refused', code: 'client_of_other' });
    expect(world.clients.client('c9')?.subject).toBe('bo');
  });

  it('[R6] an id that another node executes meanwhile takes effect once, and its result is copied', () => {
    const copy = helloThere('c2', 'x');
    const hub = new SyncHub({
      ...world.hub.deps,
      store: interrupted(world.store, () => {
        expect(pushAt(other, copy.session, note(1, 'same'))).toEqual({ lmid: 1 });
      }),
    });
    world.console('c1').helloed([]);
    const { generation } = world.clients.client('c1') ?? { generation: 0 };
    const session = Object.assign(hub.connect(new TestLink(), world.viewer()), {
      phase: 'live',
      clientId: 'c1',
      generation,
    });
    const before = world.store.head().seq;
    expect(pushAt(hub, session, note(1, 'same'))).toEqual({ lmid: 1 });
    expect(world.store.changedRows(before, world.store.head().seq)).toHaveLength(1);
    expect(world.store.head().seq).toBe(before + 2);
    expect(world.clients.mid('c1', 1)).toMatchObject({ id: 'same', status: 'applied' });
  });

  it('what another node commits, or cuts, is found by looking', () => {
    const { link } = helloThere('c1', 'x');
    const frames = () => link.sent.filter((one) => one.event === 'frame').length;
    const before = frames();
    world.commit(world.profile('P1', [FRA], { name: 'Bea' }));
    expect(frames()).toBe(before);
    other.poll();
    expect(frames()).toBe(before + 1);
    other.poll();
    expect(frames()).toBe(before + 1);
  });

  /** A console's genuine proof of what was lost makes a new epoch at the other node. */
  function newEpochThere(): void {
    const { epoch } = world.store.head();
    const session = other.connect(new TestLink(), world.viewer({ subject: 'bo' }));
    const lost = { epoch, cursor: 9, chain: 'lost', proof: world.proof(epoch, 9, 'lost') };
    other.hello(session, { proto: PROTO, clientId: 'c2', ...lost, wanted: [] }, () => undefined);
    expect(world.store.head().epoch).not.toBe(epoch);
  }

  it('[R5] a new epoch that another node has made resets the consoles of this one', () => {
    const one = world.console('c1').helloed([FRA]);
    newEpochThere();
    world.hub.poll();
    one.take();
    expect(one.resetReason).toBe('epoch');
    expect(one.link.closed).toBe(true);
  });

  it("[R5] who is revoked before this node has seen another's new epoch gets no frame of it (seed 6523540)", () => {
    const { link } = world.console('c1').helloed([FRA]);
    world.asleep = true;
    newEpochThere();
    const frames = () => link.sent.filter((one) => one.event === 'frame').length;
    const before = frames();
    other.revoke('anna');
    world.hub.tick();
    expect(frames()).toBe(before);
    expect(link.sent.at(-1)?.args[0]).toMatchObject({ reason: 'station_revoked' });
  });

  it('a wipe and a revocation at one node reach the console at the other', () => {
    const wiped = helloThere('c1', 'x');
    const order = world.hub.wipe('anna', 'all');
    other.tick();
    expect(wiped.link.sent.at(-1)).toMatchObject({ event: 'wipe', args: [{ id: order, mode: 'all' }] });
    const revoked = helloThere('c3', 'y', 'bo');
    world.hub.revoke('bo');
    other.tick();
    expect(revoked.link.sent.at(-2)?.args[0]).toMatchObject({ drop: [FRA] });
    expect(revoked.link.sent.at(-1)?.args[0]).toMatchObject({ reason: 'station_revoked' });
  });

  it('[R1] who stays connected at another node is not forgotten after 30 days', () => {
    const one = new TestConsole(world, 'c1', world.viewer({ until: world.clock.now + 90 * 86_400_000 }));
    one.helloed([FRA]);
    expect(one.push(note(1))).toEqual({ lmid: 1 });
    for (let hour = 0; hour < 31 * 24; hour++) {
      world.clock.now += 3_600_000;
      one.ack();
      world.hub.tick();
    }
    expect(helloThere('c1', 'newer').answer).toMatchObject({ lmid: 1 });
  });
});
