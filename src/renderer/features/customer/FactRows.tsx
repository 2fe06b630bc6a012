import type { FactView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { factLabel, factText } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { OwnMark } from '../outbox/index.ts';

/** Facts as a list: what, value, source and age. */
export function FactRows({ title, facts }: { title: string; facts: FactView[] }) {
  const words = useWords();
  if (facts.length === 0) return null;
  return (
    <section className="block">
      <h2 className="block-title">{title}</h2>
      <ul className="facts">
        {facts.map((fact) => (
          <li key={fact.name} className="fact">
            <span className="fact-name">{factLabel(words, fact.name)}</span>
            <span className="fact-value">
              {fact.masked ? <Icon name="lock" size={13} /> : null}
              <bdi>{factText(words, fact, clock.now())}</bdi>
              {fact.pending ? <Tag>{words.t('tile.pendingShort')}</Tag> : null}
              <OwnMark facts={[fact.name]} />
            </span>
            <Origin source={fact.source} at={fact.at} limitSeconds={fact.limitSeconds} />
          </li>
        ))}
      </ul>
    </section>
  );
}
