/**
 * The commands of the airline pack, version 1 each (docs/spec/wire.md "Results and commands", docs/spec/airline.md
 * "Commands"). Executed by the core, replayed by the replica as its overlay.
 */
import type { Json, JsonObject } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { type CommandDefinition, type CommandWorld, type KnownFlight, packOf } from '../command-pack.ts';
import {
  checkArgs,
  isFlight,
  isName,
  isNamePart,
  isObject,
  isPresent,
  isSegment,
  isText,
  isTime,
  optional,
  readFlight,
} from './command-args.ts';
import { timelineRow } from './command-line.ts';
import { WORK_COMMANDS } from './work-commands.ts';

/** Lines of the timeline of what is planned for later, and of what was taken back. */
export const SCHEDULED = 'Action Scheduled';
export const CANCELLED = 'Scheduled Action Cancelled';

/** The line of the timeline that ends a contact. */
export const WRAPPED_UP = 'Contact Wrapped Up';

const tripFact = (args: JsonObject, field: string) => `trip.${args.booking}.${args.segment}.${field}`;

/** The full value of a fact, undefined if it is absent or masked. */
export function readFact(row: ProfileRow | null, name: string): Json | undefined {
  const fact = row && Object.hasOwn(row.facts, name) ? row.facts[name] : undefined;
  return fact && 'value' in fact ? fact.value : undefined;
}

const addNote: CommandDefinition = {
  name: 'add-note',
  ver: 1,
  mode: 'commutative',
  forbidden: ['kiosk'],
  check: (args) => checkArgs(args, { profileId: isName(100), text: isText }),
  strictFacts: () => [],
  effects: (call) => ({
    facts: {},
    event: timelineRow(call, 'note', 'Note Added', { text: call.args.text as Json }),
  }),
};

const changeSeat: CommandDefinition = {
  name: 'change-seat',
  ver: 1,
  mode: 'strict',
  forbidden: [],
  check: (args) =>
    checkArgs(args, { profileId: isName(100), booking: isNamePart, segment: isSegment, seat: isName(16) }),
  strictFacts: (args) => [tripFact(args, 'seat')],
  target: (args) => tripFact(args, 'seat'),
  effects: ({ args }) => ({ facts: { [tripFact(args, 'seat')]: args.seat as Json }, event: null }),
  exclusive(args, row) {
    const flight = readFact(row, tripFact(args, 'flight'));
    const date = readFact(row, tripFact(args, 'date'));
    if (typeof flight !== 'string' || typeof date !== 'string') return null;
    return {
      code: 'seat_taken',
      scope: `flight:${flight.replaceAll(' ', '').toUpperCase()}/${date}`,
      heldBy: (other) => other.id !== row.id && holdsSeat(other, flight, date, args.seat as string),
    };
  },
};

function holdsSeat(row: ProfileRow, flight: string, date: string, seat: string): boolean {
  return Object.entries(row.facts).some(([name, fact]) => {
    if (!name.startsWith('trip.') || !name.endsWith('.seat') || !('value' in fact) || fact.value !== seat)
      return false;
    const segment = name.slice(0, -'seat'.length);
    return (
      readFact(row, `${segment}flight`) === flight &&
      readFact(row, `${segment}date`) === date &&
      readFact(row, `${segment}status`) !== 'cancelled'
    );
  });
}

const rebook: CommandDefinition = {
  name: 'rebook',
  ver: 1,
  mode: 'strict',
  forbidden: [],
  check: (args) =>
    checkArgs(args, { profileId: isName(100), booking: isNamePart, segment: isSegment, to: isFlight }),
  strictFacts: (args) => [tripFact(args, 'flight'), tripFact(args, 'flightStatus')],
  target: (args) => tripFact(args, 'flight'),
  effects: (call, row, world) => ({ facts: rebookedFacts(call.args, row, world), event: null }),
};

/**
 * What belonged to the old flight goes (times, gate, reason, seat, sequence), unless it is known of the new one:
 * an old departure beside a new flight number would send the passenger to the wrong gate at the wrong time.
 */
function rebookedFacts(args: JsonObject, row: ProfileRow | null, world: CommandWorld) {
  const { flight, date } = readFlight(args.to) as { flight: string; date: string | null };
  const present = readFact(row, tripFact(args, 'date'));
  const day = date ?? (typeof present === 'string' ? present : null);
  const known = day === null ? null : world.flight(flight, day);
  const facts: { [name: string]: Json | null } = {
    [tripFact(args, 'flight')]: flight,
    [tripFact(args, 'flightStatus')]: known?.flightStatus ?? 'scheduled',
  };
  if (date !== null) facts[tripFact(args, 'date')] = date;
  for (const field of ['from', 'to']) if (known?.[field]) facts[tripFact(args, field)] = known[field];
  for (const field of ['departs', 'arrives', 'gate', 'reason'])
    facts[tripFact(args, field)] = known?.[field] ?? null;
  if (flight === readFact(row, tripFact(args, 'flight')) && day === present) return facts;
  facts[tripFact(args, 'seat')] = null;
  facts[tripFact(args, 'sequence')] = null;
  const status = readFact(row, tripFact(args, 'status'));
  if (status === 'checked in' || status === 'boarded') facts[tripFact(args, 'status')] = 'confirmed';
  return facts;
}

const setPreference: CommandDefinition = {
  name: 'set-preference',
  ver: 1,
  mode: 'merge',
  forbidden: [],
  check: (args) => checkArgs(args, { profileId: isName(100), name: isName(100), value: isPresent }),
  strictFacts: () => [],
  target: (args) => `preference.${args.name}`,
  effects: ({ args }) => ({ facts: { [`preference.${args.name}`]: args.value ?? null }, event: null }),
};

