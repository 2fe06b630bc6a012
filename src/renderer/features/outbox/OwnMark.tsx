import { useMemo } from 'react';
import type { OutboxEntry } from '../../../bridge/views.ts';
import { entryTitle } from '../../i18n/entries.ts';
import { flightLookup, namedValue } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { factsAbout } from '../../state/seen.ts';
import { Icon } from '../../ui/Icon.tsx';
import { lookAt, STATE_ICONS } from './state.ts';

const NONE: OutboxEntry[] = [];

/** The own entry that asks about one of these facts, if there is one. */
export function asksAbout(
  needsYou: readonly OutboxEntry[],
  profileId: string | null,
  facts: readonly string[],
) {
  return needsYou.find(
    (entry) =>
      entry.profileId === profileId &&
      [
        ...entry.conflict.filter((one) => !one.same).map((one) => one.fact),
        ...factsAbout(entry.name, entry.args),
      ].some((fact) => facts.includes(fact)),
  );
}

/** A strip at the fact that an own action was about and that needs its operator: leads to the question above. */
export function OwnMark({ facts }: { facts: readonly string[] }) {
  const words = useWords();
  const customerId = useMirror((state) => state.customerId);
  const customer = useMirror((state) => state.customer);
  const needsYou = useMirror((state) => state.outbox?.needsYou ?? NONE);
  const entry = useMemo(() => asksAbout(needsYou, customerId, facts), [needsYou, customerId, facts]);
  if (entry === undefined) return null;
  const fact = entry.conflict.find((one) => facts.includes(one.fact));
  const title = fact
    ? namedValue(words, fact.fact, fact.mine, clock.now())
    : entryTitle(words, entry, flightLookup(customer));
  return (
    <button type="button" className={`own-mark own-mark-${entry.state}`} onClick={() => lookAt(entry)}>
      <Icon name={STATE_ICONS[entry.state]} size={13} />
      <span>{words.t(`mark.${entry.state === 'conflict' ? 'conflict' : 'refused'}`, { title })}</span>
    </button>
  );
}
