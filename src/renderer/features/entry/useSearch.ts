import { useEffect, useRef, useState } from 'react';
import { LONGEST_ENTRY, type SearchView } from '../../../bridge/views.ts';
import { useMoment } from '../../state/moment.ts';
import { link } from '../../state/replica.ts';
import { newestOnly } from './newest.ts';

export const LIMIT = 9;

export type Search = { text: string; view: SearchView | null; failed: unknown };

const NOTHING: Search = { text: '', view: null, failed: null };

/** Asks the replica while the text changes; an answer to an older text is never shown. */
export function useSearch(text: string): Search {
  const [search, setSearch] = useState(NOTHING);
  const connection = useMoment((state) => state.link);
  const asked = text.trim();
  const wanted = useRef('');
  const [ask] = useState(() =>
    newestOnly(async (what: string) => {
      if (wanted.current !== what) return;
      const found = await answerTo(what);
      if (wanted.current === what) setSearch(found);
    }),
  );
  useEffect(() => {
    if (asked === '' || connection !== 'connected') return;
    wanted.current = asked;
    ask(asked);
    return () => {
      wanted.current = '';
    };
  }, [asked, connection, ask]);
  return asked === '' ? NOTHING : search;
}

async function answerTo(text: string): Promise<Search> {
  try {
    const view = await link.call('search', { text: text.slice(0, LONGEST_ENTRY), limit: LIMIT });
    return { text, view, failed: null };
  } catch (failed) {
    return { text, view: null, failed };
  }
}
