/**
 * The one table of what the operator can do by key. Keys, the sheet `?`, and the palette are all made of it.
 * A single character acts only outside of text fields; a combination with a modifier acts everywhere.
 */
export const GROUPS = [
  'go',
  'work',
  'customer',
  'suggestion',
  'outbox',
  'disruption',
  'board',
  'macros',
  'window',
] as const;
export type Group = (typeof GROUPS)[number];

export type Command = {
  id: string;
  group: Group;
  /** In tinykeys' notation, such as `y`, `Shift+?` or `$mod+k`; the first one is shown. */
  keys: readonly string[];
  /** Whether it can be done now; two commands may share a key if their conditions exclude each other by `turn`. */
  when: () => boolean;
  /** A promise of false where it was refused later. */
  run: () => unknown;
  /** What its operator calls it; others are named by the catalogue of texts. */
  title?: string;
  /** As a step of a macro: nothing comes after it, or it never is one. */
  inMacro?: 'last' | 'never';
  /** Commands with the same key need different turns: a lower one goes first. Default 0. */
  turn?: number;
  /** Not offered in the palette (movement, digits). */
  quiet?: boolean;
  /** Commands of the same name here are one line of the sheet, from the first key to the last. */
  together?: string;
};

export type Registry = {
  all: readonly Command[];
  /** The same as they are bound before the operator's settings. */
  usual: readonly Command[];
  /** Those that can act now. */
  active(): Command[];
  /** Whether the command could act now. */
  can(id: string): boolean;
  /** Runs the command if it can act now. */
  run(id: string): boolean;
  /** Runs the command as a step of a macro: false where it may not be one, cannot act now, or was refused. */
  perform(id: string): Promise<boolean>;
  /** Runs what the key means now; false where it means nothing. */
  press(key: string): boolean;
  keysOf(id: string): readonly string[];
};

/**
 * Two commands on one key in one turn are refused here, not discovered at the counter. `done` is told of each command
 * that has been run.
 */
export function createRegistry(
  commands: readonly Command[],
  usual: readonly Command[] = commands,
  done: (command: Command) => void = () => undefined,
): Registry {
  const byId = new Map<string, Command>();
  const byKey = new Map<string, Command[]>();
  for (const command of commands) {
    if (byId.has(command.id)) throw new Error(`Two commands are named ${command.id}`);
    byId.set(command.id, command);
    for (const key of command.keys) {
      const others = byKey.get(key) ?? [];
      const rival = others.find((other) => (other.turn ?? 0) === (command.turn ?? 0));
      if (rival) throw new Error(`${command.id} and ${rival.id} both want the key ${key}`);
      byKey.set(
        key,
        [...others, command].sort((a, b) => (a.turn ?? 0) - (b.turn ?? 0)),
      );
    }
  }
  const act = (command: Command | undefined): boolean => {
    if (!command?.when()) return false;
    command.run();
    done(command);
    return true;
  };
  return {
    all: commands,
    usual,
    active: () => commands.filter((command) => command.when()),
    can: (id) => byId.get(id)?.when() ?? false,
    run: (id) => act(byId.get(id)),
    async perform(id) {
      const command = byId.get(id);
      if (command === undefined || command.inMacro === 'never' || !command.when()) return false;
      return (await command.run()) !== false;
    },
    press: (key) => act((byKey.get(key) ?? []).find((command) => command.when())),
    keysOf: (id) => byId.get(id)?.keys ?? [],
  };
}

/** F1 and the like write nothing, so they act while somebody types, too. */
export const isFunctionKey = (key: string): boolean => /^(?:Shift\+)?F[1-9][0-9]?$/u.test(key);

/** Whether a key is a bare character, which must not act while somebody types. */
export const isBare = (key: string): boolean =>
  !isFunctionKey(key) && (!key.includes('+') || key === '+' || /^Shift\+.$/u.test(key));
