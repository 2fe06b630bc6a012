/** Codes that say what a contact came to. The first word of a queue's name says which its team counts with. */
const COMMON = ['rebooked', 'seat', 'case', 'details', 'answered'] as const;

const BY_TEAM: { [team: string]: readonly string[] } = {
  counter: [...COMMON, 'baggage', 'gate'],
  support: [...COMMON, 'refund', 'callback', 'no-caller'],
};

/** One of these is required to wrap up a contact of the queue (`support-de`); of none at all: `""`. */
export const wrapUpCodes = (queue: string): readonly string[] =>
  BY_TEAM[queue.split('-')[0] ?? ''] ?? [...COMMON, 'baggage', 'refund', 'callback', 'no-caller'];

/** What each command of an operator comes to, the weightiest first. */
const CODE_OF: readonly [command: string, code: string][] = [
  ['rebook', 'rebooked'],
  ['resolve-case', 'case'],
  ['change-seat', 'seat'],
  ['set-preference', 'details'],
];

/** The code for what was done; `""` where that does not tell, and a person has to say. */
export function codeOf(commands: readonly string[]): string {
  return CODE_OF.find(([command]) => commands.includes(command))?.[1] ?? '';
}
