import { useEffect, useRef, useState } from 'react';
import { keyName } from '../../i18n/keys.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import { moment, useMoment } from '../../state/moment.ts';
import type { Command } from '../../state/registry.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Key } from '../../ui/Key.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { useListbox } from '../../ui/useListbox.ts';
import { rank } from './rank.ts';

const close = (): void => moment.store.setState({ overlay: null });
const titleOf = (words: Words, command: Command): string =>
  words.known(`command.${command.id}`) ?? command.id;

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
  const [offered] = useState(() => registry.active().filter((command) => !command.quiet));
  const found = rank(offered, text, (command) => titleOf(words, command));
  const take = (index: number): void => {
    const command = found[index];
    close();
    // The palette has to be gone first: what it starts may open a dialog or take the focus.
    if (command) setTimeout(() => registry.run(command.id), 0);
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
            <span>{titleOf(words, command)}</span>
            {command.keys[0] ? <Key>{keyName(words, command.keys[0])}</Key> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
