import { describe, expect, it } from 'vitest';
import type { ContactRow } from '../../domain/contact.ts';
import type { TimedContact } from '../store/board.ts';
import { acceptanceOf } from './acceptance.ts';
import { queuesOf } from './queues.ts';

const NOW = Date.parse('2026-11-27T10:00:00Z');
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

function contact(change: Partial<ContactRow>, answeredAfter: number | null = null): TimedContact {
  const row: ContactRow = {
    ...{ id: 'c', profileId: null, kind: 'call', state: 'ended', queue: 'q', station: null, identity: null },
    ...{ at: ago(100), since: ago(200) },
    ...change,
  };
  const answeredAt = answeredAfter === null ? null : Date.parse(row.since) + answeredAfter * 1000;
  return { row, answeredAt };
}
const queues = (...contacts: TimedContact[]) => queuesOf(contacts, NOW, NOW - 86_400_000);

describe('[DB2] the service level', () => {
  it('counts what was taken, in time up to the target to the second', () => {
    const [queue] = queues(contact({}, 20), contact({}, 20.001), contact({}, 1));
    expect(queue).toMatchObject({ counted: 3, inTime: 2, waiting: 0 });
  });

  it('counts who waits for too long as missed before anybody took him, and who still has time not at all', () => {
    const late = contact({ state: 'waiting', since: ago(21), at: ago(21) });
    const early = contact({ state: 'ringing', since: ago(19), at: ago(19) });
    expect(queues(late, early)).toMatchObject([{ counted: 1, inTime: 0, waiting: 2, oldest: ago(21) }]);
  });

  it('leaves out who gave up within the target, and counts who gave up after it', () => {
    const soon = contact({ since: ago(200), at: ago(190) });
    const later = contact({ since: ago(200), at: ago(150) });
    expect(queues(soon, later)).toMatchObject([{ counted: 1, inTime: 0 }]);
  });

  it('judges each kind by its own target, and forgets what came before', () => {
    const visit = contact({ kind: 'visit' }, 599);
    const old = contact({ since: ago(90_000), at: ago(89_000) }, 1);
    expect(queues(visit, old)).toMatchObject([{ kind: 'visit', counted: 1, inTime: 1 }]);
  });

  it('shows work that is still open however old it is, late queues first', () => {
    const open = contact({ queue: 'z', state: 'waiting', since: ago(90_000), at: ago(90_000) });
    const calm = contact({ queue: 'a', state: 'active' }, 3);
    expect(queues(calm, open).map(({ queue }) => queue)).toEqual(['z', 'a']);
  });
});

describe('[DB1] acceptance', () => {
  it('adds up by action, with the reasons for a no, the most frequent first', () => {
    const of = (action: string, end: string | null, reason: string | null, n: number) => ({
      ...{ action, end, reason, n },
    });
    const rows = acceptanceOf([
      of('a', 'positive', null, 3),
      of('b', 'positive', 'odd', 9),
      of('a', 'customer-declined', 'price', 1),
      of('a', 'operator-declined', 'bad-moment', 2),
      of('a', null, null, 4),
    ]);
    expect(rows.map(({ action, decisions }) => [action, decisions])).toEqual([
      ['a', 10],
      ['b', 9],
    ]);
    expect(rows[0]).toMatchObject({ positive: 3, customerDeclined: 1, operatorDeclined: 2, presented: 0 });
    expect(rows[0]?.reasons.map(({ reason }) => reason)).toEqual(['bad-moment', 'price']);
    expect(rows[1]?.reasons).toEqual([]);
  });
});
