/**
 * The one contract between a window and the replica: every call and every stream, with the schema of what comes in.
 * A call is answered once or fails with an error of the table in errors.ts; a stream sends the latest value per key,
 * at most `credit` unacknowledged messages, one batch per frame. What is not listed here cannot be said over the port.
 */

import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import { LANGUAGES } from '../domain/language.ts';
import type { ConnectionsView, LetterView } from './connections.ts';
import type {
  AwayView,
  BoardView,
  CustomerView,
  DecisionSummary,
  DecisionView,
  DiagnosticsView,
  DisruptionsView,
  DisruptionView,
  DraftView,
  LearnedView,
  OutboxView,
  SearchView,
  StatusView,
  SteeringVersionView,
  SuggestionView,
  WorkView,
} from './views.ts';
import { LONGEST_ENTRY } from './views.ts';

const id = z.string().min(1).max(100);
/** When the key or button was pressed that asks for it, ms since 1970; for traces only. */
const pressedAt = z.number().optional();
const jsonObject = z.record(z.string().max(100), z.json());

/** What the window showed of each fact that a command is about; the replica makes the base of it. */
const seen = z.array(z.object({ fact: z.string().max(300), hash: z.string().max(64).nullable() })).max(50);

const action = z.string().min(1).max(200);
const cap = z.object({
  channel: z.string().max(60).optional(),
  lane: z.number().int().min(0).max(3).optional(),
  count: z.number().int().min(1).max(1000),
  windowHours: z.number().min(1).max(10_000),
});
const steering = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lever'), action, percent: z.number().min(-100).max(400).nullable() }),
  z.object({
    kind: z.literal('pause'),
    actions: z.array(action).min(1).max(200),
    reason: z.string().min(1).max(200),
  }),
  z.object({ kind: z.literal('resume'), actions: z.array(action).min(1).max(200) }),
  z.object({ kind: z.literal('caps'), caps: z.array(cap).max(50).nullable() }),
  z.object({ kind: z.literal('undo'), version: z.number().int().min(1) }),
]);

export const CALLS = {
  /** People known here, by name, booking, phone, loyalty number, e-mail or ticket. */
  search: z.object({ text: z.string().max(LONGEST_ENTRY), limit: z.number().int().min(1).max(50) }),
  /** Asks the core for somebody who is not in the replica; opens the scope `profile:ID`. */
  find: z.object({ type: z.string().max(40), value: z.string().max(200), purpose: z.string().max(200) }),
  /**
   * A masked value in full, for a reason that is audited; `tag` is the one that stood for it. The core tells it to this
   * window alone: it is in no stream and on no disk.
   */
  reveal: z.object({
    profileId: id,
    name: z.string().min(1).max(300),
    tag: z.string().max(64),
    reason: z.string().max(200),
  }),
  /**
   * Puts a command into the outbox; answered when it is durable. Of an earlier wish for the same that was never sent it
   * takes the place (outbox.md O17). The draft of its dialog goes in the same transaction.
   */
  enqueue: z.object({ name: z.string().max(60), profileId: id, args: jsonObject, seen, pressedAt }),
  /** Takes back an entry that has not been sent. */
  undo: z.object({ id }),
  /** Changes the args of an entry that has not been sent. */
  edit: z.object({ id, args: jsonObject, seen }),
  /** Holds an entry back that has not been sent, or lets it go. */
  hold: z.object({ id, held: z.boolean() }),
  /** Sends a refused or conflicting entry again, as a new command over what the window shows, optionally with other args. */
  redo: z.object({ id, args: jsonObject.optional(), seen: seen.default([]), pressedAt }),
  /** Gives up a refused or conflicting entry; it is kept on record. */
  discard: z.object({ id }),
  /** Takes a discard back: the entry asks again. */
  restore: z.object({ id }),
  /** Keeps what was typed into a dialog so far, durably; `answers` null gives it up. `about`: the entry that it mends. */
  draft: z.object({
    name: z.string().min(1).max(60),
    profileId: id,
    about: id.nullable(),
    answers: z.record(z.string().max(60), z.string().max(20_000)).nullable(),
  }),
  /** The operator's answer to a suggestion; accepting enqueues the action's command with it, scheduling its intent. */
  answer: z.object({
    decisionId: id,
    profileId: id,
    answer: z.enum(['accept', 'decline', 'later', 'schedule']),
    reason: z.string().max(60).optional(),
    candidate: z.object({ action: id, channel: z.string().max(40), approach: z.string().max(40) }).optional(),
    seen,
    pressedAt,
  }),
  /** A view with `moments` came and is on the screen (ms since 1970); asked for by nobody but a replica that traces. */
  painted: z.object({
    view: z.enum(['customer', 'suggestion']),
    moments: z.array(z.string().min(1).max(500)).max(100),
    receivedAt: z.number(),
    paintedAt: z.number(),
  }),
  /** Tells colleagues that this operator has the customer open. */
  presence: z.object({ profileId: id.nullable(), state: z.enum(['viewing', 'editing', 'none']) }),
  /**
   * A supervisor's change of what is suggested, answered when it is in force at the core. `ifVersion`: the version that
   * the window showed; another one in force is `changed`.
   */
  steer: z.object({ change: steering, ifVersion: z.number().int().min(0).optional() }),
  /** Earlier versions of what was set, newest first. */
  steeringHistory: z.object({}),
  /** The last decisions for an action, as a supervisor may read them. */
  decisions: z.object({ action: id, before: z.string().max(200).optional() }),
  decision: z.object({ id }),
  /** With whom the core is connected; for a supervisor, like the next three. */
  connections: z.object({}),
  letters: z.object({ partner: z.string().min(1).max(60) }),
  resendLetter: z.object({ partner: z.string().min(1).max(60), id }),
  resendLetters: z.object({ partner: z.string().min(1).max(60) }),
  discardLetters: z.object({ partner: z.string().min(1).max(60), reason: z.string().min(1).max(200) }),
  askSource: z.object({ source: z.string().min(1).max(60) }),
  /** Versions, sizes and numbers of the replica, for whoever helps. */
  diagnostics: z.object({}),
  /** Language for texts that the replica words (suggestions). */
  setLanguage: z.object({ language: z.enum(LANGUAGES) }),
} as const;

