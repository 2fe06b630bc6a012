import { CommandKey } from '../../i18n/CommandKey.tsx';
import { useWords } from '../../i18n/words.tsx';
import { showAway, useAway } from '../../state/away.ts';
import { useMoment } from '../../state/moment.ts';

/** The strip's place in the top bar while it would move what somebody points at. */
export function AwayButton() {
  const words = useWords();
  const away = useAway();
  const shown = useMoment((state) => state.awayShown) === (away?.from ?? '');
  if (away === null || shown) return null;
  return (
    <button type="button" className="top-away" onClick={showAway}>
      {words.t('away.button', { count: away.changed })} <CommandKey of="away" />
    </button>
  );
}
