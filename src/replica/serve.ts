/** The answers of the replica to its windows: one handler for each call and stream of the bridge's contract. */

import { ulid } from 'ulidx';
import type { CallRead, CallResult, StreamInput, StreamValue } from '../bridge/contract.ts';
import { PortFailure } from '../bridge/errors.ts';
import type { Handlers } from '../bridge/serve.ts';
import type { SuggestionView } from '../bridge/views.ts';
import { canonicalJson } from '../domain/canonical.ts';
import type { Json } from '../domain/json.ts';
import type { ProfileRow } from '../domain/profile.ts';
import { AIRLINE_COMMANDS } from '../packs/airline/commands.ts';
import { nameOf } from '../packs/airline/views/facts.ts';
import { clockNow } from '../telemetry/traces.ts';
import { type Made, makeDecision, suggestionView } from './decide/suggest.ts';
import { diagnose } from './diagnose.ts';
import type { Topic } from './news.ts';
import { seenBy } from './overlay.ts';
import type { Replica } from './replica.ts';
import { search } from './search/search.ts';
import { factNow } from './views/conflictFacts.ts';
import { toCustomerView } from './views/customer.ts';
import { type DisruptionParts, Disruptions } from './views/disruption.ts';
import { headlineOf } from './views/headline.ts';
import { draftViews, heldEntries, outboxView } from './views/outboxView.ts';
import { connectionState, statusView } from './views/status.ts';
import { workView } from './views/work.ts';

/** Ages, alerts and the lease change by time alone; looked at this often while somebody watches. */
const CLOCK_MS = 30_000;
/** Whole lists are made anew at most this often; the first news after a pause goes at once. */
const WORK_MS = 250;
const STATUS_MS = 100;

/** The handlers of one window, which has somebody open of its own. */
export function handlers(parts: Replica, window: object = {}): Handlers {
  const { desk, suggestions, news, supervise } = parts;
  const disruptions = new Disruptions();
  return {
    calls: {
      search: ({ text, limit }) => searchFor(parts, text, limit),
      find: (input) => find(parts, input),
      reveal: (input) => parts.doors.post('/v1/reveals', input),
      enqueue: (input) =>
        asked(
          parts,
          'enqueue',
          input,
          () => desk.enqueue(input),
          ({ id }) => [id],
        ),
      undo: (input) => desk.undo(input),
      edit: (input) => desk.edit(input),
      hold: (input) => desk.hold(input),
      redo: (input) =>
        asked(
          parts,
          'redo',
          input,
          () => desk.redo(input),
          ({ id }) => [id],
        ),
      discard: (input) => desk.discard(input),
      restore: (input) => desk.restore(input),
      draft: (input) => desk.draft(input),
      answer: (input) =>
        asked(
          parts,
          'answer',
          input,
          () => desk.answer(input),
          ({ ids }) => ids,
        ),
      painted: ({ view, moments, receivedAt, paintedAt }) => {
        parts.moments.painted(view, moments, receivedAt, paintedAt);
        return { ok: true };
      },
      presence: (input) => presence(parts, window, input),
      steer: (input) => supervise.steer(input),
      steeringHistory: () => supervise.steeringHistory(),
      decisions: (input) => supervise.decisions(input),
      decision: (input) => supervise.decision(input),
      connections: () => parts.connections.view(),
      letters: (input) => parts.connections.letters(input),
      resendLetter: (input) => parts.connections.resend(input),
      resendLetters: (input) => parts.connections.resendAll(input),
      discardLetters: (input) => parts.connections.discardAll(input),
      askSource: (input) => parts.connections.askSource(input),
      diagnostics: () => diagnose(parts),
      setLanguage: ({ language }) => {
        suggestions.language = language;
        news.tell('bundle');
        return { ok: true };
      },
    },
    streams: {
      status: (_, emit) =>
        calmly(
          STATUS_MS,
          changes(() => status(parts), emit),
          parts,
          ['status', 'work', 'bundle'],
        ),
      work: (_, emit) =>
        calmly(
          WORK_MS,
          changes(() => work(parts), emit),
          parts,
          ['work', 'outbox'],
        ),
      disruptions: (_, emit) =>
        calmly(
          WORK_MS,
          changes(() => disruptions.list(disruptionParts(parts)), emit),
          parts,
          ['work', 'customers', 'outbox'],
        ),
      disruption: ({ flight }, emit) =>
        calmly(
          WORK_MS,
          changes(() => disruptions.flight(disruptionParts(parts), flight), emit),
          parts,
          ['work', 'customers', 'outbox'],
        ),
      outbox: (_, emit) =>
        calmly(
          STATUS_MS,
          changes(() => outbox(parts), emit),
          parts,
          ['outbox', 'customers'],
        ),
      drafts: (_, emit) =>
        calmly(
          STATUS_MS,
          changes(() => draftViews(parts.outbox(), namesOf(parts)), emit),
          parts,
          ['drafts'],
        ),
      away: (_, emit) =>
        calmly(
          WORK_MS,
          changes(() => parts.away.view(parts.outbox()), emit),
          parts,
          ['away', 'outbox'],
        ),
      customer: (input, emit) => customer(parts, input, emit),
      suggestion: (input, emit) => suggestion(parts, input, emit),
      board: (_, emit) => supervise.watch(emit),
      learned: (_, emit) => supervise.watchLearned(emit),
    },
  };
}

