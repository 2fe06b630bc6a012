/** What an operator does: every action becomes one durable transaction on the outbox, or a failure with a reason. */
import type { CallRead, CallResult } from '../bridge/contract.ts';
import { PortFailure } from '../bridge/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Language } from '../domain/language.ts';
import { AIRLINE_COMMANDS } from '../packs/airline/commands.ts';
import type { CommandWorld } from '../packs/command-pack.ts';
import { MAX_COMMAND_BYTES } from '../protocol/limits.ts';
import type { ReplicaConfig } from './config.ts';
import { answeredCandidate, commandOf, decisionRecord, type Made } from './decide/suggest.ts';
import { rebase, superseded } from './outbox/coalesce.ts';
import { type Composed, compose, isForbidden, type Seen } from './outbox/compose.ts';
import { dropDraft, keepDraft } from './outbox/drafts.ts';
import type { Outbox } from './outbox/model.ts';
import {
  commandBytes,
  discard,
  edit,
  enqueue,
  hold,
  isFree,
  isRecord,
  restore,
  undo,
} from './outbox/operations.ts';
import type { OnScreen } from './views/customer.ts';

export type DeskParts = {
  config: ReplicaConfig;
  now: () => number;
  newId: () => string;
  outbox: () => Outbox;
  /** Writes the next state of the outbox, durable when it returns. @throws what the disk says */
  keep: (outbox: Outbox) => void;
  shown: (profileId: string) => OnScreen | null;
  decision: (id: string) => Made | undefined;
  language: () => Language;
};

type Wanted = { name: string; profileId: string; args: JsonObject; seen: readonly Seen[] };

const NOTHING_KNOWN: CommandWorld = { flight: () => null };

export class Desk {
  private readonly parts: DeskParts;
  /** Decisions that already have their record in the outbox. */
  private readonly recorded = new Set<string>();

  constructor(parts: DeskParts) {
    this.parts = parts;
  }

  enqueue(input: CallRead['enqueue']): CallResult['enqueue'] {
    const put = this.put(this.parts.outbox(), input);
    this.parts.keep(dropDraft(put.outbox, input.name, input.profileId, null));
    return { id: put.id, replaced: put.replaced };
  }

  undo({ id }: CallRead['undo']): CallResult['undo'] {
    const outbox = this.parts.outbox();
    const entry = outbox.pending.find((pending) => pending.id === id);
    const next = undo(outbox, id, this.at());
    if (entry === undefined || next === null) return { undone: false };
    this.parts.keep(rebase(next, entry, null, AIRLINE_COMMANDS));
    return { undone: true };
  }

  /** Checked like a new command; id, time and what was seen for it stay. */
  edit({ id, args, seen }: CallRead['edit']): CallResult['edit'] {
    const outbox = this.parts.outbox();
    const entry = outbox.pending.find((pending) => pending.id === id);
    if (entry === undefined || !isFree(entry)) return { edited: false };
    const { name, profileId, at } = entry;
    const { draft } = this.compose({ name, profileId, args, seen }, id, at);
    if (commandBytes(draft) > MAX_COMMAND_BYTES) throw new PortFailure('too_large');
    const next = edit(outbox, id, draft.args, draft);
    const now = next?.pending.find((pending) => pending.id === id);
    if (next === null || now === undefined) return { edited: false };
    this.parts.keep(dropDraft(rebase(next, entry, now, AIRLINE_COMMANDS), name, profileId, id));
    return { edited: true };
  }

  hold({ id, held }: CallRead['hold']): CallResult['hold'] {
    const next = hold(this.parts.outbox(), id, held);
    if (next !== null) this.parts.keep(next);
    return { done: next !== null };
  }

  /** Sends the same wish again over what the window shows; the old entry is put away in the same transaction. */
  redo({ id, args, seen }: CallRead['redo']): CallResult['redo'] {
    const conflict = this.parts.outbox().conflict.get(id);
    const cleared = discard(this.parts.outbox(), id, 'redo', this.at());
    if (conflict === undefined || cleared === null) throw new PortFailure('not_found');
    const { name, profileId } = conflict.entry;
    const put = this.put(cleared, { name, profileId, args: args ?? conflict.entry.args, seen });
    this.parts.keep(dropDraft(put.outbox, name, profileId, id));
    return { id: put.id };
  }

  discard({ id }: CallRead['discard']): CallResult['discard'] {
    const next = discard(this.parts.outbox(), id, 'operator', this.at());
    if (next !== null) this.parts.keep(next);
    return { discarded: next !== null };
  }

  restore({ id }: CallRead['restore']): CallResult['restore'] {
    const next = restore(this.parts.outbox(), id);
    if (next !== null) this.parts.keep(next);
    return { restored: next !== null };
  }

