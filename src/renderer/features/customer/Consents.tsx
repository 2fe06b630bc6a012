import type { CustomerView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { factLabel } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { Icon } from '../../ui/Icon.tsx';

/** Given and refused are told by sign and word, not by colour. */
export function Consents({ view }: { view: CustomerView }) {
  const words = useWords();
  if (view.consents.length === 0) return <p className="empty">{words.t('consents.empty')}</p>;
  return (
    <div className="tab-scroll">
      <section className="block">
        <ul className="facts">
          {view.consents.map((fact) => (
            <li key={fact.name} className="fact">
              <span className="fact-name">{factLabel(words, fact.name)}</span>
              <span className={`fact-value ${fact.value === true ? 'tone-done' : 'tone-plain'}`}>
                <Icon name={fact.value === true ? 'check' : 'close'} size={14} />
                {words.t(fact.value === true ? 'consents.given' : 'consents.refused')}
              </span>
              <Origin source={fact.source} at={fact.at} limitSeconds={fact.limitSeconds} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
