/** Executes pushes (R6, R7): strictly in the order of mids, each command in a transaction of its own, at most once. */
import type { Receipt } from '../../domain/command.ts';
import type { JsonObject } from '../../domain/json.ts';
import { parseTime } from '../../domain/time.ts';
import { MAX_ATTEMPTS } from '../../protocol/limits.ts';
import type { PushAck } from '../../protocol/push.ts';
import type { ClientRecord, ClientStore } from '../store/client-contract.ts';
import type { CoreStore, Folder, LogWriter } from '../store/contract.ts';
import { isTransient, type PlannedFailures, refusalOf } from './failures.ts';
import { type Caller, type JudgeDeps, judge, refuse } from './judge.ts';
import { type ReadCommand, readPush } from './parse.ts';

export type ExecuteDeps = Omit<JudgeDeps, 'writer'> & {
  store: CoreStore;
  clients: ClientStore;
  folder: Pick<Folder, 'effect'>;
  failures: PlannedFailures;
  /** Told of every command that was applied, inside of its transaction. */
  applied?(command: { id: string; name: string; args: JsonObject; at: string }, profileId: string): void;
  /** Told of every command that was executed, whatever came of it, inside of its transaction. */
  executed?(one: Executed): void;
  /** The core's clock, ms. */
  now(): number;
};

/** `profileId` is the customer that its args name, if they can be read. */
export type Executed = {
  id: string;
  name: string;
  subject: string;
  profileId: string | null;
  /** When it was enqueued, by the console's clock, ms; null where it does not say. */
  at: number | null;
  receipt: Receipt;
};

/** Who pushes: `generation` is that of the connection's hello; a newer hello makes everything of it void (R1). */
export type Pusher = Caller & { clientId: string; generation: number };

/** How far one command got: on with the next, or end the push with this answer. */
type Step = 'next' | Omit<PushAck, 'lmid'>;

const TRANSIENT_RETRY_MS = 250;
const FAILED_RETRY_MS = 200;

class Replaced extends Error {}

/** The ack of a push, after the commits; null if a newer hello of this client has come: then the push is ignored. */
export function executePush(deps: ExecuteDeps, pusher: Pusher, payload: unknown): PushAck | null {
  const lmid = () => deps.clients.client(pusher.clientId)?.lastMid ?? 0;
  const push = readPush(payload);
  try {
    if ('refused' in push) {
      currentClient(deps, pusher);
      return { lmid: lmid(), refused: push.refused };
    }
    for (const command of push.commands) {
      const step = executeOne(deps, pusher, command);
      if (step !== 'next') return { lmid: lmid(), ...step };
    }
    return { lmid: lmid() };
  } catch (error) {
    if (error instanceof Replaced) return null;
    throw error;
  }
}

function currentClient(deps: ExecuteDeps, pusher: Pusher): ClientRecord {
  const client = deps.clients.client(pusher.clientId);
  if (!client || client.generation !== pusher.generation) throw new Replaced();
  return client;
}

function executeOne(deps: ExecuteDeps, pusher: Pusher, command: ReadCommand): Step {
  const { lastMid } = currentClient(deps, pusher);
  if (command.mid <= lastMid) {
    const known = deps.clients.mid(pusher.clientId, command.mid);
    return known && known.id !== command.id ? { fork: command.mid } : 'next';
  }
  if (command.mid > lastMid + 1) return { gap: lastMid + 1 };
  const known = knownResult(deps, pusher, command);
  if (known) return settle(deps, pusher, command, () => known);
  return attempt(deps, pusher, command);
}

/** The result of an id that was executed before; of somebody else's or another payload's: `id_reused`. */
function knownResult(deps: ExecuteDeps, pusher: Pusher, command: ReadCommand): Performed | null {
  const known = deps.clients.command(command.id);
  if (!known) return null;
  if (known.subject !== pusher.viewer.subject || known.payloadHash !== command.payloadHash)
    return refuse('rejected', 'id_reused').receipt;
  return { status: known.status, code: known.code, detail: known.detail };
}

