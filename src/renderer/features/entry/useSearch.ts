import { useEffect, useState } from 'react';
import { PortFailure } from '../../../bridge/errors.ts';
import type { SearchView } from '../../../bridge/views.ts';
import { useMoment } from '../../state/moment.ts';
import { link } from '../../state/replica.ts';

export const LIMIT = 9;

export type Search = { text: string; view: SearchView | null; failed: unknown };

const NOTHING: Search = { text: '', view: null, failed: null };

/** Asks the replica at each change of the text; an answer to an older text is cancelled and never shown. */
export function useSearch(text: string): Search {
  const [search, setSearch] = useState(NOTHING);
  const connection = useMoment((state) => state.link);
  const asked = text.trim();
  useEffect(() => {
    if (asked === '' || connection !== 'connected') return;
    const controller = new AbortController();
    link.call('search', { text: asked.slice(0, 200), limit: LIMIT }, { signal: controller.signal }).then(
      (view) => {
        if (!controller.signal.aborted) setSearch({ text: asked, view, failed: null });
      },
      (error: unknown) => {
        if (controller.signal.aborted || (error instanceof PortFailure && error.code === 'cancelled')) return;
        setSearch({ text: asked, view: null, failed: error });
      },
    );
    return () => controller.abort();
  }, [asked, connection]);
  return asked === '' ? NOTHING : search;
}
