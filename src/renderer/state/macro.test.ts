import { describe, expect, it } from 'vitest';
import { allCommands } from '../app/commandsOf.ts';
import { freeId, LONGEST_NAME, type Macro, MOST_MACROS, MOST_STEPS, readMacros, runMacro } from './macro.ts';
import {
  endRecording,
  keepDraft,
  making,
  noteStep,
  putDraft,
  removeMacro,
  startRecording,
} from './recording.ts';
import { createRegistry } from './registry.ts';
import { exported, imported, settings } from './settings.ts';

type World = { refuses?: string[]; last?: string[]; opens?: string[]; changes?: string[] };

/** A macro's world in which some steps are refused, leave something open or show somebody else. */
async function run(steps: string[], { refuses = [], last = [], opens = [], changes = [] }: World) {
  const did: string[] = [];
  const end = await runMacro(steps, {
    perform: async (step) => {
      if (refuses.includes(step)) return false;
      did.push(step);
      return true;
    },
    isLast: (step) => last.includes(step),
    isFree: () => !did.some((step) => opens.includes(step)),
    customer: () => (did.some((step) => changes.includes(step)) ? 'ben' : 'anna'),
  });
  return { did, end };
}

describe('a macro', () => {
  it('does its steps in order', async () => {
    expect(await run(['a', 'b', 'a'], {})).toEqual({ did: ['a', 'b', 'a'], end: null });
  });

  it.each<[string, World, string[], { at: number; why: string }]>([
    ['is refused', { refuses: ['b'] }, ['a'], { at: 1, why: 'refused' }],
    ['left a dialog open', { opens: ['b'] }, ['a', 'b'], { at: 2, why: 'open' }],
    ['is one after which nothing may come', { last: ['a'] }, ['a'], { at: 1, why: 'open' }],
    ['showed another customer', { changes: ['a'] }, ['a'], { at: 1, why: 'other' }],
  ])('stops where a step %s, and says where', async (_, world, did, end) => {
    expect(await run(['a', 'b', 'c'], world)).toEqual({ did, end });
  });

  it('does not begin over an open dialog', async () => {
    const world = {
      perform: async () => true,
      isLast: () => false,
      isFree: () => false,
      customer: () => null,
    };
    expect(await runMacro(['a'], world)).toEqual({ at: 0, why: 'open' });
  });
});

describe('commands as steps', () => {
  const rules = new Map(allCommands().map(({ id, inMacro }) => [id, inMacro]));

  it.each(['stop-all', 'sign-out', 'undo-steering', 'redo', 'discard', 'record-macro'])(
    '%s is none',
    (id) => {
      expect(rules.get(id)).toBe('never');
    },
  );

  it.each(['add-note', 'wrap-up', 'rebook', 'hand-over', 'rebook-chosen', 'next', 'close-customer'])(
    'nothing comes after %s',
    (id) => {
      expect(rules.get(id)).toBe('last');
    },
  );

  it('are refused where they may not be, cannot act, or fail later', async () => {
    const base = { group: 'go', keys: [], when: () => true, run: () => undefined } as const;
    const registry = createRegistry([
      { ...base, id: 'fine' },
      { ...base, id: 'never', inMacro: 'never' },
      { ...base, id: 'cannot', when: () => false },
      { ...base, id: 'fails', run: () => Promise.resolve(false) },
    ]);
    const can = (id: string) => registry.perform(id);
    expect([
      await can('fine'),
      await can('never'),
      await can('cannot'),
      await can('fails'),
      await can('x'),
    ]).toEqual([true, false, false, false, false]);
  });
});

describe('macros of an operator', () => {
  const macro: Macro = { id: 'macro/1', name: 'Price', steps: ['decline', 'decline-price'] };

  it('are in the exported file, with their keys', () => {
    const own = { ...settings.getState(), macros: [macro], keys: { 'macro/1': '$mod+Shift+1' } };
    expect(imported(exported(own), 'en')).toEqual(own);
  });

  it.each([
    null,
    7,
    [null],
    [7],
    [{ ...macro, id: 'accept' }],
    [{ ...macro, name: ' ' }],
    [{ ...macro, steps: [] }],
    [{ ...macro, steps: [7] }],
    [{ ...macro, steps: 'accept' }],
  ])('are none where a file says %j', (kept) => {
    expect(readMacros(kept)).toEqual([]);
  });

  it('are bounded, each id once', () => {
    const many = Array.from({ length: 99 }, (_, at) => ({
      ...macro,
      id: `macro/${at}`,
      name: 'x'.repeat(99),
    }));
    const long = { ...macro, steps: Array.from({ length: 99 }, () => 'why') };
    expect(readMacros(many).map(({ name }) => name.length)).toEqual(Array(MOST_MACROS).fill(LONGEST_NAME));
    expect(readMacros([long, macro]).map(({ steps }) => steps.length)).toEqual([MOST_STEPS]);
    expect(freeId([macro])).toBe('macro/2');
  });

  it('are recorded up to what leaves the rest to the operator, and go with their key', () => {
    startRecording();
    noteStep({ id: 'decline' });
    noteStep({ id: 'palette', inMacro: 'never' });
    noteStep({ id: 'wrap-up', inMacro: 'last' });
    noteStep({ id: 'why' });
    endRecording();
    const { draft } = making.getState();
    expect(draft).toEqual({ id: 'macro/1', name: '', steps: ['decline', 'wrap-up'] });
    putDraft({ ...(draft as Macro), name: 'Done' });
    keepDraft();
    settings.setState({ keys: { 'macro/1': 'ö', accept: 'ä' } });
    expect(settings.getState().macros.map(({ name }) => name)).toEqual(['Done']);
    removeMacro('macro/1');
    expect(settings.getState()).toMatchObject({ macros: [], keys: { accept: 'ä' } });
    settings.setState({ keys: {} });
  });
});
