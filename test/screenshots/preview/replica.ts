import type { StreamName, StreamValue } from '../../../src/bridge/contract.ts';
import { PortFailure } from '../../../src/bridge/errors.ts';
import type { Handlers } from '../../../src/bridge/serve.ts';
import type {
  ContactView,
  CustomerView,
  DraftView,
  OutboxEntry,
  OutboxView,
  SearchHit,
  WorkItem,
} from '../../../src/bridge/views.ts';
import type { Language } from '../../../src/domain/language.ts';
import { DISRUPTION, FLIGHTS } from './disruptions.ts';
import { ago, fact, PEOPLE } from './people.ts';
import type { Scene } from './scenes.ts';
import { nothingFor, suggestionFor } from './suggestions.ts';

type Listener = { name: StreamName; profileId: string | null; emit: (value: never) => void };

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o');

const UNTIL = ago(-9 * 60);

/** Work in each of its states: own, a colleague's, promised for later, and what waits. */
function standing(
  contact: ContactView | null,
): Pick<WorkItem, 'taken' | 'handed' | 'parkedUntil' | 'service'> {
  const taken = { until: UNTIL, pending: false };
  const rests = { taken: null, handed: false, parkedUntil: null, service: null };
  if (contact?.id === 'c1') return { ...rests, taken: { ...taken, by: 'M. Brandt', mine: true } };
  if (contact?.id === 'c3') return { ...rests, taken: { ...taken, by: 'J. Meier', mine: false } };
  if (contact?.kind === 'callback') return { ...rests, parkedUntil: UNTIL };
  // The first of them waits for too long, the next one nearly.
  const seconds = contact?.id === 'c2' ? 120 : contact?.id === 'c4' ? 90 : 600;
  return contact ? { ...rests, service: { from: contact.since, seconds } } : rests;
}

function workItem(view: CustomerView): WorkItem {
  const contact = view.contacts[0] ?? null;
  return {
    key: contact ? `contact/${contact.id}` : `profile/${view.profileId}`,
    profileId: view.profileId,
    name: view.name,
    contact,
    candidates: [],
    alert: view.alerts[0] ?? null,
    now: typeof view.now?.value === 'string' ? view.now.value : null,
    since: contact?.since ?? ago(0),
    ...standing(contact),
  };
}

/** The scenes are an operator's, who has no board. */
const notHere = (): never => {
  throw new PortFailure('forbidden');
};

