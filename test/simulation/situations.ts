/** Names the situations that a console got into, so that a test can count that histories still reach each of them. */
import type { Input } from '../../src/replica/sync/session.ts';
import type { Station } from './station.ts';

type Parts = { reached(situation: string): void; mayFork(): void };

export function situationsOf(input: Input, station: Station, { reached, mayFork }: Parts): void {
  switch (input.type) {
    case 'hello-reply': {
      const { reply } = input;
      if (reply.type === 'welcome') reached(reply.reset ? `reset ${reply.reason}` : 'resumed');
      else reached(reply.type === 'refused' ? `refused ${reply.code}` : `told ${reply.type}`);
      return;
    }
    case 'frame': {
      const { head, body } = input;
      if (body.part !== undefined) reached('frame in parts');
      if (body.parts !== undefined && (head.drop?.length ?? 0) > 0) reached('drop with parts');
      for (const [, , status, code] of head.results ?? []) reached(`result ${status} ${code}`);
      return;
    }
    case 'snap':
      if (!input.body.end) reached('snapshot in parts');
      if (input.body.end && (input.body.gone?.length ?? 0) > 0) reached('snapshot with gone rows');
      return;
    case 'push-ack':
      for (const name of ['gap', 'fork', 'retryMs', 'refused'] as const)
        if (input.ack[name] !== undefined) reached(`push ${name}`);
      return;
    case 'bye':
      reached(`bye ${input.bye.reason}`);
      if (input.bye.reason === 'replaced' && input.bye.by !== undefined) toldOfAnother(input.bye.by);
      return;
    case 'reset':
      return reached(`told reset ${input.reason}`);
    case 'auth-ack':
      return reached('refused' in input.ack ? 'auth refused' : 'auth');
    case 'wipe':
      return reached('wipe while connected');
    case 'connect-failed':
      return reached(`connect ${input.code}`);
    default:
  }

  function toldOfAnother(by: string): void {
    if (station.runner?.session.conns.includes(by)) return reached('late hello of its own');
    reached('twin');
    // A hello of the process before came late: the rule takes it for a twin, which costs nothing but time.
    if (station.conns.has(by)) mayFork();
  }
}
