import type { FactView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { factLabel, factText, namedValue } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { Tag } from '../../ui/Tag.tsx';
import { OwnMark } from '../outbox/index.ts';
import { Masked } from './Masked.tsx';

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
              {fact.masked ? (
                <Masked
                  name={fact.name}
                  tag={fact.hash}
                  label={factLabel(words, fact.name)}
                  masked={factText(words, fact, clock.now())}
                  text={(value) => namedValue(words, fact.name, value, clock.now())}
                />
              ) : (
                <bdi>{factText(words, fact, clock.now())}</bdi>
              )}
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
