/** The answers to a hello: welcome and the ways of being sent away (R1, R5, R13, R14). */
import type { HelloReply, Welcome } from '../../protocol/hello.ts';
import { REFUSED_RETRY } from '../../protocol/limits.ts';
import { atWelcome, showsFork } from '../outbox/rules.ts';
import { seenOf } from '../overlay.ts';
import { acknowledged, away, fork, keepLease, LEASE_LOOK, subscribe, wipe } from './links.ts';
import type { Turn } from './session.ts';

export function helloReply(turn: Turn, reply: HelloReply): void {
  turn.timer('hello', null);
  switch (reply.type) {
    case 'welcome':
      return welcome(turn, reply);
    case 'wait':
      return away(turn, 'core_busy', reply.ms);
    case 'upgrade':
      turn.set({ refused: 'refused', upgrade: { min: reply.min, max: reply.max } });
      return away(turn, 'upgrade_needed', REFUSED_RETRY);
    case 'wipe':
      return wipe(turn, reply, 'wiped');
    case 'refused':
      if (reply.code === 'client_of_other') return fork(turn, []);
      turn.set({ refused: 'refused' });
      return away(turn, reply.code, REFUSED_RETRY);
  }
}

/** [R5] [R13] [R14] First the fork test, then replica.db, then outbox.db. */
function welcome(turn: Turn, told: Welcome): void {
  const { env, session } = turn;
  if (showsFork(turn.outbox, told.lmid, told.ids)) return fork(turn, told.ids);
  const { epoch, seq, chain, proof, mask, schemaHash, lmid, granted, denied } = told;
  // Rows of this epoch that saw less than was settled may have lost it together with the core. Rows that never heard of
  // this client, or are of another epoch, lost nothing of it.
  const lessSeen = epoch === env.meta.epoch && env.seen !== undefined;
  const vouched = lessSeen ? acknowledged(turn) : lmid;
  const { clientId } = turn.outbox.me;
  if (told.reset) {
    turn.replica({
      kind: 'reset',
      change: {
        epoch,
        cursor: seq,
        chain,
        proof,
        mask,
        schemaHash,
        clientId,
        lmid,
        rowsSeen: seenOf(turn.outbox, env.meta.epoch, env.seen),
        granted,
        // Whatever the reason that came first: rows of another mask are not for this operator's eyes.
        deleteRows: mask !== env.meta.mask,
      },
    });
  } else turn.replica({ kind: 'resume', change: { granted, clientId, lmid } });
  turn.keep(atWelcome(turn.outbox, { lmid, epoch, idsFrom: told.idsFrom, vouched, now: env.now }));
  turn.set({
    phase: 'live',
    granted,
    denied,
    lmid,
    target: seq,
    awaySince: null,
    stalls: 0,
    batchLimit: 50,
    reason: null,
    refused: null,
    upgrade: null,
    since: env.now,
  });
  const serverTime = Date.parse(told.serverTime);
  turn.set({ leaseFor: Date.parse(told.leaseUntil) - serverTime });
  keepLease(turn, Math.max(env.now, serverTime));
  turn.timer('lease', LEASE_LOOK);
  if (!sameList(session.wanted, session.toldWanted)) subscribe(turn);
  turn.add({ do: 'pump' });
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);
