import { useState } from 'react';
import { commandTitle } from '../../i18n/commands.ts';
import { useWords } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import { useListbox } from '../../ui/useListbox.ts';
import { rank } from '../help/index.ts';

/** As many as are looked through at a glance. */
const SHOWN = 6;

/** A command by its name, of all that may be part of a macro. */
export function StepPicker({ onStep }: { onStep: (id: string) => void }) {
  const words = useWords();
  const registry = useRegistry();
  const [text, setText] = useState('');
  const possible = registry.all.filter(({ inMacro }) => inMacro !== 'never');
  const found =
    text.trim() === '' ? [] : rank(possible, text, (one) => commandTitle(words, one)).slice(0, SHOWN);
  const take = (index: number): void => {
    const command = found[index];
    if (!command) return;
    onStep(command.id);
    setText('');
    listbox.unmark();
  };
  const listbox = useListbox(found.length, take);
  return (
    <div className="step-picker">
      <input
        className="box"
        {...listbox.input}
        aria-label={words.t('macros.add')}
        placeholder={words.t('macros.add')}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          listbox.unmark();
        }}
        onKeyDown={(event) => listbox.onKey(event)}
      />
      <ul
        className="step-list"
        {...listbox.list}
        aria-label={words.t('macros.add')}
        hidden={found.length === 0}
      >
        {found.map((command, index) => (
          <li
            key={command.id}
            className={`palette-line${listbox.marked < 0 && index === 0 ? ' palette-first' : ''}`}
            {...listbox.option(index)}
          >
            {commandTitle(words, command)}
          </li>
        ))}
      </ul>
    </div>
  );
}
