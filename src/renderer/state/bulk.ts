/** A rebooking of many, as it is shown before it is given and as it is given (airline.md X5, X6). Pure. */
import type { CallInput } from '../../bridge/contract.ts';
import type { DisruptedPassenger } from '../../bridge/views.ts';

export type Lack = 'flight' | 'seat' | 'bags' | 'connection';
/** One passenger of the preview: to which flight, and what is missing then. */
export type BulkLine = { passenger: DisruptedPassenger; to: string | null; lacks: Lack[] };

/** A flight number as it is typed; the same as in the dialog of one rebooking. */
const FLIGHT = /^(?=.?[A-Z])[A-Z0-9]{2}\s?[0-9]{1,4}[A-Z]?$/u;
export const isFlightNumber = (text: string): boolean => FLIGHT.test(text.trim().toUpperCase());

/** A flight with its date, as a rebooking names it; null where the number is none. `date` may be empty. */
export function flightTo(number: string, date: string): string | null {
  if (!isFlightNumber(number)) return null;
  const flight = number.replaceAll(/\s/gu, '').toUpperCase();
  return date === '' ? flight : `${flight}/${date}`;
}

/** Whoever nothing is under way for may be chosen; where one asks for a person, that is answered by itself. */
export const canChoose = ({ state }: DisruptedPassenger): boolean => state === 'open' || state === 'fine';

/** [X5] `all` is the flight that is given for everybody; without it each gets what is proposed. */
export function bulkLines(passengers: readonly DisruptedPassenger[], all: string | null): BulkLine[] {
  return passengers.map((passenger) => {
    const to = all ?? passenger.proposed;
    const lacks: Lack[] = [];
    if (to === null) lacks.push('flight');
    if (passenger.seat !== null) lacks.push('seat');
    if (passenger.bags > 0) lacks.push('bags');
    const { misses } = passenger;
    if (misses[0]?.kind === 'flight' && misses.length > 1) lacks.push('connection');
    return { passenger, to, lacks };
  });
}

/** A command for each line that has a flight. */
export const commandsFor = (lines: readonly BulkLine[]): { key: string; input: CallInput['enqueue'] }[] =>
  lines.flatMap(({ passenger, to }) => {
    if (to === null) return [];
    const { key, profileId, booking, segment, seen } = passenger;
    return [{ key, input: { name: 'rebook', profileId, args: { booking, segment, to }, seen } }];
  });

/** Calls under way at once: few enough that the replica answers others between two slices. */
const SLICE = 6;

/**
 * [X6] Gives the commands slice by slice; `pause` lets the window paint between two. Stops after the slice in which one
 * was not taken, and answers with the keys of those that were and with what went wrong.
 */
export async function giveInSlices(
  commands: readonly { key: string; input: CallInput['enqueue'] }[],
  enqueue: (input: CallInput['enqueue']) => Promise<unknown>,
  pause: () => Promise<void>,
  progress: (given: number) => void,
): Promise<{ given: string[]; problem: unknown }> {
  const given: string[] = [];
  for (let i = 0; i < commands.length; i += SLICE) {
    const slice = commands.slice(i, i + SLICE);
    const answers = await Promise.allSettled(slice.map(({ input }) => enqueue(input)));
    let problem: unknown = null;
    for (const [at, answer] of answers.entries()) {
      if (answer.status === 'fulfilled') given.push(slice[at]?.key ?? '');
      else problem ??= answer.reason;
    }
    progress(given.length);
    if (problem !== null) return { given, problem };
    await pause();
  }
  return { given, problem: null };
}
