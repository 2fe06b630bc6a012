import type { CandidateView, SuggestedAction, SuggestionView } from '../../../bridge/views.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { othersThan, whyNotText } from './whyNot.ts';

/** Other actions that are named; the rest is counted. */
const MOST = 7;

/** What would change the suggestion, and "why not" for everything else in the catalogue. */
export function Why({ shown, action }: { shown: SuggestionView; action: SuggestedAction }) {
  const { t } = useWords();
  const lost = shown.alternatives.filter((other) => other.whyLost && other.action !== action.action);
  const others = othersThan(shown.candidates, action.action).filter(
    (candidate) => !lost.some((other) => other.action === candidate.action),
  );
  return (
    <div className="why">
      {lost.length > 0 ? (
        <>
          <h4 className="why-title">{t('why.change')}</h4>
          <ul className="why-list">
            {lost.map((other) => (
              <li key={other.action + other.channel}>
                <strong>{plain(other.title)}</strong>
                <span>{plain(other.whyLost ?? '')}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <h4 className="why-title">{t('why.not')}</h4>
      <ul className="why-list">
        {others.slice(0, MOST).map((candidate) => (
          <Candidate key={candidate.action} candidate={candidate} />
        ))}
      </ul>
      <p className="why-foot">
        {others.length > MOST ? `${t('why.rest', { count: others.length - MOST })} · ` : null}
        {t('why.bundle', { version: plain(shown.bundle.version) })}
      </p>
    </div>
  );
}

function Candidate({ candidate }: { candidate: CandidateView }) {
  const words = useWords();
  return (
    <li>
      <strong>{plain(candidate.title)}</strong>
      <span>{whyNotText(words, candidate, clock.now())}</span>
    </li>
  );
}