/** Counts the attempt durably before it is made, so that a command that kills the process is parked too. */
function attempt(deps: ExecuteDeps, pusher: Pusher, command: ReadCommand): Step {
  const { clients } = deps;
  const made = clients.attempts(command.id);
  if (made >= MAX_ATTEMPTS) return park(deps, pusher, command);
  clients.setAttempts(command.id, made + 1, deps.now());
  try {
    return settle(deps, pusher, command, (log) => perform(deps, log, pusher, command));
  } catch (error) {
    if (error instanceof Replaced) throw error;
    if (isTransient(error)) {
      clients.setAttempts(command.id, made, deps.now());
      return { retryMs: TRANSIENT_RETRY_MS };
    }
    const refusal = refusalOf(error);
    if (refusal) return settle(deps, pusher, command, () => refuse('rejected', refusal).receipt);
    if (made + 1 >= MAX_ATTEMPTS) return park(deps, pusher, command);
    return { retryMs: FAILED_RETRY_MS * (made + 1) };
  }
}

function park(deps: ExecuteDeps, pusher: Pusher, command: ReadCommand): Step {
  const name = command.body?.name ?? '?';
  return settle(deps, pusher, command, () => {
    deps.clients.addAlarm('parked', `command ${name} ${command.id} failed ${MAX_ATTEMPTS} times`, deps.now());
    return refuse('parked', 'failed').receipt;
  });
}

type Performed = Receipt & { changes?: Parameters<LogWriter['commit']>[0] };

function perform(deps: ExecuteDeps, log: LogWriter, pusher: Pusher, command: ReadCommand): Performed {
  if (!command.body) return refuse('rejected', command.flaw ?? 'args').receipt;
  deps.failures.strike(command.body.name);
  const at = new Date(deps.now()).toISOString();
  const judgeDeps = { ...deps, writer: deps.clients.writer.bind(deps.clients) };
  const verdict = judge(judgeDeps, log, pusher, { id: command.id, body: command.body }, at);
  if (!verdict.effect) return verdict.receipt;
  const changes = deps.folder.effect(verdict.effect);
  for (const fact of Object.keys(verdict.effect.facts))
    deps.clients.putWriter(verdict.effect.profileId, fact, pusher.viewer.subject, at);
  const { name, args, at: writtenAt } = command.body;
  deps.applied?.({ id: command.id, name, args: args as JsonObject, at: writtenAt }, verdict.effect.profileId);
  return { ...verdict.receipt, changes };
}

/** Effect, lastMid, mid row, result and log entry in one transaction (R6). */
function settle(
  deps: ExecuteDeps,
  pusher: Pusher,
  command: ReadCommand,
  work: (log: LogWriter) => Performed,
): Step {
  const { clients } = deps;
  const { mid, id } = command;
  deps.store.transaction((log) => {
    const client = currentClient(deps, pusher);
    if (client.lastMid !== mid - 1) throw new Replaced();
    // Another node may have executed the id since it was looked for: for a copy of this disk, or before a fork.
    const { changes = [], status, code, detail } = knownResult(deps, pusher, command) ?? work(log);
    const receipt = { status, code, detail };
    const seq = log.commit(changes, { clientId: pusher.clientId, mid, id, ...receipt });
    const at = deps.now();
    clients.putClient({ ...client, lastMid: mid });
    clients.addMid(pusher.clientId, { mid, id, seq, ...receipt }, at);
    if (!clients.command(id))
      clients.putCommand(
        { id, subject: pusher.viewer.subject, payloadHash: command.payloadHash, seq, ...receipt },
        at,
      );
    clients.setAttempts(id, 0, at);
    deps.executed?.({
      id,
      name: command.body?.name ?? '',
      subject: pusher.viewer.subject,
      profileId: customerOf(command, log),
      at: parseTime(command.body?.at ?? ''),
      receipt,
    });
  });
  return 'next';
}

function customerOf({ body }: ReadCommand, log: LogWriter): string | null {
  const id = (body?.args as JsonObject | undefined)?.profileId;
  return typeof id === 'string' ? log.survivor(id) : null;
}