export const STREAMS = {
  status: z.object({}),
  work: z.object({}),
  disruptions: z.object({}),
  /** A flight of that list, by its key. */
  disruption: z.object({ flight: z.string().min(1).max(100) }),
  outbox: z.object({}),
  drafts: z.object({}),
  away: z.object({}),
  customer: z.object({ profileId: id }),
  suggestion: z.object({ profileId: id }),
  /** For a supervisor: `forbidden` for others. */
  board: z.object({}),
  learned: z.object({}),
} as const;

export type CallName = keyof typeof CALLS;
export type CallInput = { [N in CallName]: z.input<(typeof CALLS)[N]> };
/** As a handler gets it: with the defaults of what was left out. */
export type CallRead = { [N in CallName]: z.output<(typeof CALLS)[N]> };
export type CallResult = {
  search: SearchView;
  find: { found: { id: string; name: string; scope: string }[]; more: boolean };
  /** To be shown until then. */
  reveal: { value: Json; until: string };
  /** `replaced`: the entry whose place it took. */
  enqueue: { id: string; replaced: string | null };
  undo: { undone: boolean };
  edit: { edited: boolean };
  hold: { done: boolean };
  redo: { id: string };
  discard: { discarded: boolean };
  restore: { restored: boolean };
  draft: { ok: true };
  answer: { ids: string[] };
  painted: { ok: true };
  presence: { ok: true };
  diagnostics: DiagnosticsView;
  setLanguage: { ok: true };
  steer: SteeringVersionView;
  steeringHistory: { versions: SteeringVersionView[] };
  decisions: { decisions: DecisionSummary[]; next?: string };
  decision: DecisionView;
  connections: ConnectionsView;
  letters: { messages: LetterView[] };
  resendLetter: { ok: true };
  resendLetters: { ok: true };
  discardLetters: { ok: true };
  askSource: { ok: true };
};

export type StreamName = keyof typeof STREAMS;
export type StreamInput = { [N in StreamName]: z.infer<(typeof STREAMS)[N]> };
/** `customer` and `suggestion` may be null: not (or no longer) in this replica; `away`: there was no gap to tell of. */
export type StreamValue = {
  status: StatusView;
  work: WorkView;
  disruptions: DisruptionsView;
  /** Null for a flight that is not disturbed (any more) or has nobody here. */
  disruption: DisruptionView | null;
  outbox: OutboxView;
  drafts: DraftView[];
  away: AwayView | null;
  customer: CustomerView | null;
  suggestion: SuggestionView | null;
  board: BoardView;
  /** Null before the core has told it. */
  learned: LearnedView | null;
};

/** An error as it crosses the port: a code of the table, parameters for its sentence, whether a retry can help. */
export type PortError = { code: string; params: { [name: string]: Json }; retry: boolean };
