import { describe, expect, it } from 'vitest';
import { contentHash } from '../../domain/canonical.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { AIRLINE_COMMANDS } from '../../packs/airline/commands.ts';
import { newOutbox, type Outbox } from '../outbox/model.ts';
import { type Draft, discard, enqueue, hold } from '../outbox/operations.ts';
import { nextBatch, refuseOne, settle } from '../outbox/rules.ts';
import type { FactNow } from './conflictFacts.ts';
import { heldEntries, type OutboxContext, outboxView } from './outboxView.ts';

const AT = '2026-11-21T10:00:00.000Z';
const LATER = '2026-11-21T10:05:00.000Z';
const FLIGHT = 'trip.QX7R2M.1.flight';
const STATUS = 'trip.QX7R2M.1.flightStatus';

function draft(id: string, name: string, args: JsonObject, seen: { [fact: string]: Json } = {}): Draft {
  const profileId = typeof args.profileId === 'string' ? args.profileId : 'P1';
  return {
    ...{ id, name, ver: 1, args: { profileId, ...args }, profileId, at: AT, operator: 'm.brandt' },
    base: Object.entries(seen).map(([fact, value]) => ({
      ...{ table: 'profile' as const, id: profileId, fact },
      hash: contentHash(value),
    })),
    baseValues: seen,
  };
}
const putAll = (...drafts: Draft[]): Outbox =>
  drafts.reduce((outbox, one) => {
    const next = enqueue(outbox, one);
    if (!next.ok) throw new Error(next.code);
    return next.outbox;
  }, newOutbox('c'));
const send = (outbox: Outbox): Outbox =>
  nextBatch(outbox, { lmid: 0, maxCommands: 50, now: Date.parse(AT), held: () => false }).outbox;

const context = (change: Partial<OutboxContext> = {}): OutboxContext => ({
  profileName: (id) => `name of ${id}`,
  held: () => false,
  factNow: () => undefined,
  pack: AIRLINE_COMMANDS,
  ...change,
});
const note = (id: string, profileId: string): Draft => draft(id, 'add-note', { profileId, text: id });

describe('[O8] what is held back', () => {
  it('says why: its operator, its customer’s gap, or that it stands behind one of these', () => {
    const box = putAll(note('a', 'P1'), note('b', 'P1'), note('c', 'P2'), note('d', 'P2'), note('e', 'P3'));
    const outbox = hold(box, 'a', true) as Outbox;
    const held = heldEntries(outbox.pending, (entry) => entry.profileId === 'P2');
    expect([...held]).toEqual([
      ['a', 'operator'],
      ['b', 'before'],
      ['c', 'gap'],
      ['d', 'gap'],
    ]);
    const shown = outboxView(outbox, context({ held: (entry) => entry.profileId === 'P2' })).onTheWay;
    expect(shown.map(({ id, state, held }) => [id, state, held])).toEqual([
      ['a', 'held', 'operator'],
      ['b', 'held', 'before'],
      ['c', 'held', 'gap'],
      ['d', 'held', 'gap'],
      ['e', 'waiting', null],
    ]);
  });

  it('is nothing that has been sent: that can neither be held nor taken back', () => {
    const [sent] = outboxView(send(putAll(note('a', 'P1'))), context({ held: () => true })).onTheWay;
    expect(sent).toMatchObject({ state: 'sent', held: null, canUndo: false, canHold: false });
    const [free] = outboxView(putAll(note('a', 'P1')), context()).onTheWay;
    expect(free).toMatchObject({ canUndo: true, canHold: true });
  });
});

