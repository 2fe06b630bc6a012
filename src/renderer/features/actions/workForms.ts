/** The dialogs of work: putting it aside, handing it over with what is known, promising a call. */
import { queueName } from '../../i18n/queues.ts';
import type { Words } from '../../i18n/words.tsx';
import { type Answers, type Form, field, NOTE_LENGTH } from './field.ts';

/** What the desk knows: the contact in hand, whose queue it is, those it can go to, and what was done so far. */
export type AtHand = { contactId: string; queue: string; queues: readonly string[]; done: string };

const PARK_MINUTES = ['5', '15', '30', '60'];
const CALL_MINUTES = ['15', '30', '60', '120', '1440'];

const later = (name: string, words: Words, minutes: readonly string[], now: number) =>
  field({
    name,
    label: 'form.notBefore',
    kind: 'choice',
    options: minutes.map((value) => ({
      value,
      label: words.age(Number(value) * 60),
      sub: words.dayTime(new Date(now + Number(value) * 60_000).toISOString(), now),
    })),
  });

const note = (label: 'form.note' | 'form.context') =>
  field({ name: 'text', label, kind: 'long', maxLength: NOTE_LENGTH, check: () => null });

/** The moment counts from when it is given, so that a dialog that stood open shortens nothing. */
const momentOf = (answers: Answers): string =>
  new Date(Date.now() + Number(answers.minutes) * 60_000).toISOString();

export const parkForm = (words: Words, { contactId }: AtHand, now: number): Form => ({
  fields: [later('minutes', words, PARK_MINUTES, now)],
  initial: { minutes: '15', contactId },
  toArgs: (answers) => ({ contactId: answers.contactId ?? '', notBefore: momentOf(answers) }),
});

const queueField = (words: Words, queues: readonly string[]) =>
  field({
    name: 'queue',
    label: 'form.queue',
    kind: 'choice',
    options: queues.map((value) => ({ value, label: queueName(words, value) })),
  });

export function handOverForm(words: Words, { contactId, queue, queues, done }: AtHand): Form {
  const others = queues.filter((one) => one !== queue);
  return {
    fields: [queueField(words, others), note('form.context')],
    initial: { queue: others[0] ?? '', text: done, contactId },
    toArgs: ({ queue: to = '', text = '', contactId: id = '' }) => ({
      ...{ queue: to, contactId: id, text: text.trim() || null },
    }),
  };
}

export function callBackForm(words: Words, { queue, queues }: AtHand, now: number): Form {
  return {
    fields: [later('minutes', words, CALL_MINUTES, now), queueField(words, queues), note('form.note')],
    initial: { minutes: '30', queue: queues.includes(queue) ? queue : (queues[0] ?? ''), text: '' },
    toArgs: (answers) => ({
      queue: answers.queue ?? '',
      notBefore: momentOf(answers),
      text: (answers.text ?? '').trim() || null,
    }),
  };
}
