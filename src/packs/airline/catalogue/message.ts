import { type Language, languageOf } from '../../../domain/language.ts';
import type { ProfileRow } from '../../../domain/profile.ts';
import { fill } from './explain.ts';
import type { DecisionInput } from './input.ts';
import { textOf } from './row.ts';
import { ACTION_TEXTS } from './texts.ts';
import type { Text } from './vocabulary.ts';

/** What the customer reads, in his own language. */
export interface CustomerMessage {
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
}

const SUBJECTS: readonly Text[] = [
  { en: 'Your flight {flight} to {to}', de: 'Ihr Flug {flight} nach {to}', es: 'Su vuelo {flight} a {to}' },
  { en: 'Your flight {flight}', de: 'Ihr Flug {flight}', es: 'Su vuelo {flight}' },
  { en: 'Your trip', de: 'Ihre Reise', es: 'Su viaje' },
];

/** The message of an action as of the input's moment; null where the catalogue has no text for it. Pure. */
export function customerMessage(
  action: string,
  approach: string,
  row: ProfileRow,
  input: DecisionInput,
): CustomerMessage | null {
  const language = languageOf(textOf(row, 'language')) ?? 'en';
  const sentences = ACTION_TEXTS[action]?.sentence;
  const text = fill(sentences?.[approach] ?? sentences?.['plain'] ?? [], input, language);
  const subject = fill(SUBJECTS, input, language);
  return text === null || subject === null ? null : { language, subject, text };
}
