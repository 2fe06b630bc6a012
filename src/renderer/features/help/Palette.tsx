import { useEffect, useRef, useState } from 'react';
import { commandTitle } from '../../i18n/commands.ts';
import { keyName } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { card } from '../../state/card.ts';
import { useRegistry } from '../../state/commands.ts';
import { moment, useMoment } from '../../state/moment.ts';
import type { Command, Registry } from '../../state/registry.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Key } from '../../ui/Key.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { useListbox } from '../../ui/useListbox.ts';
import { rank } from './rank.ts';

const close = (): void => moment.store.setState({ overlay: null });
/** What the palette offers: a command of the registry, or the question why an action is not suggested. */
type Offer = { id: string; title: string; keys: readonly string[]; run: () => void };

const offerOf = (words: Words, registry: Registry, command: Command): Offer => ({
  id: command.id,
  title: commandTitle(words, command),
  keys: command.keys,
  run: () => void registry.run(command.id),
});

/** One question for each action of the catalogue, about the customer on the card. */
function questions(words: Words): Offer[] {
  const titles = new Map(
    card.getState().shown?.candidates.map(({ action, title }) => [action, plain(title)]) ?? [],
  );
  return [...titles].map(([action, title]) => ({
    id: `why-not/${action}`,
    title: words.t('whyNot.title', { title }),
    keys: [],
    run: () => moment.store.setState({ whyNot: action }),
  }));
}

/** Everything that can be done now, by name. */
export function Palette() {
  const { t } = useWords();
  const open = useMoment((state) => state.overlay === 'palette');
  if (!open) return null;
  return (
    <Sheet title={t('palette.title')} hideTitle onClose={close}>
      <Search />
    </Sheet>
  );
}

function Search() {
  const words = useWords();
  const registry = useRegistry();
  const [text, setText] = useState('');
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  /** What could be done when the palette was opened, because the palette itself changes what can be done. */
  const [commands] = useState(() =>
    registry
      .active()
      .filter((command) => !command.quiet)
      .map((command) => offerOf(words, registry, command)),
  );
  const [asked] = useState(() => questions(words));
  // Without a word typed the questions would bury the commands.
  const found = rank(text.trim() === '' ? commands : [...commands, ...asked], text, ({ title }) => title);
  const take = (index: number): void => {
    const offer = found[index];
    close();
    // The palette has to be gone first: what it starts may open a dialog or take the focus.
    if (offer) setTimeout(offer.run, 0);
  };
  const listbox = useListbox(found.length, take);
  return (
    <div className="palette">
      <div className="palette-box">
        <Icon name="search" />
        <input
          className="entry-input"
          {...listbox.input}
          aria-label={words.t('palette.title')}
          placeholder={words.t('palette.placeholder')}
          value={text}
          ref={box}
          onChange={(event) => {
            setText(event.target.value);
            listbox.unmark();
          }}
          onKeyDown={(event) => listbox.onKey(event)}
        />
      </div>
      {found.length === 0 ? <p className="results-note">{words.t('palette.none')}</p> : null}
      <ul className="palette-list" {...listbox.list} aria-label={words.t('palette.title')}>
        {found.map((command, index) => (
          <li
            key={command.id}
            className={`palette-line${listbox.marked < 0 && index === 0 ? ' palette-first' : ''}`}
            {...listbox.option(index)}
          >
            <span>{command.title}</span>
            {command.keys[0] ? <Key>{keyName(words, command.keys[0])}</Key> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
