import type { NeedView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { factLabel } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';

/** What the customer needs now, how surely, and the facts that say so with source and age. */
export function Needs({ needs }: { needs: NeedView[] }) {
  const words = useWords();
  if (needs.length === 0) return null;
  return (
    <section className="block">
      <h2 className="block-title">{words.t('profile.needs')}</h2>
      <ul className="facts">
        {needs.flatMap(({ need, score, evidence }) =>
          evidence.map(({ fact, source, at }, i) => (
            <li key={`${need}/${fact}`} className="fact">
              <span className="fact-name">
                {i === 0 ? words.t('need.score', { need: words.t(`need.${need}`), score }) : null}
              </span>
              <span className="fact-value">{factLabel(words, fact)}</span>
              <Origin source={source} at={at} limitSeconds={null} />
            </li>
          )),
        )}
      </ul>
    </section>
  );
}
