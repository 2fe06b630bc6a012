/** A sequence of commands with a name and a key. */
export type MacroStep = {
  command: string;
  /** What a note says; only a step that has all of its text is ever sent. */
  text?: string;
};
export type Macro = { id: string; name: string; key: string; steps: readonly MacroStep[] };

export const MOST_MACROS = 30;
export const MOST_STEPS = 20;
export const MOST_TEXT = 2000;

const isStep = (value: unknown): value is MacroStep => {
  if (typeof value !== 'object' || value === null) return false;
  const { command, text } = value as { [name: string]: unknown };
  return (
    typeof command === 'string' &&
    (text === undefined || (typeof text === 'string' && text.length <= MOST_TEXT))
  );
};

export function isMacro(value: unknown): value is Macro {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, key, steps } = value as { [name: string]: unknown };
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    name.length <= 60 &&
    typeof key === 'string' &&
    Array.isArray(steps) &&
    steps.length <= MOST_STEPS &&
    steps.every(isStep)
  );
}
