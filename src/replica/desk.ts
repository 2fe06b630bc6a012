/** What an operator does: every action becomes one durable transaction on the outbox, or a failure with a reason. */
import type { CallInput, CallResult } from '../bridge/contract.ts';
import { PortFailure } from '../bridge/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Language } from '../packs/airline/catalogue/vocabulary.ts';
import { AIRLINE_COMMANDS } from '../packs/airline/commands.ts';
import type { CommandWorld } from '../packs/command-pack.ts';
import type { ReplicaConfig } from './config.ts';
import { answeredCandidate, commandOf, decisionRecord, type Made } from './decide/suggest.ts';
import { compose, type Seen } from './outbox/compose.ts';
import type { Outbox } from './outbox/model.ts';
import { discard, enqueue, undo } from './outbox/operations.ts';
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

  enqueue(input: CallInput['enqueue']): CallResult['enqueue'] {
    const put = this.put(this.parts.outbox(), input);
    this.parts.keep(put.outbox);
    return { id: put.id };
  }

  undo({ id }: CallInput['undo']): CallResult['undo'] {
    const next = undo(this.parts.outbox(), id, this.at());
    if (next !== null) this.parts.keep(next);
    return { undone: next !== null };
  }

  /** Sends the same wish again over what holds now; the old entry is put away in the same transaction. */
  redo({ id, args }: CallInput['redo']): CallResult['redo'] {
    const conflict = this.parts.outbox().conflict.get(id);
    const cleared = discard(this.parts.outbox(), id);
    if (conflict === undefined || cleared === null) throw new PortFailure('not_found');
    const { name, profileId } = conflict.entry;
    const put = this.put(cleared, { name, profileId, args: args ?? conflict.entry.args, seen: [] });
    this.parts.keep(put.outbox);
    return { id: put.id };
  }

  discard({ id }: CallInput['discard']): CallResult['discard'] {
    const next = discard(this.parts.outbox(), id);
    if (next !== null) this.parts.keep(next);
    return { discarded: next !== null };
  }

  /** Record, outcome and the action's command go into the outbox together or not at all. */
  answer(input: CallInput['answer']): CallResult['answer'] {
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
    if (command !== null && command.needs.length === 0) {
      wishes.push({ name: command.name, profileId, args: command.args, seen: input.seen });
    }
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

  private put(outbox: Outbox, wish: Wanted): { outbox: Outbox; id: string } {
    const { config, newId } = this.parts;
    const id = newId();
    const shown = this.parts.shown(wish.profileId);
    const maker = {
      id,
      at: this.at(),
      operator: config.operator,
      role: config.role,
      world: shown?.world ?? NOTHING_KNOWN,
    };
    const composed = compose(AIRLINE_COMMANDS, wish, shown?.read.row ?? null, shown?.screen ?? null, maker);
    if (!composed.ok) throw new PortFailure(composed.code, composed.params);
    const result = enqueue(outbox, composed.draft);
    if (!result.ok)
      throw new PortFailure(result.code, { name: wish.name } satisfies { [name: string]: Json });
    return { outbox: result.outbox, id };
  }
}

/** Reasons that the customer gave, in the words of the window; any other refusal was the operator's own. */
const CUSTOMER_REASONS: ReadonlySet<string> = new Set(['not-needed', 'has-it', 'price']);

/** Later is shown and not refused: it may come back. */
function outcomeOf(answer: CallInput['answer']['answer'], reason: string | undefined): string {
  if (answer === 'accept') return 'positive';
  if (answer === 'later') return 'presented';
  return reason !== undefined && CUSTOMER_REASONS.has(reason) ? 'customer-declined' : 'operator-declined';
}
