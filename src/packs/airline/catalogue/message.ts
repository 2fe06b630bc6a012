import type { ProfileRow } from '../../../domain/profile.ts';
import { fill } from './explain.ts';
import type { DecisionInput } from './input.ts';
import { textOf } from './row.ts';
import { ACTION_TEXTS } from './texts.ts';
import type { Language, Text } from './vocabulary.ts';

/** What the customer reads, in his own language. */
export interface CustomerMessage {
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
}

const SUBJECTS: readonly Text[] = [
  { en: 'Your flight {flight} to {to}', de: 'Ihr Flug {flight} nach {to}' },
  { en: 'Your flight {flight}', de: 'Ihr Flug {flight}' },
  { en: 'Your trip', de: 'Ihre Reise' },
];

/** The message of an action as of the input's moment; null where the catalogue has no text for it. Pure. */
export function customerMessage(
  action: string,
  approach: string,
  row: ProfileRow,
  input: DecisionInput,
): CustomerMessage | null {
  const language: Language = textOf(row, 'language')?.toLowerCase().startsWith('de') === true ? 'de' : 'en';
  const sentences = ACTION_TEXTS[action]?.sentence;
  const text = fill(sentences?.[approach] ?? sentences?.['plain'] ?? [], input, language);
  const subject = fill(SUBJECTS, input, language);
  return text === null || subject === null ? null : { language, subject, text };
}
