import type { AwayChange } from '../../../bridge/views.ts';
import { factLabel, flightName, namedValue } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import type { Words } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';

/** What a status is about, where its old value would say no more: "LH 568", "Bag 0220431877", "Case 7310". */
function thingOf(words: Words, { fact, flight }: AwayChange): string | null {
  if (fact.endsWith('.flightStatus')) return flight === null ? null : flightName(flight);
  const [kind = '', id = '', field = ''] = fact.split('.');
  if (field !== 'status' || (kind !== 'bag' && kind !== 'case')) return null;
  return `${words.t(`thing.${kind}`)} ${plain(id)}`;
}

/** A change in a line: "LH 568: late", "Seat LH 400 14C → 12K"; without the old value where it is not known. */
export function changeText(words: Words, change: AwayChange): string {
  const now = namedValue(words, change.fact, change.now, clock.now());
  const thing = thingOf(words, change);
  if (thing !== null) return words.t('away.changeNew', { fact: thing, now });
  const fact = factLabel(words, change.fact, () => change.flight);
  if (change.was === null) return words.t('away.changeNew', { fact, now });
  return words.t('since.change', { fact, was: namedValue(words, change.fact, change.was, clock.now()), now });
}
