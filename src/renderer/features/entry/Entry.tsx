import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { CallResult } from '../../../bridge/contract.ts';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { ask, openCustomer } from '../../state/replica.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Key } from '../../ui/Key.tsx';
import { useListbox } from '../../ui/useListbox.ts';
import { registerEntry } from './focus.ts';
import { Results } from './Results.tsx';
import { useSearch } from './useSearch.ts';

type Found = CallResult['find'];

/** The one box for whatever identifies a customer: a scan, a code, a number or a name, even a misspelt one. */
export function Entry() {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [focused, setFocused] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const search = useSearch(text);
  const online = useMirror((state) => state.status?.connection === 'live');
  const hits = search.view?.hits ?? [];
  const recognised = search.view?.recognised ?? null;
  const canAsk = search.view !== null && hits.length === 0 && found === null && recognised !== null && online;

  const change = useCallback((next: string) => {
    setText(next);
    setFound(null);
  }, []);
  useEffect(() => {
    registerEntry(box.current, change);
    return () => registerEntry(null, () => undefined);
  }, [change]);

  const ids = found ? found.found.map((person) => person.id) : hits.map((hit) => hit.profileId);
  const take = (index: number): void => {
    if (canAsk) {
      void ask('find', { type: recognised, value: text.trim(), purpose: 'counter' }).then(
        (view) => view && setFound(view),
      );
      return;
    }
    const id = ids[index];
    if (id === undefined) return;
    openCustomer(id);
    change('');
    listbox.unmark();
    box.current?.blur();
  };
  const listbox = useListbox(canAsk ? 1 : ids.length, take);
  const onKey = (event: KeyboardEvent): void => {
    if (listbox.onKey(event)) return;
    if (event.altKey && /^Digit[1-9]$/u.test(event.code)) {
      event.preventDefault();
      take(Number(event.code.slice(5)) - 1);
    }
    if (event.key !== 'Escape') return;
    if (text === '') box.current?.blur();
    change('');
  };
  const open = focused && text.trim() !== '' && (search.view !== null || search.failed !== null);
  return (
    <div className="entry" role="search">
      <div className="entry-box">
        <Icon name="search" />
        <input
          ref={box}
          className="entry-input"
          {...listbox.input}
          aria-expanded={open}
          aria-label={t('entry.label')}
          placeholder={t('entry.placeholder')}
          value={text}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKey}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
        />
        {focused ? null : <Key>/</Key>}
      </div>
      {open ? (
        <Results search={search} found={found} canAsk={canAsk} online={online} listbox={listbox} />
      ) : null}
    </div>
  );
}