/** Does what an operator asked for, and tells of it where somebody follows its way. */
function asked<T>(
  parts: Replica,
  call: string,
  { profileId, pressedAt }: { profileId?: string; pressedAt?: number | undefined },
  work: () => T,
  idsOf: (result: T) => readonly string[],
): T {
  const received = clockNow();
  const result = work();
  parts.moments.enqueued(call, profileId ?? null, idsOf(result), pressedAt ?? received);
  return result;
}

/** Emits now, at each of the topics' news, and from time to time. */
function follow(parts: Replica, topics: readonly Topic[], emit: () => void): () => void {
  const off = parts.news.on(topics, emit);
  const clock = setInterval(() => parts.news.attempt(emit), CLOCK_MS);
  // Should the files be on the way back just now, the stream begins with the next news.
  parts.news.attempt(emit);
  return () => {
    clearInterval(clock);
    off();
  };
}

/** Follows with a pause after each time; what happens in the pause is told at its end. */
function calmly(ms: number, emit: () => void, parts: Replica, topics: readonly Topic[]): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let missed = false;
  const told = (): void => {
    if (timer !== null) {
      missed = true;
      return;
    }
    emit();
    timer = setTimeout(() => {
      timer = null;
      if (!missed) return;
      missed = false;
      parts.news.attempt(told);
    }, ms);
  };
  const off = follow(parts, topics, told);
  return () => {
    if (timer !== null) clearTimeout(timer);
    off();
  };
}

/** Emits only what differs from the last time. */
function changes<T>(make: () => T, emit: (value: T) => void): () => void {
  let last = '';
  return () => {
    const value = make();
    const text = JSON.stringify(value);
    if (text === last) return;
    last = text;
    emit(value);
  };
}

/** Of a phone number that more people share nobody can be told by it. */
const MOST_HOLDERS = 9;

function searchFor(parts: Replica, text: string, limit: number): CallResult['search'] {
  const { index, reader } = parts.files.replica;
  const now = parts.now();
  const here = parts.files.replica.store.scopeNumber(`station:${parts.config.station}`);
  const headline = (row: ProfileRow) => headlineOf(row, now);
  return search({ index, reader, here, headline, now }, text, limit);
}

async function find(parts: Replica, input: CallRead['find']): Promise<CallResult['find']> {
  const answer = await parts.link.find(input);
  if (answer === null) throw new PortFailure('offline');
  if ('refused' in answer) throw new PortFailure(answer.refused.code === 'rate' ? 'rate' : 'forbidden');
  parts.wanted.add(answer.found.map((one) => one.scope));
  return { found: answer.found, more: answer.more };
}

function presence(
  parts: Replica,
  window: object,
  { profileId, state }: CallRead['presence'],
): CallResult['presence'] {
  parts.presence.show(window, profileId, state);
  return { ok: true };
}

function status(parts: Replica): StreamValue['status'] {
  const { store } = parts.files.replica;
  const row = parts.files.replica.reader.bundle();
  parts.bundle.use(row);
  const { problem } = parts.bundle;
  return statusView(parts.config, {
    session: parts.runner.session,
    meta: store.meta(),
    outbox: parts.outbox(),
    latencyMs: parts.latency.median(),
    profiles: store.profiles(),
    expected: store.profilesIn(`station:${parts.config.station}`),
    bundle: row && { version: row.version, validUntil: row.validUntil, ...(problem && { problem }) },
    leaseUntil: store.lease()?.until ?? null,
    notices: parts.notices(),
    held: heldEntries(parts.outbox().pending, (entry) => parts.held(entry)).size,
    now: parts.now(),
  });
}

