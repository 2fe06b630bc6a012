/**
 * The console's side of `kairos-sync/1` as one pure function: (session, input, env) to (session, effects). No clock,
 * no socket, no file: those are at the rim (runner.ts), so that a simulator can run this very code.
 */
import { checkSums, compareAck, repairAck } from './divergence.ts';
import { frame, snap } from './frames.ts';
import { helloReply } from './greet.ts';
import {
  bye,
  connect,
  connected,
  connectFailed,
  LEASE_LOOK,
  lookAtLease,
  lost,
  newToken,
  reset,
  start,
  subscribe,
  wipe,
  woke,
} from './links.ts';
import { answered, pump, pushAck, pushAgain } from './pushes.ts';
import { type Effect, type Env, type Input, type Session, type TimerName, Turn } from './session.ts';

export type Stepped = { session: Session; effects: Effect[] };

export function step(session: Session, input: Input, env: Env): Stepped {
  const turn = new Turn(session, env);
  if ('generation' in input) {
    if (input.generation === session.generation) fromCore(turn, input);
  } else fromConsole(turn, input);
  return { session: turn.session, effects: turn.effects };
}

function fromConsole(turn: Turn, input: Exclude<Input, { generation: number }>): void {
  const { phase } = turn.session;
  switch (input.type) {
    case 'start':
      if (phase === 'stopped') start(turn, input.token, input.wanted);
      return;
    case 'stop':
      turn.add({ do: 'close' });
      for (const name of ['connect', 'hello', 'push', 'push-again', 'watchdog', 'lease'] as const)
        turn.timer(name, null);
      return turn.set({ phase: 'stopped', generation: turn.session.generation + 1 });
    case 'timer':
      if (phase !== 'stopped') timeUp(turn, input.name);
      return;
    case 'want':
      turn.set({ wanted: input.wanted });
      if (phase === 'live') subscribe(turn);
      return;
    case 'token':
      return newToken(turn, input.token);
    case 'woke':
      return woke(turn, input.since);
    case 'outbox':
      return pump(turn);
    case 'sums':
      return checkSums(turn, input.at, input.sums);
  }
}

function timeUp(turn: Turn, name: TimerName): void {
  const { phase } = turn.session;
  switch (name) {
    case 'connect':
      if (phase !== 'waiting') return;
      turn.add({ do: 'close' });
      return connect(turn);
    case 'hello':
      return phase === 'greeting' ? lost(turn, 'core_silent') : undefined;
    case 'push':
      return phase === 'live' && turn.session.push !== null ? lost(turn, 'core_silent') : undefined;
    case 'push-again':
      return pushAgain(turn);
    case 'watchdog':
      // Never "connected" for hours with writes stuck: a new connection, and a visible reason.
      return phase === 'live' ? lost(turn, 'upload_stuck') : undefined;
    case 'lease':
      return lookAtLease(turn, LEASE_LOOK);
  }
}

function fromCore(turn: Turn, input: Extract<Input, { generation: number }>): void {
  const { phase } = turn.session;
  switch (input.type) {
    case 'connected':
      if (phase === 'connecting') connected(turn);
      return;
    case 'connect-failed':
      return connectFailed(turn, input.code);
    case 'lost':
      return lost(turn, input.reason);
    case 'hello-reply':
      if (phase === 'greeting') helloReply(turn, input.reply);
      return;
    case 'bye':
      return bye(turn, input.bye);
    case 'wipe':
      return wipe(turn, input.wipe, 'ack');
    case 'reset':
      return reset(turn, input.reason);
    case 'garbage':
      return lost(turn, 'core_unreadable');
    default:
      if (phase === 'live') whileLive(turn, input);
  }
}

function whileLive(
  turn: Turn,
  input: Extract<
    Input,
    { type: 'frame' | 'snap' | 'push-ack' | 'sub-ack' | 'auth-ack' | 'compare-ack' | 'repair-ack' }
  >,
): void {
  switch (input.type) {
    case 'frame':
      return frame(turn, input.head, input.body);
    case 'snap':
      return snap(turn, input.head, input.body);
    case 'push-ack':
      return pushAck(turn, input.ack);
    case 'sub-ack':
      return turn.set({ granted: input.ack.granted, denied: input.ack.denied });
    case 'auth-ack':
      if ('refused' in input.ack) turn.report(`auth_${input.ack.refused.code}`);
      return answered(turn);
    case 'compare-ack':
      return compareAck(turn, input.scope, input.ack);
    case 'repair-ack':
      return repairAck(turn, input.ack);
  }
}
