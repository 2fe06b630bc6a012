import { setTimeout as pause } from 'node:timers/promises';
import type { Door, Tally } from './door.ts';
import type { Run } from './plan.ts';
import type { TimedEvent } from './timeline.ts';

/** The same event at another start: its time moves along, its ids stay. */
export function restamped(event: TimedEvent, start: number): TimedEvent {
  const time = new Date(start + event.at).toISOString();
  return event.door === 'contact'
    ? { ...event, contact: { ...event.contact, at: time } }
    : { ...event, message: { ...event.message, timestamp: time } };
}

function deliver(door: Door, event: TimedEvent): Promise<void> {
  return event.door === 'contact' ? door.post(event.contact) : door.send(event.message);
}

/**
 * Plays a run through the door: the initial state as fast as the core takes it (contacts last, so that they find their
 * customers), then each live event at its time. Live time begins when the initial state is in, and the events are
 * stamped with it: an event that waits because the core is away keeps the time at which it happened. `loaded` hears
 * what became of the initial state and says whether to go on.
 */
export async function play(
  run: Run,
  door: Door,
  clock: () => number,
  stopped: AbortSignal,
  loaded: (tally: Tally) => boolean,
): Promise<void> {
  const isContact = (event: TimedEvent): boolean => event.door === 'contact';
  const phases = [run.initial.filter((e) => !isContact(e)), run.initial.filter(isContact)];
  for (const phase of phases) {
    for (const event of phase) {
      if (stopped.aborted) return;
      await deliver(door, event);
    }
    await door.settled();
    if (stopped.aborted) return;
  }
  if (!loaded({ ...door.tally })) return;
  const start = clock();
  for (const event of run.live) {
    const wait = start + event.at - clock();
    if (wait > 0) await pause(wait, undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) return;
    await deliver(door, restamped(event, start));
  }
}
