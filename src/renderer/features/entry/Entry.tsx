import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { CallResult } from '../../../bridge/contract.ts';
import { LONGEST_ENTRY, type ScannedDocument } from '../../../bridge/views.ts';
import { CommandKey } from '../../i18n/CommandKey.tsx';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { ask, openCustomer } from '../../state/replica.ts';
import { Icon } from '../../ui/Icon.tsx';
import { useListbox } from '../../ui/useListbox.ts';
import { registerEntry } from './focus.ts';
import { Results } from './Results.tsx';
import { useSearch } from './useSearch.ts';

type Found = CallResult['find'];

/** By what the core can be asked for somebody who is not here: a pass stands for its booking, a passport for nothing. */
function identityOf(recognised: string | null, document: ScannedDocument | null, text: string) {
  if (document?.kind === 'boardingPass') return { type: 'booking', value: document.legs[0]?.booking ?? '' };
  if (recognised === null || document?.kind === 'travelDocument') return null;
  return { type: recognised, value: text };
}

/** The one box for whatever identifies a customer: a scan, a code, a number or a name, even a misspelt one. */
export function Entry() {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [focused, setFocused] = useState(false);
  /** Enter came before the answer, as from a scanner: a single hit is opened when it is there. */
  const [hurried, setHurried] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const search = useSearch(text);
  const online = useMirror((state) => state.status?.connection === 'live');
  const hits = search.view?.hits ?? [];
  const recognised = search.view?.recognised ?? null;
  const identity = identityOf(recognised, search.view?.document ?? null, text.trim());
  const canAsk = search.view !== null && hits.length === 0 && found === null && identity !== null && online;

  const change = useCallback((next: string) => {
    // The key that leads here is no part of what is looked for, neither typed twice nor taken for a scan.
    setText(next.replace(/^\/+/u, ''));
    setFound(null);
    setHurried(false);
  }, []);
  useEffect(() => {
    registerEntry(box.current, change);
    return () => registerEntry(null, () => undefined);
  }, [change]);

  const openAndClear = useCallback(
    (id: string) => {
      openCustomer(id);
      change('');
      box.current?.blur();
    },
    [change],
  );

  // Who is only similar is looked at before he is opened.
  const [first] = hits;
  const single = hits.length === 1 && first?.matched !== 'similar' ? (first?.profileId ?? null) : null;
  const only = search.view?.bearer ?? single;
  const ids = found ? found.found.map((person) => person.id) : hits.map((hit) => hit.profileId);
  const take = (index: number): void => {
    if (canAsk && identity !== null) {
      void ask('find', { ...identity, purpose: 'counter' }).then((view) => view && setFound(view));
      return;
    }
    const id = ids[index];
    if (id !== undefined) openAndClear(id);
    listbox.unmark();
  };
  const open = focused && text.trim() !== '' && (search.view !== null || search.failed !== null);
  const listbox = useListbox(canAsk ? 1 : ids.length, take, { asks: true, expanded: open });
  const current = search.text === text.trim();
  useEffect(() => {
    if (!hurried || !current) return;
    setHurried(false);
    if (only !== null) openAndClear(only);
  }, [hurried, current, only, openAndClear]);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !current) {
      event.preventDefault();
      setHurried(true);
      return;
    }
    if (listbox.onKey(event)) return;
    if (event.altKey && /^Digit[1-9]$/u.test(event.code)) {
      event.preventDefault();
      take(Number(event.code.slice(5)) - 1);
    }
    if (event.key !== 'Escape') return;
    if (text === '') box.current?.blur();
    change('');
  };
  return (
    <search className="entry">
      <div className="entry-box">
        <Icon name="search" />
        <input
          ref={box}
          className="entry-input"
          {...listbox.input}
          aria-label={t('entry.label')}
          placeholder={t('entry.placeholder')}
          value={text}
          maxLength={LONGEST_ENTRY}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKey}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
        />
        {focused ? null : <CommandKey of="search" />}
      </div>
      {open ? (
        <Results search={search} found={found} canAsk={canAsk} online={online} listbox={listbox} />
      ) : null}
    </search>
  );
}
