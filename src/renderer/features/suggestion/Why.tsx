import type { CandidateView, SuggestedAction, SuggestionView } from '../../../bridge/views.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';

/** What would change the suggestion, and "why not" for everything else in the catalogue. */
export function Why({ shown, action }: { shown: SuggestionView; action: SuggestedAction }) {
  const { t } = useWords();
  const lost = shown.alternatives.filter((other) => other.whyLost && other.action !== action.action);
  const others = shown.candidates.filter((candidate) => candidate.action !== action.action);
  const open = others.filter((candidate) => candidate.stage === 'open');
  const blocked = others.filter((candidate) => candidate.stage !== 'open');
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
        {[...open, ...blocked].map((candidate) => (
          <Candidate key={`${candidate.action}/${candidate.channel}`} candidate={candidate} />
        ))}
      </ul>
      <p className="why-foot">{t('why.bundle', { version: plain(shown.bundle.version) })}</p>
    </div>
  );
}

function Candidate({ candidate }: { candidate: CandidateView }) {
  const words = useWords();
  const stage = words.known(`stage.${candidate.stage}`) ?? plain(candidate.stage);
  const failures = candidate.failures.map((failure) => words.known(`failure.${failure}`) ?? plain(failure));
  return (
    <li>
      <strong>{plain(candidate.title)}</strong>
      <span>{failures.length > 0 ? failures.join(' · ') : stage}</span>
    </li>
  );
}
