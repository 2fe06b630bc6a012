import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { createIntl, createIntlCache, type IntlShape } from 'react-intl';
import type { Language } from '../../domain/language.ts';
import { ageOf } from './age.ts';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import es from './es.json' with { type: 'json' };

export type TextId = keyof typeof en;
export type Values = { [name: string]: string | number };

/** Each text by its id; `texts.test.ts` holds that every language has all of them. */
export const TEXTS: { [language in Language]: { [id: string]: string } } = { en, de, es };

/** Whose customs dates, times and numbers follow. */
export const LOCALES: { [language in Language]: string } = { en: 'en-GB', de: 'de-DE', es: 'es-ES' };

/** Everything that turns codes, times and numbers into the operator's language. */
export type Words = {
  language: Language;
  t: (id: TextId, values?: Values) => string;
  /** The text of an id made of a code, or undefined where the code is not known here. */
  known: (id: string, values?: Values) => string | undefined;
  number: (value: number) => string;
  /** "21:34" in the given zone, by default the station's. */
  time: (iso: string, zone?: string | null) => string;
  /** "21:34:07" today, "Fri 22:04" in the last week, "14 Oct" before. */
  moment: (iso: string, now: number) => string;
  /** "21:55" today, "Tue 08:10" within a week, "1 Dec 14:16" else. */
  dayTime: (iso: string, now: number, zone?: string | null) => string;
  /** "Mon 23 Nov" for a date without a time, `2026-11-23`. */
  date: (date: string) => string;
  /** "28 Feb 2027" for a date that is not of these days. */
  fullDate: (date: string) => string;
  age: (seconds: number) => string;
  list: (items: string[]) => string;
  languageName: (code: string) => string;
};

const safely = (format: () => string, fallback: string): string => {
  try {
    return format();
  } catch {
    return fallback;
  }
};

/** Zones come from data; one that this machine does not know is not replaced by a guess. */
const zones = new Map<string, boolean>();
function isZone(zone: string): boolean {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  let valid = true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    valid = false;
  }
  zones.set(zone, valid);
  return valid;
}

const sameDay = (intl: IntlShape, a: number, b: number, zone: string): boolean => {
  const day = (time: number): string => intl.formatDate(time, { dateStyle: 'short', timeZone: zone });
  return day(a) === day(b);
};

/** Within so many ms a weekday names one day only. */
const WEEK = 6 * 86_400_000;

/** 24-hour clocks everywhere, because that is what tickets and boards show; only their words are the language's. */
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

export function createWords(language: Language, stationZone: string | null): Words {
  const locale = LOCALES[language];
  const intl = createIntl({ locale, messages: TEXTS[language], defaultLocale: locale }, createIntlCache());
  const station =
    stationZone !== null && isZone(stationZone)
      ? stationZone
      : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const languages = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });
  const t: Words['t'] = (id, values) => intl.formatMessage({ id }, values);
  const time: Words['time'] = (iso, zone) =>
    isZone(zone ?? station)
      ? safely(() => intl.formatTime(iso, { ...CLOCK, timeZone: zone ?? station }), iso)
      : iso;
  return {
    language,
    t,
    known: (id, values) =>
      Object.hasOwn(TEXTS[language], id) ? intl.formatMessage({ id }, values) : undefined,
    number: (value) => intl.formatNumber(value),
    time,
    moment: (iso, now) => {
      const at = Date.parse(iso);
      if (Number.isNaN(at)) return iso;
      if (sameDay(intl, at, now, station)) {
        return intl.formatTime(at, { ...CLOCK, second: '2-digit', timeZone: station });
      }
      if (now - at < WEEK) {
        return `${intl.formatDate(at, { weekday: 'short', timeZone: station })} ${time(iso)}`;
      }
      return intl.formatDate(at, { day: 'numeric', month: 'short', timeZone: station });
    },
    dayTime: (iso, now, zone) => {
      const at = Date.parse(iso);
      const where = zone ?? station;
      if (Number.isNaN(at) || !isZone(where)) return iso;
      return safely(() => {
        if (sameDay(intl, at, now, where)) return time(iso, where);
        const day =
          Math.abs(at - now) < WEEK
            ? intl.formatDate(at, { weekday: 'short', timeZone: where })
            : intl.formatDate(at, { day: 'numeric', month: 'short', timeZone: where });
        return `${day} ${time(iso, where)}`;
      }, iso);
    },
    fullDate: (date) =>
      safely(
        () =>
          intl.formatDate(`${date}T12:00:00Z`, {
            day: 'numeric',
            month: 'short',
            year: 'numeric',
            timeZone: 'UTC',
          }),
        date,
      ),
    date: (date) =>
      safely(
        () =>
          intl.formatDate(`${date}T12:00:00Z`, {
            weekday: 'short',
            day: 'numeric',
            month: 'short',
            timeZone: 'UTC',
          }),
        date,
      ),
    age: (seconds) => {
      const { unit, count } = ageOf(seconds);
      return t(`age.${unit}`, { count });
    },
    list: (items) => intl.formatList(items, { type: 'unit', style: 'short' }),
    languageName: (code) => safely(() => languages.of(code) ?? code, code),
  };
}

const Context = createContext<Words>(createWords('en', null));

export function WordsProvider(props: { language: Language; zone: string | null; children: ReactNode }) {
  const { language, zone } = props;
  const words = useMemo(() => createWords(language, zone), [language, zone]);
  return <Context value={words}>{props.children}</Context>;
}

export const useWords = (): Words => useContext(Context);
