/**
 * Work: who has taken which contact, and what becomes of it (docs/spec/airline.md "Work"). A claim is a lease that the core
 * gives, in the order in which claims reach it.
 */
import { type ContactRow, holderOf } from '../../domain/contact.ts';
import type { Json } from '../../domain/json.ts';
import { isoTime } from '../../domain/time.ts';
import {
  type CommandCall,
  type CommandDefinition,
  type ContactAfter,
  type ContactChange,
  profileOf,
} from '../command-pack.ts';
import { checkArgs, isName, isText, isTime, optional } from './command-args.ts';
import { timelineRow } from './command-line.ts';

/** Longer than most work takes without a look at it; a console that has the customer open renews it. */
export const CLAIM_MS = 10 * 60_000;

/** Lines of the timeline. */
export const HANDED_OVER = 'Contact Handed Over';
export const CALLBACK_PROMISED = 'Callback Promised';

const contactArgs = { profileId: isName(100), contactId: isName(200) };

/** The change of a contact that the command names; refused where another has it, or where it is none of this customer's. */
const changing = (after: (call: CommandCall, contact: ContactRow) => ContactAfter): ContactChange => ({
  idOf: ({ args }) => String(args.contactId),
  after(call, contact) {
    if (contact === null) return { refused: 'no_contact', detail: null };
    const holder = holderOf(contact, Date.parse(call.at));
    if (holder !== null && holder.by !== call.by)
      return { refused: 'claimed', detail: { by: holder.by, until: holder.until } };
    return after(call, contact);
  },
});

function free({ claim: _claim, ...contact }: ContactRow): ContactRow {
  return contact;
}

/** Nobody serves it: it waits again. */
const waiting = (contact: ContactRow, at: string): ContactRow =>
  contact.state === 'waiting' ? free(contact) : { ...free(contact), state: 'waiting', at };

const work = (
  name: string,
  given: Pick<CommandDefinition, 'check' | 'contact'> & Partial<CommandDefinition>,
): CommandDefinition => ({
  name,
  ver: 1,
  mode: 'commutative',
  forbidden: ['kiosk'],
  strictFacts: () => [],
  effects: () => ({ facts: {}, event: null }),
  ...given,
});

const claim = work('claim', {
  check: (args) => checkArgs(args, { ...contactArgs, station: isName(60) }),
  contact: changing((call, contact) => {
    // Of a console that was offline: the lease began when it was taken there, and may be over.
    const from = Math.min(Date.parse(call.at), Date.parse(call.writtenAt));
    const until = isoTime(from + CLAIM_MS);
    if (until <= call.at) return null;
    const { parkedUntil: _parked, ...rest } = contact;
    const taken = { by: call.by, station: String(call.args.station), until };
    return { row: { ...rest, claim: taken, takenAt: contact.takenAt ?? isoTime(from) } };
  }),
});

const release = work('release', {
  check: (args) => checkArgs(args, contactArgs),
  contact: changing((_, contact) => ({ row: free(contact) })),
});

const park = work('park', {
  check: (args) => checkArgs(args, { ...contactArgs, notBefore: isTime }),
  contact: changing(({ args, at }, contact) => ({
    row: { ...waiting(contact, at), parkedUntil: isoTime(Date.parse(String(args.notBefore))) },
  })),
});

const handOver = work('hand-over', {
  check: (args) => checkArgs(args, { ...contactArgs, queue: isName(100), text: optional(isText) }),
  effects: (call) => {
    const { queue, text, contactId } = call.args;
    const properties = { queue: queue as Json, contactId: contactId as Json, ...(text ? { text } : {}) };
    return { facts: {}, event: timelineRow(call, 'note', HANDED_OVER, properties) };
  },
  contact: changing(({ args, by, at }, contact) => {
    const { parkedUntil: _parked, ...rest } = waiting(contact, at);
    return { row: { ...rest, queue: String(args.queue), station: null, from: { by, at } } };
  }),
});

/** A new contact, with the command's id, that waits from `notBefore` on. */
const callBack = work('call-back', {
  check: (args) =>
    checkArgs(args, {
      profileId: isName(100),
      queue: isName(100),
      notBefore: isTime,
      text: optional(isText),
    }),
  effects: (call) => {
    const { queue, notBefore, text } = call.args;
    const properties = { queue: queue as Json, notBefore: notBefore as Json, ...(text ? { text } : {}) };
    return { facts: {}, event: timelineRow(call, 'note', CALLBACK_PROMISED, properties) };
  },
  contact: {
    idOf: ({ id }) => id,
    after({ id, at, args }, contact) {
      if (contact !== null) return null;
      return {
        row: {
          ...{
            id,
            profileId: profileOf(args),
            kind: 'callback',
            state: 'waiting',
            queue: String(args.queue),
          },
          ...{ station: null, identity: null, at, since: at },
          parkedUntil: isoTime(Date.parse(String(args.notBefore))),
        },
      };
    },
  },
});

export const WORK_COMMANDS: readonly CommandDefinition[] = [claim, release, park, handOver, callBack];