  draft({ name, profileId, about, answers }: CallRead['draft']): CallResult['draft'] {
    const outbox = this.parts.outbox();
    const next =
      answers === null
        ? dropDraft(outbox, name, profileId, about)
        : keepDraft(outbox, { name, profileId, about, answers, at: this.at() });
    if (next === null) throw new PortFailure('too_large');
    if (next !== outbox) this.parts.keep(next);
    return { ok: true };
  }

  /** Record, outcome and the action's command go into the outbox together or not at all. */
  answer(input: CallRead['answer']): CallResult['answer'] {
    const made = this.parts.decision(input.decisionId);
    if (made === undefined || made.profileId !== input.profileId) throw new PortFailure('not_found');
    const candidate = answeredCandidate(made, input.candidate);
    if (candidate === null) throw new PortFailure('not_found');
    const { profileId, decisionId } = input;
    const wishes: Wanted[] = [];
    if (!this.recorded.has(decisionId)) {
      wishes.push({
        name: 'record-decision',
        profileId,
        args: { profileId, record: decisionRecord(made, candidate) },
        seen: [],
      });
    }
    const outcome = outcomeOf(input.answer, input.reason);
    const told: JsonObject = { profileId, decisionId, outcome };
    if (input.reason !== undefined) told.reason = input.reason;
    wishes.push({ name: 'record-outcome', profileId, args: told, seen: [] });
    const command =
      input.answer === 'accept' ? commandOf(made, candidate.action, this.parts.language()) : null;
    // A command that still needs an entry (a seat, a value) is enqueued by the window when it has been given.
    // A kiosk writes no notes: there the outcome alone tells the counter what the passenger chose.
    const isAllowed =
      command !== null && !isForbidden(AIRLINE_COMMANDS, command.name, this.parts.config.role);
    if (command !== null && isAllowed && command.needs.length === 0) {
      wishes.push({ name: command.name, profileId, args: command.args, seen: input.seen });
    }
    if (input.answer === 'schedule') wishes.push(laterWish(made, candidate.action, profileId));
    let outbox = this.parts.outbox();
    const ids: string[] = [];
    for (const wish of wishes) {
      const put = this.put(outbox, wish);
      outbox = put.outbox;
      ids.push(put.id);
    }
    this.parts.keep(outbox);
    this.recorded.add(decisionId);
    return { ids };
  }

  private at(): string {
    return new Date(this.parts.now()).toISOString();
  }

  private put(outbox: Outbox, wish: Wanted): { outbox: Outbox; id: string; replaced: string | null } {
    const { draft } = this.compose(wish, this.parts.newId(), this.at());
    const replaced = superseded(outbox, draft, AIRLINE_COMMANDS);
    const result = enqueue(outbox, draft, replaced);
    if (!result.ok) throw new PortFailure(result.code, { kind: isRecord(wish.name) ? 'answer' : 'action' });
    return { outbox: result.outbox, id: draft.id, replaced: replaced?.id ?? null };
  }

  private compose(wish: Wanted, id: string, at: string): Extract<Composed, { ok: true }> {
    const { config } = this.parts;
    const shown = this.parts.shown(wish.profileId);
    const { operator, role } = config;
    const maker = { id, at, operator, role, world: shown?.world ?? NOTHING_KNOWN };
    const composed = compose(AIRLINE_COMMANDS, wish, shown?.read.row ?? null, shown?.screen ?? null, maker);
    if (!composed.ok) throw new PortFailure(composed.code, composed.params);
    return composed;
  }
}

/** Reasons that the customer gave, in the words of the window; any other refusal was the operator's own. */
const CUSTOMER_REASONS: ReadonlySet<string> = new Set(['not-needed', 'has-it', 'price']);

/** The intent that the operator asks for, as it stood on the card. @throws PortFailure where it is not possible any more */
function laterWish(made: Made, action: string, profileId: string): Wanted {
  const later = made.laterOf(action);
  if (later === null) throw new PortFailure('too_late');
  const { channel, approach, sendAt, bestUntil } = later;
  const args = { profileId, action, channel, approach, notBefore: sendAt, bestUntil };
  return { name: 'schedule-action', profileId, args, seen: [] };
}

/** Later is shown and not refused: it may come back. */
function outcomeOf(answer: CallRead['answer']['answer'], reason: string | undefined): string {
  if (answer === 'accept') return 'positive';
  if (answer === 'later' || answer === 'schedule') return 'presented';
  return reason !== undefined && CUSTOMER_REASONS.has(reason) ? 'customer-declined' : 'operator-declined';
}
