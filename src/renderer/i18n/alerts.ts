import type { AlertView } from '../../bridge/views.ts';
import { flightName, valueText } from './facts.ts';
import { plain } from './plain.ts';
import type { Words } from './words.tsx';

export type AlertWords = { title: string; detail: string };

type Read = (name: string) => string;

/** Parameters in words; one that is missing is an empty text, and the messages leave its place out. */
function reader(words: Words, alert: AlertView, now: number, zone: string | null): Read {
  return (name) => {
    const value = alert.params[name];
    if (value === null || value === undefined || value === '') return '';
    if (name === 'flight') return flightName(String(value));
    if (name === 'from' || name === 'to') return plain(String(value));
    if (name === 'reason' || name === 'topic') return words.known(`reason.${value}`) ?? plain(String(value));
    return valueText(words, value, now, zone);
  };
}

const route = (read: Read): string => [read('from'), read('to')].filter(Boolean).join(' → ');

/** One sentence for the banner and what stands behind it. `zone` is the zone of the airport of departure. */
export function alertWords(words: Words, alert: AlertView, now: number, zone: string | null): AlertWords {
  const read = reader(words, alert, now, zone);
  const flight = [read('flight'), route(read)].filter(Boolean).join(' ');
  const values = {
    flight,
    departs: read('departs') || 'none',
    was: read('was') || 'none',
    gate: read('gate') || 'none',
    tag: read('tag') || 'none',
    topic: read('topic') || 'none',
    status: read('status') || 'none',
    minutes: typeof alert.params.minutes === 'number' ? alert.params.minutes : -1,
  };
  const shown = new Set([
    'flight',
    'from',
    'to',
    'departs',
    'was',
    'gate',
    'tag',
    'topic',
    'status',
    'minutes',
    'zone',
  ]);
  const rest = Object.keys(alert.params)
    .filter((name) => !shown.has(name) && !/^(booking|segment|caseId|date)$/u.test(name))
    .map(read)
    .filter(Boolean);
  return { title: words.t(`alert.${alert.kind}`, values), detail: rest.join(' · ') };
}

/** The alert in as few words as a list has room for. */
export function alertShort(words: Words, alert: AlertView, now: number, zone: string | null): string {
  const read = reader(words, alert, now, zone);
  return words.t(`alert.short.${alert.kind}`, {
    flight: read('flight') || 'none',
    departs: read('departs') || 'none',
    gate: read('gate') || 'none',
    tag: read('tag') || 'none',
    topic: read('topic') || 'none',
  });
}
