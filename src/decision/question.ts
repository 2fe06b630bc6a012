import { checkName, readNumber } from './check.ts';
import { type DeclaredFacts, isText } from './facts.ts';
import { BundleError, isObject, withoutNulls } from './shape.ts';

/** A question whose answer is worth something to the decisions to come (docs/spec/decisioning.md D35). */
export interface Question {
  /** Position of the fact that the answer becomes known as. */
  readonly fact: number;
  readonly answers: readonly Answerable[];
  /** How many decisions to come use the answer. */
  readonly uses: number;
}

export interface Answerable {
  readonly value: string | number | boolean;
  /** Those of a question sum to 1. */
  readonly share: number;
}

const MOST_ANSWERS = 100;
const MOST_USES = 1_000;

/** Reads the `asks` of an action; null where it is no question. @throws BundleError */
export function readQuestion(json: unknown, declared: DeclaredFacts, place: string): Question | null {
  if (json === undefined) return null;
  if (!isObject(json)) throw new BundleError(`${place}: a question has fact and answers`);
  const { fact: named, answers, uses } = withoutNulls(json);
  const fact = declared.positions.get(checkName(named, `${place}, fact`));
  if (fact === undefined) throw new BundleError(`${place}: a fact is not declared`);
  if (!Array.isArray(answers) || answers.length < 2 || answers.length > MOST_ANSWERS)
    throw new BundleError(`${place}: 2 to ${MOST_ANSWERS} answers are needed`);
  const list = answers.map((answer: unknown) => readAnswer(answer, declared.types[fact], place));
  if (new Set(list.map(({ value }) => value)).size !== list.length)
    throw new BundleError(`${place}: an answer is repeated`);
  const sum = list.reduce((total, { share }) => total + share, 0);
  if (sum <= 0) throw new BundleError(`${place}: no answer has a share`);
  return {
    fact,
    answers: list.map(({ value, share }) => ({ value, share: share / sum })),
    uses: readNumber(uses, `${place}, uses`, 0, MOST_USES, 1),
  };
}

function readAnswer(json: unknown, type: string | undefined, place: string): Answerable {
  if (!isObject(json)) throw new BundleError(`${place}: an answer has a value and a share`);
  const { value } = json;
  const fits =
    (type === 'text' && isText(value)) ||
    (type === 'boolean' && typeof value === 'boolean') ||
    (type === 'number' && typeof value === 'number' && Number.isFinite(value));
  if (!fits) throw new BundleError(`${place}: an answer is not of the type of its fact`);
  const share = readNumber(json['share'] ?? undefined, `${place}, share`, 0, Number.MAX_SAFE_INTEGER, 1);
  return { value: value as Answerable['value'], share };
}
