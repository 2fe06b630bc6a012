import { type Macro, runMacro } from '../state/macro.ts';
import { mirror } from '../state/mirror.ts';
import { moment } from '../state/moment.ts';
import { dropRecording, endRecording, isRecording, startRecording } from '../state/recording.ts';
import type { Command, Registry } from '../state/registry.ts';

/** They ask before they act, answer somebody else's question, or are about the macro's own tools. */
const NEVER = new Set([
  ...['stop-all', 'undo-steering', 'sign-out', 'desk-code', 'redo', 'discard', 'palette', 'tour'],
  ...['tour-back', 'tour-next', 'end-tour'],
  ...['look-up-link', 'put-link-away', 'away-seen', 'step-back', 'leave-board', 'leave-disruption'],
]);

/** They open a dialog or somebody else: the rest is the operator's. */
const LAST = new Set([
  ...['change-seat', 'rebook', 'add-note', 'set-preference', 'resolve-case', 'wrap-up', 'call-back'],
  ...['park', 'hand-over', 'edit', 'edit-waiting', 'rebook-chosen', 'lock', 'search', 'show-connections'],
  ...['next', 'next-person', 'previous-person', 'caller', 'caller-none', 'wrong-person', 'close-customer'],
  ...['candidate-1', 'candidate-2', 'candidate-3', 'candidate-4', 'candidate-5'],
  ...['help', 'settings', 'diagnostics', 'new-window'],
]);

/** Says of each command whether it may be a step of a macro, and whether anything may follow it. */
export const withMacroRules = (commands: readonly Command[]): Command[] =>
  commands.map((command) => {
    if (NEVER.has(command.id)) return { ...command, inMacro: 'never' };
    return LAST.has(command.id) ? { ...command, inMacro: 'last' } : command;
  });

const isFree = (): boolean => {
  const { action, overlay, whyNot } = moment.store.getState();
  return action === null && overlay === null && whyNot === null;
};

let running = false;

/** Does a macro, and says where it stopped. */
async function play(macro: Macro, registry: Registry, titleOf: (id: string) => string): Promise<void> {
  running = true;
  const end = await runMacro(macro.steps, {
    perform: (step) => registry.perform(step),
    isLast: (step) => registry.all.find(({ id }) => id === step)?.inMacro === 'last',
    isFree,
    customer: () => mirror.store.getState().customerId,
  }).finally(() => {
    running = false;
  });
  if (end === null) return;
  const { at, why } = end;
  const command = titleOf(macro.steps[at] ?? '');
  const values = { name: macro.name, at: at + 1, of: macro.steps.length, command };
  moment.toast(why === 'open' ? 'plain' : 'critical', `toast.macro.${why}`, values);
}

/** The operator's macros as commands; each gets its key from his own keys. */
export const macroCommands = (
  macros: readonly Macro[],
  registry: () => Registry,
  titleOf: (id: string) => string,
): Command[] =>
  macros.map((macro) => ({
    id: macro.id,
    title: macro.name,
    group: 'macros',
    keys: [],
    inMacro: 'never',
    when: () => !running && isFree(),
    run: () => void play(macro, registry(), titleOf),
  }));

export const recordingCommands: Command[] = [
  {
    id: 'record-macro',
    group: 'macros',
    keys: ['$mod+Shift+m'],
    inMacro: 'never',
    when: () => !isRecording() && isFree(),
    run: startRecording,
  },
  {
    id: 'end-recording',
    group: 'macros',
    keys: ['$mod+Shift+m'],
    turn: 1,
    inMacro: 'never',
    when: () => isRecording() && isFree(),
    run: endRecording,
  },
  {
    id: 'drop-recording',
    group: 'macros',
    keys: [],
    inMacro: 'never',
    when: isRecording,
    run: dropRecording,
  },
];
