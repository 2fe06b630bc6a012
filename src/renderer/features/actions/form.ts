import type { CustomerView, SegmentView } from '../../../bridge/views.ts';
import type { Json, JsonObject } from '../../../domain/json.ts';
import { factText, flightName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import type { TextId, Words } from '../../i18n/words.tsx';
import type { ActionName } from '../../state/moment.ts';
import { type Answers, type Field, type Form, field, NOTE_LENGTH, type Option } from './field.ts';
import { callBackForm, handOverForm, parkForm } from './workForms.ts';
import { atHand, draftedWrapUp, type Journal } from './wrapUp.ts';

const SEAT = /^[1-9][0-9]?[A-HJ-L]$/u;
const FLIGHT = /^(?=.?[A-Z])[A-Z0-9]{2}\s?[0-9]{1,4}[A-Z]?$/u;
const segmentKey = (segment: { booking: string; segment: string }): string =>
  `${segment.booking}/${segment.segment}`;

function segmentOptions(words: Words, view: CustomerView, now: number): Option[] {
  const over = (segment: SegmentView): boolean =>
    /^(boarded|cancelled)$/u.test(String(segment.fields.status?.value ?? '')) ||
    /^(departed|arrived)$/u.test(String(segment.fields.flightStatus?.value ?? ''));
  return view.trips
    .flatMap((trip) => trip.segments)
    .filter((segment) => !over(segment))
    .map((segment) => ({
      value: segmentKey(segment),
      label: [
        segment.flight ? flightName(segment.flight) : plain(segmentKey(segment)),
        [segment.from?.code, segment.to?.code].filter(Boolean).join(' → '),
      ].join('  '),
      sub: [
        segment.departs ? words.dayTime(segment.departs, now, segment.from?.zone) : '',
        segment.fields.seat ? factText(words, segment.fields.seat, now) : '',
        segment.fields.flightStatus ? factText(words, segment.fields.flightStatus, now) : '',
      ]
        .filter(Boolean)
        .join(' · '),
    }));
}

function segmentField(words: Words, view: CustomerView, now: number): Field {
  return field({
    name: 'segment',
    label: 'form.segment',
    kind: 'choice',
    options: segmentOptions(words, view, now),
  });
}

const text = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function initialSegment(view: CustomerView, initial: JsonObject, options: Option[]): string {
  const given = initial.booking !== undefined ? `${text(initial.booking)}/${text(initial.segment)}` : '';
  const next = view.next ? segmentKey(view.next) : '';
  return (
    [given, next].find((key) => options.some((option) => option.value === key)) ?? options[0]?.value ?? ''
  );
}

const splitSegment = (key: string): { booking: string; segment: string } => {
  const at = key.lastIndexOf('/');
  return { booking: key.slice(0, at), segment: key.slice(at + 1) };
};

function seatForm(words: Words, view: CustomerView, initial: JsonObject, now: number): Form {
  const segment = segmentField(words, view, now);
  const seat = field({
    name: 'seat',
    label: 'form.seat',
    hint: words.t('form.seatHint'),
    kind: 'text',
    maxLength: 3,
    upperCase: true,
    check: (value) => (SEAT.test(value.trim()) ? null : 'form.seatBad'),
  });
  return {
    fields: [segment, seat],
    initial: { segment: initialSegment(view, initial, segment.options), seat: text(initial.seat) },
    toArgs: (answers) => ({ ...splitSegment(answers.segment ?? ''), seat: (answers.seat ?? '').trim() }),
  };
}

function rebookForm(words: Words, view: CustomerView, initial: JsonObject, now: number): Form {
  const segment = segmentField(words, view, now);
  const [flight = '', date = ''] = text(initial.to).split('/');
  const to = field({
    name: 'to',
    label: 'form.to',
    hint: words.t('form.toHint'),
    kind: 'text',
    maxLength: 8,
    upperCase: true,
    check: (value) => (FLIGHT.test(value.trim()) ? null : 'form.toBad'),
  });
  const today = new Date(now);
  const days = [0, 1, 2, 3].map((ahead) =>
    new Date(today.getTime() + ahead * 86_400_000).toISOString().slice(0, 10),
  );
  const known = date !== '' && !days.includes(date) ? [date, ...days] : days;
  const day = field({
    name: 'date',
    label: 'form.date',
    kind: 'choice',
    options: known.map((value, index) => ({
      value,
      label:
        value === days[0]
          ? words.t('form.today')
          : value === days[1]
            ? words.t('form.tomorrow')
            : words.date(value),
      ...(index > 1 ? {} : { sub: words.date(value) }),
    })),
  });
  return {
    fields: [segment, to, day],
    initial: {
      segment: initialSegment(view, initial, segment.options),
      to: flightName(flight),
      date: date || days[0] || '',
    },
    toArgs: (answers) => ({
      ...splitSegment(answers.segment ?? ''),
      to: `${(answers.to ?? '').replaceAll(' ', '')}/${answers.date}`,
    }),
  };
}

function noteForm(initial: JsonObject): Form {
  const check = (value: string): TextId | null => (value.trim() === '' ? 'form.noteNeeded' : null);
  return {
    fields: [field({ name: 'text', label: 'form.note', kind: 'long', maxLength: NOTE_LENGTH, check })],
    initial: { text: text(initial.text) },
    toArgs: (answers) => ({ text: (answers.text ?? '').trim() }),
  };
}

/** Preferences that the airline acts on, with what they can be; yes and no are true and false in the command. */
export const PREFERENCES: { [name: string]: string[] } = {
  seat: ['window', 'aisle', 'front'],
  meal: ['standard', 'vegetarian', 'vegan', 'kosher', 'halal', 'gluten free'],
  language: ['de', 'en', 'fr', 'es', 'tr', 'zh'],
  phone: ['yes', 'no'],
  email: ['yes', 'no'],
  sms: ['yes', 'no'],
};

/** `name/value`: one choice for both, because the values depend on the name. */
function preferenceForm(words: Words, view: CustomerView, initial: JsonObject): Form {
  const kept = new Map(view.preferences.map((fact) => [fact.name.replace('preference.', ''), fact.value]));
  const choiceOf = (value: Json | undefined): string =>
    typeof value === 'boolean' ? (value ? 'yes' : 'no') : text(value);
  const name = field({
    name: 'name',
    label: 'form.preference',
    kind: 'choice',
    options: Object.keys(PREFERENCES).map((value) => ({
      value,
      label: words.known(`preference.${value}`) ?? value,
      ...(kept.has(value)
        ? { sub: words.known(`value.${choiceOf(kept.get(value))}`) ?? plain(choiceOf(kept.get(value))) }
        : {}),
    })),
  });
  const value = field({ name: 'value', label: 'form.value', kind: 'choice' });
  return {
    fields: [name, value],
    initial: { name: text(initial.name) || 'seat', value: choiceOf(initial.value) },
    toArgs: (answers) => ({
      name: answers.name ?? '',
      value: answers.value === 'yes' ? true : answers.value === 'no' ? false : (answers.value ?? ''),
    }),
  };
}

export const valueOptions = (words: Words, name: string): Option[] =>
  (PREFERENCES[name] ?? []).map((value) => ({
    value,
    label: name === 'language' ? words.languageName(value) : (words.known(`value.${value}`) ?? value),
  }));

export const CASE_OUTCOMES = [
  'rebooked',
  'refunded',
  'compensated',
  'apologised',
  'answered',
  'no-action',
] as const;

function caseForm(words: Words, view: CustomerView, initial: JsonObject, now: number): Form {
  const open = view.cases.filter(
    (one) => !/^(resolved|closed)$/u.test(String(one.fields.status?.value ?? '')),
  );
  const caseId = field({
    name: 'caseId',
    label: 'form.case',
    kind: 'choice',
    options: open.map((one) => ({
      value: one.caseId,
      label: one.fields.topic ? factText(words, one.fields.topic, now) : plain(one.caseId),
      sub: plain(one.caseId),
    })),
  });
  const outcome = field({
    name: 'outcome',
    label: 'form.outcome',
    kind: 'choice',
    options: CASE_OUTCOMES.map((value) => ({ value, label: words.t(`caseOutcome.${value}`) })),
  });
  return {
    fields: [caseId, outcome],
    initial: { caseId: text(initial.caseId) || (open[0]?.caseId ?? ''), outcome: text(initial.outcome) },
    toArgs: (answers) => ({ caseId: answers.caseId ?? '', outcome: answers.outcome ?? '' }),
  };
}

function wrapUpForm(words: Words, view: CustomerView, initial: JsonObject, journal: Journal): Form {
  const drafted = draftedWrapUp(words, view, journal);
  const code = field({
    name: 'code',
    label: 'form.code',
    kind: 'choice',
    options: drafted.codes.map((value) => ({ value, label: words.known(`wrapUp.${value}`) ?? value })),
  });
  const note = field({
    name: 'text',
    label: 'form.note',
    kind: 'long',
    maxLength: NOTE_LENGTH,
    check: () => null,
  });
  return {
    fields: [code, note],
    // An entry that is mended keeps its own words.
    initial:
      initial.code === undefined
        ? { code: drafted.code, text: drafted.text, contactId: drafted.contactId }
        : { code: text(initial.code), text: text(initial.text), contactId: text(initial.contactId) },
    toArgs: (answers) => ({
      code: answers.code ?? '',
      text: (answers.text ?? '').trim() || null,
      contactId: answers.contactId || null,
    }),
  };
}

/** The questions of a command for a customer; `initial` are args to begin with, from a suggestion or an old entry. */
export function formOf(
  name: ActionName,
  words: Words,
  view: CustomerView,
  initial: JsonObject,
  now: number,
  journal: Journal = { did: [], station: '', now },
): Form {
  switch (name) {
    case 'change-seat':
      return seatForm(words, view, initial, now);
    case 'rebook':
      return rebookForm(words, view, initial, now);
    case 'add-note':
      return noteForm(initial);
    case 'set-preference':
      return preferenceForm(words, view, initial);
    case 'resolve-case':
      return caseForm(words, view, initial, now);
    case 'wrap-up':
      return wrapUpForm(words, view, initial, journal);
    case 'park':
      return parkForm(words, atHand(words, view, journal), now);
    case 'hand-over':
      return handOverForm(words, atHand(words, view, journal));
    case 'call-back':
      return callBackForm(words, atHand(words, view, journal), now);
  }
}

/** What is wrong, by field; empty when the command can be given. */
export function problemsOf(form: Form, answers: Answers): Map<string, TextId> {
  const problems = new Map<string, TextId>();
  for (const { name, check } of form.fields) {
    const problem = check(answers[name] ?? '');
    if (problem) problems.set(name, problem);
  }
  return problems;
}