function work(parts: Replica): StreamValue['work'] {
  const { reader, index } = parts.files.replica;
  const find = (text: string) => searchFor(parts, text, MOST_HOLDERS).hits;
  const { now, config, subject } = parts;
  const entries = parts.pendingEntries();
  return workView({ reader, index, station: config.station, subject, now: now(), entries, find });
}

/** A timeline of more than this says nothing of today's flight. */
const TIMELINE = 50;

function disruptionParts(parts: Replica): DisruptionParts {
  const { reader, index, store } = parts.files.replica;
  const outbox = parts.outbox();
  return {
    station: parts.config.station,
    now: parts.now(),
    outbox,
    seen: seenBy(outbox, store),
    held: (entry) => parts.held(entry),
    troubled: (limit) => index.troubled(limit),
    row: (id) => reader.profile(id)?.row ?? null,
    events: (id) => reader.events(id, TIMELINE),
  };
}

/** Names of customers, each read once. */
function namesOf(parts: Replica): (profileId: string) => string {
  const names = new Map<string, string>();
  return (id) => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const read = parts.files.replica.reader.profile(id);
    const name = read === null ? '' : nameOf(read.row);
    names.set(id, name);
    return name;
  };
}

function outbox(parts: Replica): StreamValue['outbox'] {
  return outboxView(parts.outbox(), {
    profileName: namesOf(parts),
    held: (entry) => parts.held(entry),
    factNow: (profileId, fact) => factNow(parts.files.replica.reader.profile(profileId), fact),
    pack: AIRLINE_COMMANDS,
  });
}

function customer(
  parts: Replica,
  { profileId }: StreamInput['customer'],
  emit: (value: StreamValue['customer']) => void,
): () => void {
  let began = 0;
  const make = (): StreamValue['customer'] => {
    began = clockNow();
    const shown = parts.shown(profileId);
    return shown && toCustomerView(shown, parts.presence.of(profileId), parts.now());
  };
  const traced = (view: StreamValue['customer']): void => {
    const moments = parts.moments.made('customer', profileId, began);
    emit(view && moments ? { ...view, moments } : view);
  };
  return follow(parts, [`customer/${profileId}`, 'customers', 'outbox'], changes(make, traced));
}

/** A decision stays as it is, with its id, until it would come out differently. */
function suggestion(
  parts: Replica,
  { profileId }: StreamInput['suggestion'],
  emit: (value: StreamValue['suggestion']) => void,
): () => void {
  let last: string | null = null;
  const again = (): void => {
    const began = clockNow();
    const decided = decideFor(parts, profileId);
    const text = decided === null ? 'none' : canonicalJson(comparable(decided.view));
    const moments = parts.moments.made('suggestion', profileId, began);
    if (text === last) return;
    last = text;
    if (decided !== null) parts.suggestions.remember(decided.made);
    emit(decided && moments ? { ...decided.view, moments } : (decided?.view ?? null));
  };
  return follow(parts, [`customer/${profileId}`, 'customers', 'outbox', 'bundle'], again);
}

function decideFor(parts: Replica, profileId: string): { made: Made; view: SuggestionView } | null {
  const { bundle, suggestions, config, runner } = parts;
  const { store, reader } = parts.files.replica;
  bundle.use(reader.bundle());
  const held = bundle.get();
  const shown = parts.shown(profileId);
  if (held === null || shown === null) return null;
  const online = connectionState(runner.session, store.meta()) === 'live';
  const { station, role } = config;
  const destinations = textsOf(held.row.bundle.destinations);
  const made = makeDecision(held.compiled, shown, {
    id: ulid(),
    now: parts.now(),
    station,
    role,
    online,
    destinations,
  });
  return { made, view: suggestionView(made, held.row, suggestions.language) };
}

const textsOf = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** What makes a decision another one for the operator: not its id, its clock or a score's last digit. */
function comparable(value: SuggestionView): unknown {
  const brief = (action: SuggestionView['primary']) =>
    action && [
      action.action,
      action.channel,
      action.approach,
      action.title,
      action.sentence,
      action.reasonsFor,
      action.reasonsAgainst,
      action.command,
      action.later?.channel ?? null,
    ];
  return [
    brief(value.primary),
    value.alternatives.map(brief),
    value.mode,
    value.madeOffline,
    value.bundle,
    value.candidates.map((one) => [one.action, one.channel, one.stage]),
  ];
}
