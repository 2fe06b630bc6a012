import type { Json } from '../json.ts';
import { addList, type MemberList } from './lists.ts';
import {
  type Commanded,
  EMPTY_REGISTER,
  mergeRegisters,
  type Register,
  type Said,
  type Stamp,
} from './register.ts';

/** What is behind a profile row: the last words on each fact and the lists of each group. Merged in any order. */
export type FoldState = {
  readonly facts: Map<string, Register>;
  readonly lists: Map<string, readonly MemberList[]>;
};

/** What an event or a command says. */
export type Writes = {
  readonly facts: ReadonlyMap<string, Json>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
};

export const newState = (): FoldState => ({ facts: new Map(), lists: new Map() });

/** Folds what an event says into the state, in place. */
export function applyEvent(state: FoldState, stamp: Stamp, source: string, writes: Writes): void {
  const { at, priority, id } = stamp;
  for (const [name, value] of writes.facts) {
    put(state, name, { event: { at, priority, id, source, value }, command: null });
  }
  for (const [group, members] of writes.lists) {
    state.lists.set(group, addList(state.lists.get(group) ?? [], { at, priority, id, members }));
  }
}

/** Folds what a command wrote; `commit` is the seq of its commit. */
export function applyCommand(
  state: FoldState,
  stamp: Stamp,
  source: string,
  commit: number,
  facts: Iterable<readonly [string, Json]>,
): void {
  for (const [name, value] of facts)
    put(state, name, { event: null, command: { ...stamp, source, value, commit } });
}

function put(state: FoldState, name: string, register: Register): void {
  state.facts.set(name, mergeRegisters(state.facts.get(name) ?? EMPTY_REGISTER, register));
}

/** Folds another state into this one, in place: two profiles that turn out to be one. */
export function mergeInto(state: FoldState, other: FoldState): void {
  for (const [name, register] of other.facts) put(state, name, register);
  for (const [group, lists] of other.lists) {
    for (const list of lists) state.lists.set(group, addList(state.lists.get(group) ?? [], list));
  }
}

type Packed = {
  facts: [name: string, event: PackedSaid | 0, command?: [...PackedSaid, commit: number]][];
  lists: [group: string, [at: number, priority: number, id: string, members: readonly string[]][]][];
};
type PackedSaid = [at: number, priority: number, id: string, source: string, value: Json];

/** JSON text for the store: short, because it is written with every change of the profile. */
export function encodeState(state: FoldState): string {
  const lists: Packed['lists'] = [];
  for (const [group, all] of state.lists) {
    lists.push([group, all.map((list) => [list.at, list.priority, list.id, list.members])]);
  }
  let facts = '';
  for (const [name, register] of state.facts)
    facts += (facts === '' ? '' : ',') + registerText(name, register);
  return `{"facts":[${facts}],"lists":${JSON.stringify(lists)}}`;
}

/** Registers are replaced, never changed, so the text of one is made once: that of a `Packed` fact. */
function registerText(name: string, register: Register): string {
  if (register.text === undefined) {
    const { event, command } = register;
    const said = event ? `[${saidText(event)}]` : '0';
    const commanded = command ? `,[${saidText(command)},${command.commit}]` : '';
    register.text = `[${JSON.stringify(name)},${said}${commanded}]`;
  }
  return register.text;
}

/** What a `PackedSaid` holds. Put together from its parts, which is cheaper than a list to be written and thrown away. */
const saidText = ({ at, priority, id, source, value }: Said): string =>
  `${at},${priority},${JSON.stringify(id)},${JSON.stringify(source)},${JSON.stringify(value)}`;

const unpackSaid = ([at, priority, id, source, value]: PackedSaid): Said => ({
  at,
  priority,
  id,
  source,
  value,
});

/** The state that `encodeState` wrote. */
export function decodeState(text: string): FoldState {
  const packed = JSON.parse(text) as Packed;
  const state = newState();
  for (const [name, event, command] of packed.facts) {
    const commanded: Commanded | null = command
      ? {
          at: command[0],
          priority: command[1],
          id: command[2],
          source: command[3],
          value: command[4],
          commit: command[5],
        }
      : null;
    state.facts.set(name, { event: event === 0 ? null : unpackSaid(event), command: commanded });
  }
  for (const [group, lists] of packed.lists) {
    state.lists.set(
      group,
      lists.map(([at, priority, id, members]) => ({ at, priority, id, members })),
    );
  }
  return state;
}
