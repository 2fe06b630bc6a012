import type { AwayChange } from '../../../bridge/views.ts';
import { factLabel, valueText } from '../../i18n/facts.ts';
import type { Words } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';

/** A change in a line: "Seat LH 400 14C → 12K"; without the old value where it is not known. */
export function changeText(words: Words, change: AwayChange): string {
  const fact = factLabel(words, change.fact, () => change.flight);
  const now = valueText(words, change.now, clock.now());
  if (change.was === null) return words.t('away.changeNew', { fact, now });
  return words.t('since.change', { fact, was: valueText(words, change.was, clock.now()), now });
}
