import { plain } from './plain.ts';
import type { Words } from './words.tsx';

/** A queue as people call it; `counter-fra` is the one of the counters in Frankfurt. */
export function queueName(words: Words, queue: string): string {
  const counter = /^counter-(.+)$/u.exec(queue)?.[1];
  if (counter !== undefined) return words.t('queue.counter', { station: plain(counter.toUpperCase()) });
  return words.known(`queue.${queue}`) ?? plain(queue);
}
