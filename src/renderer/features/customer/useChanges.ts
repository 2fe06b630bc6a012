import { useMemo } from 'react';
import type { CustomerView } from '../../../bridge/views.ts';
import { type Change, changesSince, factsOf } from '../../state/changes.ts';
import { useMirror } from '../../state/mirror.ts';

/** What is another than when the customer was opened, newest first. */
export function useChanges(view: CustomerView): Change[] {
  const baseline = useMirror((state) => state.baseline);
  return useMemo(() => (baseline ? changesSince(baseline, factsOf(view)) : []), [baseline, view]);
}
