import type { OutboxEntry } from '../../bridge/views.ts';
import type { Json } from '../../domain/json.ts';
import { flightName, valueText } from './facts.ts';
import { plain } from './plain.ts';
import { queueName } from './queues.ts';
import type { Words } from './words.tsx';

const text = (value: Json | undefined): string =>
  value === undefined || value === null ? 'none' : plain(String(value));

/** A command of the outbox in a few words: "Seat 12A, LH 400"; by the booking's code where the flight is not known. */
export function entryTitle(
  words: Words,
  entry: Pick<OutboxEntry, 'name' | 'args'>,
  flightOf?: (booking: string, segment: string) => string | null,
): string {
  const { args } = entry;
  const name = text(args.name);
  const flight = flightOf?.(String(args.booking), String(args.segment));
  const sentence = words.known(`entry.${entry.name}`, {
    booking: flight ? flightName(flight) : text(args.booking),
    segment: text(args.segment),
    seat: text(args.seat),
    to: typeof args.to === 'string' ? flightName(args.to.split('/')[0] ?? '') : 'none',
    text: text(args.text),
    name: words.known(`preference.${name}`) ?? name,
    value: valueText(words, args.value ?? null, Date.now()),
    caseId: text(args.caseId),
    queue: queueName(words, text(args.queue)),
    channel: words.known(`channel.${args.channel}`) ?? text(args.channel),
    code: words.known(`wrapUp.${args.code}`) ?? text(args.code),
    outcome: words.known(`caseOutcome.${args.outcome}`) ?? text(args.outcome),
    answer: words.known(`outcome.${args.outcome}`) ?? text(args.outcome),
  });
  return sentence ?? plain(entry.name);
}

/** What the core answered, in words; empty where it said nothing. */
export function receiptText(words: Words, code: string): string {
  return code === '' ? '' : (words.known(`receipt.${code}`) ?? plain(code));
}
