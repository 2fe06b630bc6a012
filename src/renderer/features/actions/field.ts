import type { JsonObject } from '../../../domain/json.ts';
import type { TextId } from '../../i18n/words.tsx';

export type Option = { value: string; label: string; sub?: string };

/** One question of a dialog. `check` says what is wrong with an answer, or null. */
export type Field = {
  name: string;
  label: TextId;
  hint?: string;
  kind: 'choice' | 'text' | 'long';
  options: Option[];
  maxLength: number;
  upperCase: boolean;
  check: (value: string) => TextId | null;
};

export type Answers = { [name: string]: string };
export type Form = { fields: Field[]; initial: Answers; toArgs: (answers: Answers) => JsonObject };

/** Characters of a note; a command may have 48 KB, and what is longer belongs into a case. */
export const NOTE_LENGTH = 2000;

export const field = (given: Partial<Field> & Pick<Field, 'name' | 'label' | 'kind'>): Field => ({
  options: [],
  maxLength: 200,
  upperCase: false,
  check: (value) => (value.trim() === '' ? 'form.needed' : null),
  ...given,
});