const resolveCase: CommandDefinition = {
  name: 'resolve-case',
  ver: 1,
  mode: 'strict',
  forbidden: ['kiosk'],
  check: (args) => checkArgs(args, { profileId: isName(100), caseId: isName(100), outcome: isName(2_000) }),
  strictFacts: (args) => [`case.${args.caseId}.status`],
  target: (args) => `case.${args.caseId}`,
  effects: ({ args }) => ({
    facts: {
      [`case.${args.caseId}.status`]: 'resolved',
      [`case.${args.caseId}.outcome`]: args.outcome as Json,
    },
    event: null,
  }),
};

const recordDecision: CommandDefinition = {
  name: 'record-decision',
  ver: 1,
  mode: 'commutative',
  forbidden: [],
  check: (args) => checkArgs(args, { profileId: isName(100), record: isObject }),
  strictFacts: () => [],
  effects: (call) => ({
    facts: {},
    event: timelineRow(call, 'decision', 'Decision Recorded', { record: call.args.record as Json }),
  }),
};

/** The outcome is a row of its own beside its record, so that it may come first and waits for it. */
const recordOutcome: CommandDefinition = {
  name: 'record-outcome',
  ver: 1,
  mode: 'commutative',
  forbidden: [],
  check: (args) =>
    checkArgs(args, {
      profileId: isName(100),
      decisionId: isName(100),
      outcome: isName(100),
      reason: optional(isName(500)),
    }),
  strictFacts: () => [],
  effects: (call) => {
    const { decisionId, outcome, reason } = call.args;
    const properties = {
      decisionId: decisionId as Json,
      outcome: outcome as Json,
      ...(reason ? { reason } : {}),
    };
    return { facts: {}, event: timelineRow(call, 'outcome', 'Outcome Recorded', properties) };
  },
};

/** An action for later, over a channel to somebody who is not here; the core plans it (docs/spec/righttime.md T23). */
const scheduleAction: CommandDefinition = {
  name: 'schedule-action',
  ver: 1,
  mode: 'commutative',
  forbidden: ['kiosk'],
  check: (args) =>
    checkArgs(args, {
      profileId: isName(100),
      action: isName(200),
      channel: isName(60),
      approach: isName(200),
      notBefore: optional(isTime),
      bestUntil: optional(isTime),
    }),
  strictFacts: () => [],
  target: (args) => `schedule.${args.action}.${args.channel}`,
  effects: (call) => {
    const { action, channel, approach } = call.args;
    const properties = { action, channel, approach } as JsonObject;
    return { facts: {}, event: timelineRow(call, 'schedule', SCHEDULED, properties) };
  },
};

/** Takes back what `schedule-action` of this id has planned, while it is not on its way. */
const cancelScheduled: CommandDefinition = {
  name: 'cancel-scheduled',
  ver: 1,
  mode: 'commutative',
  forbidden: ['kiosk'],
  check: (args) => checkArgs(args, { profileId: isName(100), scheduleId: isName(100) }),
  strictFacts: () => [],
  target: (args) => `cancel.${args.scheduleId}`,
  effects: (call) => ({
    facts: {},
    event: timelineRow(call, 'schedule', CANCELLED, { scheduleId: call.args.scheduleId as Json }),
  }),
};

/** What a contact came to. It ends the contact, where there is a row of it: at a counter there need not be one. */
const wrapUp: CommandDefinition = {
  name: 'wrap-up',
  ver: 1,
  mode: 'commutative',
  forbidden: ['kiosk'],
  check: (args) =>
    checkArgs(args, {
      profileId: isName(100),
      code: isName(60),
      text: optional(isText),
      contactId: optional(isName(200)),
    }),
  strictFacts: () => [],
  effects: (call) => {
    const { code, text, contactId } = call.args;
    const properties = { code, ...(text ? { text } : {}), ...(contactId ? { contactId } : {}) } as JsonObject;
    return { facts: {}, event: timelineRow(call, 'note', WRAPPED_UP, properties) };
  },
  contact: {
    idOf: ({ args }) => (typeof args.contactId === 'string' ? args.contactId : null),
    after({ at }, contact) {
      if (contact === null) return null;
      const { claim: _claim, parkedUntil: _parked, ...rest } = contact;
      return { row: { ...rest, state: 'ended', at } };
    },
  },
};

export const AIRLINE_COMMANDS = packOf([
  addNote,
  wrapUp,
  changeSeat,
  rebook,
  setPreference,
  resolveCase,
  recordDecision,
  recordOutcome,
  scheduleAction,
  cancelScheduled,
  ...WORK_COMMANDS,
]);

/** What is known of a flight from the row of somebody booked on it; null if the row is not on it. */
export function flightFromRow(row: ProfileRow, flight: string, date: string): KnownFlight | null {
  for (const [name, fact] of Object.entries(row.facts)) {
    if (!name.startsWith('trip.') || !name.endsWith('.flight') || !('value' in fact) || fact.value !== flight)
      continue;
    const segment = name.slice(0, -'flight'.length);
    if (readFact(row, `${segment}date`) !== date) continue;
    const known: KnownFlight = {};
    for (const field of ['from', 'to', 'departs', 'arrives', 'gate', 'reason', 'flightStatus']) {
      const value = readFact(row, segment + field);
      if (value !== undefined) known[field] = value;
    }
    return known;
  }
  return null;
}
