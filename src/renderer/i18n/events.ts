import type { TimelineView } from '../../bridge/views.ts';
import type { Json } from '../../domain/json.ts';
import { flightName, valueText } from './facts.ts';
import { plain } from './plain.ts';
import { queueName } from './queues.ts';
import type { Words } from './words.tsx';

/** Properties that say something by themselves where an event has no sentence of its own. */
const SPOKEN = [
  'text',
  'topic',
  'name',
  'value',
  'flight',
  'booking',
  'seat',
  'tag',
  'status',
  'reason',
  'outcome',
  'queue',
];

const property = (event: TimelineView, name: string): Json =>
  Object.hasOwn(event.properties, name) ? (event.properties[name] ?? null) : null;

/**
 * One line of the timeline: known events as sentences, unknown ones by their own name with what they carry. In the
 * messages a missing property is the text `none`, for which each has a shorter form.
 */
export function eventText(words: Words, event: TimelineView, now: number): string {
  const read = (name: string): string => {
    const value = property(event, name);
    if (value === null || value === '') return 'none';
    if (name === 'flight' && typeof value === 'string') return flightName(value);
    if (name === 'outcome') return words.known(`outcome.${value}`) ?? plain(String(value));
    if (name === 'code') return words.known(`wrapUp.${value}`) ?? plain(String(value));
    if (name === 'queue') return queueName(words, String(value));
    if (name === 'channel') return words.known(`channel.${value}`) ?? plain(String(value));
    if (name === 'reason') return words.known(`reason.${value}`) ?? plain(String(value));
    if (name === 'name') {
      const known = words.known(`preference.${value}`) ?? words.known(`consent.${value}`);
      return known ?? plain(String(value));
    }
    return valueText(words, value, now);
  };
  const options = property(event, 'options');
  const sentence = words.known(
    `event.${event.type === 'track' || event.type === 'note' ? event.name : event.type}`,
    {
      name: event.type === 'page' || event.type === 'screen' ? plain(event.name) || 'none' : read('name'),
      value: read('value'),
      booking: read('booking'),
      seat: read('seat'),
      flight: read('flight'),
      status: read('status'),
      reason: read('reason'),
      gate: read('gate'),
      departs: read('departs'),
      tag: read('tag'),
      topic: read('topic'),
      text: read('text'),
      code: read('code'),
      action: read('action'),
      channel: read('channel'),
      queue: read('queue'),
      outcome: read('outcome'),
      state: read('state'),
      options: Array.isArray(options) ? options.length : 0,
      total: read('total') === 'none' ? read('value') : read('total'),
    },
  );
  return sentence ?? unknownEvent(words, event, now);
}

function unknownEvent(words: Words, event: TimelineView, now: number): string {
  const parts = SPOKEN.map((name) => property(event, name))
    .filter((value) => value !== null && typeof value !== 'object' && value !== '')
    .map((value) => valueText(words, value, now));
  return [plain(event.name || event.type), ...parts.slice(0, 3)].join(' · ');
}
