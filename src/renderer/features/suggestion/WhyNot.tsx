import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { useCard } from '../../state/card.ts';
import { clock } from '../../state/clock.ts';
import { moment, useMoment } from '../../state/moment.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { whyNotText } from './whyNot.ts';

/** "Why not X?" for any action of the catalogue: what stands in its way for this customer, in each channel of now. */
export function WhyNot() {
  const words = useWords();
  const action = useMoment((state) => state.whyNot);
  const shown = useCard((state) => state.shown);
  if (action === null || shown === null) return null;
  const candidates = shown.candidates.filter((one) => one.action === action);
  const title = plain(candidates[0]?.title ?? action);
  const isSuggested = shown.primary?.action === action;
  const texts = new Set(
    candidates.map((one) =>
      isSuggested && one.stage === 'open' ? words.t('whyNot.suggested') : whyNotText(words, one, clock.now()),
    ),
  );
  return (
    <Sheet title={words.t('whyNot.title', { title })} onClose={() => moment.store.setState({ whyNot: null })}>
      {texts.size === 0 ? <p className="sheet-for">{words.t('whyNot.otherChannel')}</p> : null}
      <ul className="why-list">
        {[...texts].map((text) => (
          <li key={text}>
            <span>{text}</span>
          </li>
        ))}
      </ul>
      <p className="why-foot">{words.t('why.bundle', { version: plain(shown.bundle.version) })}</p>
    </Sheet>
  );
}
