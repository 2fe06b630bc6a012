import { PortFailure } from '../../bridge/errors.ts';
import type { StatusView } from '../../bridge/views.ts';
import type { TextId, Values, Words } from './words.tsx';

/** Id and values of the sentence for whatever a call failed with; nobody is shown a stack or a code alone. */
export function errorText(error: unknown): { id: TextId; values: Values } {
  const failure = error instanceof PortFailure ? error : new PortFailure('internal');
  const values: Values = {};
  for (const [name, value] of Object.entries(failure.params)) {
    if (typeof value === 'string' || typeof value === 'number') values[name] = value;
  }
  return { id: `error.${failure.code}`, values };
}

/** Which of the two has to be brought up to date. */
export function upgradeText({ t }: Words, { min, max, own }: NonNullable<StatusView['upgrade']>): string {
  return t(own < min ? 'status.upgradeConsole' : 'status.upgradeCore', { own, core: own < min ? min : max });
}
