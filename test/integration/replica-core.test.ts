import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until, Whole } from '../builders/whole.ts';

let whole: Whole;
beforeEach(async () => {
  whole = new Whole();
  await whole.startCore();
});
afterEach(() => whole.close());

describe('replica and core', () => {
  it('shows a customer who was there before, and follows him live', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const bridge = whole.window(await whole.replica());
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
    const hit = await untilFound(bridge, 'QX7R2M');
    expect(hit).toMatchObject({
      name: 'Anna Weber',
      matched: 'booking',
      flight: 'LH400',
      expectedHere: true,
    });
    const customer = { profileId: hit.profileId };
    const first = await until(bridge, 'customer', customer, (view) => view !== null);
    expect(first?.next?.fields.seat).toMatchObject({ value: '12A', pending: false });
    const changed = until(bridge, 'customer', customer, (view) => view?.next?.fields.seat?.value === '14C');
    await whole.event('track', {
      userId: 'u1',
      event: 'Seat Changed',
      properties: { booking: 'QX7R2M', segment: 1, seat: '14C' },
    });
    expect((await changed)?.next?.fields.seat?.source).toBe('app');
    const suggestion = await until(bridge, 'suggestion', customer, (view) => view !== null);
    expect(suggestion?.candidates.length).toBeGreaterThan(10);
  });

  it('[R8] [R15] refuses a late seat change made offline as a conflict with both values', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const replica = await whole.replica();
    const bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live');
    const { profileId } = await untilFound(bridge, 'QX7R2M');
    const view = await until(bridge, 'customer', { profileId }, (value) => value !== null);
    const seat = view?.next?.fields.seat;
    await whole.core.close();
    await until(bridge, 'status', {}, (value) => value.connection === 'offline');
    const { id } = await bridge.call('enqueue', {
      name: 'change-seat',
      profileId,
      args: { booking: 'QX7R2M', segment: 1, seat: '15D' },
      seen: [{ fact: seat?.name ?? '', hash: seat?.hash ?? null }],
    });
    const mine = await until(
      bridge,
      'customer',
      { profileId },
      (value) => value?.next?.fields.seat?.value === '15D',
    );
    expect(mine?.next?.fields.seat?.pending).toBe(true);
    // At a port that the console does not know: it comes back when somebody else has changed the seat.
    const { port } = whole;
    whole.port = 0;
    await whole.startCore();
    await whole.event('track', {
      userId: 'u1',
      event: 'Seat Changed',
      properties: { booking: 'QX7R2M', segment: 1, seat: '3C' },
    });
    await whole.core.close();
    whole.port = port;
    await whole.startCore();
    const outbox = await until(bridge, 'outbox', {}, (value) => value.needsYou.length > 0);
    expect(outbox.needsYou[0]).toMatchObject({ id, state: 'conflict', code: 'stale' });
    expect(outbox.needsYou[0]?.conflict[0]).toMatchObject({ mine: '15D', base: '12A', theirs: '3C' });
    const after = await until(
      bridge,
      'customer',
      { profileId },
      (value) => value?.next?.fields.seat?.value === '3C',
    );
    expect(after?.next?.fields.seat?.pending).toBe(false);
    const again = await bridge.call('redo', { id });
    await until(bridge, 'outbox', {}, (value) =>
      value.settled.some((one) => one.id === again.id && one.state === 'applied'),
    );
    await until(bridge, 'customer', { profileId }, (value) => {
      const field = value?.next?.fields.seat;
      return field?.value === '15D' && !field.pending;
    });
  });

  it('[I3] applies once what was done while the core was away, over a restart of core and replica', async () => {
    await whole.passenger('u1', 'QX7R2M');
    let replica = await whole.replica();
    let bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live');
    const { profileId } = await untilFound(bridge, 'QX7R2M');
    await whole.core.close();
    const notes = ['one', 'two', 'three'];
    for (const text of notes)
      await bridge.call('enqueue', { name: 'add-note', profileId, args: { text }, seen: [] });
    await whole.stopReplica(replica);
    replica = await whole.replica();
    bridge = whole.window(replica);
    const offline = await until(
      bridge,
      'customer',
      { profileId },
      (view) => (view?.timeline.filter((one) => one.pending).length ?? 0) === 3,
    );
    expect(offline?.name).toBe('Anna Weber');
    await whole.startCore();
    const settled = await until(
      bridge,
      'outbox',
      {},
      (view) => view.settled.length === 3 && view.onTheWay.length === 0,
    );
    expect(settled.settled.every((one) => one.state === 'applied')).toBe(true);
    const view = await until(
      bridge,
      'customer',
      { profileId },
      (value) => value?.timeline.every((one) => !one.pending) ?? false,
    );
    const written = view?.timeline
      .filter((one) => one.type === 'note')
      .map((one) => String(one.properties.text));
    expect(written?.sort()).toEqual([...notes].sort());
  });

  it('does not suggest again what was declined, before and after the core knows it', async () => {
    await whole.passenger('u1', 'QX7R2M');
    await whole.event('track', {
      anonymousId: `flight/LH400/${new Date(Date.now() + 4 * 3_600_000).toISOString().slice(0, 10)}/FRA`,
      event: 'Flight Status',
      properties: {
        flight: 'LH400',
        date: new Date(Date.now() + 4 * 3_600_000).toISOString().slice(0, 10),
        from: 'FRA',
        to: 'JFK',
        status: 'cancelled',
        reason: 'technical',
      },
    });
    const bridge = whole.window(await whole.replica());
    await until(bridge, 'status', {}, (view) => view.connection === 'live');
    const { profileId } = await untilFound(bridge, 'QX7R2M');
    const first = await until(
      bridge,
      'suggestion',
      { profileId },
      (view) => view?.primary != null && !view.madeOffline,
    );
    const action = first?.primary?.action;
    expect(first?.primary?.lane).toBe(0);
    expect(first?.primary?.reasonsFor.length).toBeGreaterThan(0);
    await bridge.call('answer', {
      decisionId: first?.decisionId ?? '',
      profileId,
      answer: 'decline',
      reason: 'not-needed',
      seen: [],
    });
    const next = await until(bridge, 'suggestion', { profileId }, (view) => view?.primary?.action !== action);
    expect(next?.alternatives.map((one) => one.action)).not.toContain(action);
    await until(
      bridge,
      'customer',
      { profileId },
      (view) =>
        (view?.timeline
          .filter((one) => one.type === 'outcome' || one.type === 'decision')
          .filter((one) => !one.pending).length ?? 0) === 2,
    );
    const later = await until(bridge, 'suggestion', { profileId }, () => true);
    expect(later?.primary?.action).not.toBe(action);
  });

  it('finds somebody who is not expected here and keeps him', async () => {
    await whole.event('identify', {
      userId: 'far',
      traits: { firstName: 'Zoë', lastName: 'Ångström', email: 'zoe@example.org' },
    });
    const bridge = whole.window(await whole.replica());
    await until(bridge, 'status', {}, (view) => view.connection === 'live');
    const { found } = await bridge.call('find', { type: 'email', value: 'zoe@example.org', purpose: 'call' });
    expect(found).toHaveLength(1);
    const profileId = found[0]?.id ?? '';
    await until(bridge, 'customer', { profileId }, (view) => view?.name === 'Zoë Ångström');
  });
});

async function untilFound(bridge: Parameters<typeof until>[0], text: string) {
  for (;;) {
    const { hits } = await bridge.call('search', { text, limit: 5 });
    const [hit] = hits;
    if (hit) return hit;
    await until(bridge, 'work', {}, () => true);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