describe('[O21] a conflict', () => {
  const rebooking = draft(
    ...(['r', 'rebook', { booking: 'QX7R2M', segment: 1, to: 'LH402/2026-11-22' }] as const),
    { [FLIGHT]: 'LH400', [STATUS]: 'cancelled' },
  );
  const told = { fact: FLIGHT, theirs: 'LH404', source: 'console', at: AT };
  const inConflict = (): Outbox =>
    settle(send(putAll(rebooking)), [[1, 'r', 'conflict', 'stale', { facts: [told], by: 'a.rossi' }]], LATER);
  const factsOf = (now: (fact: string) => FactNow | null | undefined) =>
    outboxView(inConflict(), context({ factNow: (_, fact) => now(fact) })).needsYou[0]?.conflict;

  it('shows each fact with yours, theirs and the base, by whom and when, and what stayed as it was', () => {
    expect(factsOf(() => undefined)).toEqual([
      {
        ...{ fact: FLIGHT, mine: 'LH402', base: 'LH400', theirs: 'LH404', source: 'console', at: AT },
        ...{ by: 'a.rossi', cut: false, same: false },
      },
      {
        ...{
          fact: STATUS,
          mine: 'scheduled',
          base: 'cancelled',
          theirs: 'cancelled',
          source: null,
          at: null,
        },
        ...{ by: null, cut: false, same: true },
      },
    ]);
    expect(outboxView(inConflict(), context()).needsYou[0]).toMatchObject({
      ...{ state: 'conflict', status: 'conflict', code: 'stale', operator: 'm.brandt' },
    });
  });

  it('shows as theirs what holds now, where that is newer than what the core told', () => {
    const newer = { value: 'LH406', source: 'app', at: LATER };
    const older = { value: 'LH400', source: 'dcs', at: '2026-11-21T09:00:00.000Z' };
    expect(factsOf((fact) => (fact === FLIGHT ? newer : null))?.[0]).toMatchObject({
      ...{ theirs: 'LH406', source: 'app', at: LATER, by: null },
    });
    expect(factsOf((fact) => (fact === FLIGHT ? older : null))?.[0]).toMatchObject({
      theirs: 'LH404',
      by: 'a.rossi',
    });
  });

  it('shows of a masked value the mask', () => {
    const masked = { ...told, theirs: { masked: '******04', tag: 't' } };
    const outbox = settle(
      send(putAll(rebooking)),
      [[1, 'r', 'conflict', 'stale', { facts: [masked], by: null }]],
      LATER,
    );
    expect(outboxView(outbox, context()).needsYou[0]?.conflict[0]?.theirs).toBe('******04');
  });

  it('that was discarded can be brought back, and one that was sent again cannot', () => {
    const away = (by: 'operator' | 'redo') =>
      outboxView(discard(inConflict(), 'r', by) as Outbox, context()).settled[0];
    expect(away('operator')).toMatchObject({ id: 'r', state: 'conflict', canRestore: true, conflict: [] });
    expect(away('redo')).toMatchObject({ id: 'r', canRestore: false });
    const late = discard(inConflict(), 'r', 'operator', '2026-11-21T11:00:00.000Z') as Outbox;
    const applied = Array.from({ length: 60 }, (_, i) => note(`n${i}`, 'P2'));
    const busy = settle(
      send(applied.reduce((box, one) => (enqueue(box, one) as { outbox: Outbox }).outbox, late)),
      applied.slice(0, 50).map((one, i) => [i + 2, one.id, 'applied', '', null]),
      '2026-11-21T10:30:00.000Z',
    );
    expect(outboxView(busy, context()).settled[0]).toMatchObject({ id: 'r', canRestore: true });
  });
});

describe('[O21] a refusal', () => {
  it.each([
    [['forbidden', 'role', null], 'refused', 'forbidden', 'role'],
    [['rejected', 'seat_taken', null], 'refused', 'rejected', 'seat_taken'],
    [['parked', 'failed', null], 'refused', 'parked', 'failed'],
  ] as const)('says what the core said: %o', ([answer, code, detail], state, status, shown) => {
    const outbox = settle(send(putAll(note('a', 'P1'))), [[1, 'a', answer, code, detail]], LATER);
    expect(outboxView(outbox, context()).needsYou[0]).toMatchObject({
      state,
      status,
      code: shown,
      conflict: [],
    });
  });

  it('of a push is one too, and what took effect though taken back is not known better', () => {
    const unread = refuseOne(putAll(note('a', 'P1')), 'a', 'push_unreadable', LATER);
    expect(outboxView(unread, context()).needsYou[0]).toMatchObject({
      status: 'rejected',
      code: 'push_unreadable',
    });
    const undone: Outbox = { ...newOutbox('c'), undone: new Map([['u', AT]]) };
    const effect = settle(undone, [[1, 'u', 'applied', '', null]], LATER);
    expect(outboxView(effect, context()).needsYou[0]).toMatchObject({
      state: 'unknown',
      status: 'took_effect',
    });
  });
});