/** A replica of invented people that answers as the real one would; `control` lets a script change what it holds. */
export function createReplica(scene: Scene) {
  const people = new Map(PEOPLE.map((view) => [view.profileId, view]));
  let outbox: OutboxView = scene.outbox;
  let drafts: DraftView[] = scene.drafts;
  let language: Language = 'en';
  let anew: string | null = null;
  const listeners = new Set<Listener>();
  let entries = 100;

  const present = (name: StreamName, profileId: string | null): StreamValue[StreamName] => {
    const view = people.get(profileId ?? '') ?? null;
    const items = scene.empty ? [] : [...people.values()].map(workItem);
    switch (name) {
      case 'status':
        return scene.status;
      case 'work':
        return { items, total: items.length };
      case 'outbox':
        return outbox;
      case 'drafts':
        return drafts;
      case 'away':
        return scene.away;
      case 'customer':
        return view;
      case 'disruptions':
        return { flights: scene.disrupted ? FLIGHTS : [], more: false };
      case 'disruption':
        return scene.disrupted ? DISRUPTION : null;
      case 'board':
      case 'learned':
        return null;
      case 'suggestion': {
        if (!view) return null;
        if (view.alerts.length === 0) return nothingFor(view.profileId);
        if (scene.status.bundle?.problem) return null;
        const made = suggestionFor(view.profileId, language, scene.offline);
        if (anew === null || made.primary === null) return made;
        return { ...made, decisionId: `d-${anew}`, primary: { ...made.primary, title: anew } };
      }
    }
  };
  const tell = (name: StreamName): void => {
    for (const listener of listeners) {
      if (listener.name === name) listener.emit(present(name, listener.profileId) as never);
    }
  };
  const listen =
    (name: StreamName) =>
    (input: { profileId?: string }, emit: (value: never) => void): (() => void) => {
      const listener: Listener = { name, profileId: input.profileId ?? null, emit };
      listeners.add(listener);
      if (!scene.mute) emit(present(name, listener.profileId) as never);
      return () => listeners.delete(listener);
    };
  const add = (given: Pick<OutboxEntry, 'name' | 'args' | 'profileId'>): string => {
    const id = `n${++entries}`;
    const profileName = people.get(given.profileId)?.name ?? '';
    const entry: OutboxEntry = {
      ...given,
      id,
      profileName,
      at: new Date().toISOString(),
      operator: scene.status.operator,
      state: 'waiting',
      held: null,
      status: null,
      settledAt: null,
      code: '',
      by: null,
      conflict: [],
      canUndo: true,
      canHold: true,
      canRestore: false,
    };
    outbox = { ...outbox, onTheWay: [entry, ...outbox.onTheWay] };
    tell('outbox');
    return id;
  };
  const drop = (id: string): void => {
    const without = (list: OutboxEntry[]): OutboxEntry[] => list.filter((entry) => entry.id !== id);
    outbox = {
      needsYou: without(outbox.needsYou),
      onTheWay: without(outbox.onTheWay),
      settled: without(outbox.settled),
    };
    tell('outbox');
  };

  const handlers: Handlers = {
    calls: {
      search: ({ text, limit }) => {
        const asked = folded(text);
        const hits = [...people.values()]
          .filter((view) => folded(view.name + view.next?.booking).includes(asked))
          .map(hitOf(asked));
        return {
          hits: hits.slice(0, limit),
          more: false,
          recognised: /^[a-z0-9]{6}$/u.test(asked) ? 'booking' : null,
          document: null,
          bearer: null,
        };
      },
      painted: () => ({ ok: true }),
      connections: () => ({ partners: [], sources: [], scorers: [], audiences: [], refused: [], nodes: [] }),
      letters: () => ({ messages: [] }),
      resendLetter: () => ({ ok: true }),
      resendLetters: () => ({ ok: true }),
      discardLetters: () => ({ ok: true }),
      askSource: () => ({ ok: true }),
      find: () => ({ found: [{ id: 'rossi', name: 'Sofia Rossi', scope: 'profile:rossi' }], more: false }),
      reveal: () => ({ value: '+49 171 2345612', until: new Date(Date.now() + 60_000).toISOString() }),
      enqueue: ({ name, profileId, args }) => ({ id: add({ name, profileId, args }), replaced: null }),
      undo: ({ id }) => {
        drop(id);
        return { undone: true };
      },
      redo: ({ id, args }) => {
        const entry = outbox.needsYou.find((one) => one.id === id);
        drop(id);
        return {
          id: add({
            name: entry?.name ?? '',
            profileId: entry?.profileId ?? '',
            args: args ?? entry?.args ?? {},
          }),
        };
      },
      discard: ({ id }) => {
        drop(id);
        return { discarded: true };
      },
      restore: () => ({ restored: false }),
      edit: () => ({ edited: false }),
      hold: ({ id, held }) => {
        const changed = (entry: OutboxEntry): OutboxEntry =>
          entry.id === id
            ? { ...entry, state: held ? 'held' : 'waiting', held: held ? 'operator' : null }
            : entry;
        outbox = { ...outbox, onTheWay: outbox.onTheWay.map(changed) };
        tell('outbox');
        return { done: true };
      },
      draft: ({ name, profileId, about, answers }) => {
        const profileName = people.get(profileId)?.name ?? '';
        const at = new Date().toISOString();
        drafts = drafts.filter((one) => one.name !== name || one.profileId !== profileId);
        if (answers !== null) drafts = [{ name, profileId, profileName, about, answers, at }, ...drafts];
        tell('drafts');
        return { ok: true };
      },
      answer: ({ answer, profileId }) => ({
        ids:
          answer === 'accept'
            ? [add({ name: 'rebook', profileId, args: { booking: 'QX7R2M', segment: '1', to: 'LH402' } })]
            : [],
      }),
      presence: () => ({ ok: true }),
      steer: notHere,
      steeringHistory: notHere,
      decisions: notHere,
      decision: notHere,
      diagnostics: () => ({
        ...{ sqlite: '3.54.0', protocol: 'kairos-sync/1', schema: '36b0cf78f534344d' },
        ...{ upSeconds: 5_400, memoryBytes: 96_000_000, cursor: 184_203, epoch: 'E7' },
        files: [
          { name: 'outbox', bytes: 163_840 },
          { name: 'replica', bytes: 41_943_040 },
          { name: 'replica-wal', bytes: 2_097_152 },
        ],
        ...{ scopes: 4, profiles: scene.status.profiles },
        outbox: { pending: outbox.onTheWay.length, settled: outbox.settled.length, conflict: 1, drafts: 0 },
      }),
      setLanguage: (input) => {
        language = input.language;
        tell('suggestion');
        return { ok: true };
      },
    },
    streams: {
      status: listen('status'),
      work: listen('work'),
      outbox: listen('outbox'),
      drafts: listen('drafts'),
      away: listen('away'),
      customer: listen('customer'),
      suggestion: listen('suggestion'),
      board: listen('board'),
      learned: listen('learned'),
      disruptions: listen('disruptions'),
      disruption: (_, emit) => listen('disruption')({}, emit),
    },
  };

  /** Anna changes her seat in the app while the operator looks at the old one. */
  function changeSeat(seat: string, at = new Date().toISOString()): void {
    const view = people.get('anna');
    if (!view?.next) return;
    const changed = fact('trip.QX7R2M.1.seat', seat, 'app', 0);
    changed.at = at;
    const next = { ...view.next, fields: { ...view.next.fields, seat: changed } };
    const event = {
      id: `s-${seat}`,
      at: changed.at,
      source: 'app',
      type: 'track',
      name: 'Seat Changed',
      properties: { booking: 'QX7R2M', seat },
      pending: false,
    };
    const trips = view.trips.map((trip) => ({
      ...trip,
      segments: trip.segments.map((one) =>
        one.booking === next.booking && one.segment === next.segment ? next : one,
      ),
    }));
    people.set('anna', { ...view, next, trips, timeline: [event, ...view.timeline] });
    tell('customer');
  }

  /** The core has decided anew, about something else. */
  function suggestAnew(title: string): void {
    anew = title;
    tell('suggestion');
  }
  // What a conflict says of theirs is what holds.
  for (const { fact: name, theirs, at } of scene.outbox.needsYou.flatMap((entry) => entry.conflict))
    if (name === 'trip.QX7R2M.1.seat' && typeof theirs === 'string') changeSeat(theirs, at ?? undefined);
  return { handlers, control: { changeSeat, suggestAnew } };
}

const hitOf =
  (asked: string) =>
  (view: CustomerView): SearchHit => {
    const booking = view.next?.booking ?? '';
    const byBooking = booking.toLowerCase().includes(asked);
    return {
      profileId: view.profileId,
      name: view.name,
      matched: byBooking ? 'booking' : 'name',
      matchedText: byBooking ? booking : view.name,
      flight: view.next?.flight ?? null,
      departs: view.next?.departs ?? null,
      alert: view.alerts[0] ?? null,
      expectedHere: view.contacts.length > 0,
    };
  };
