import { keyName } from '../../i18n/keys.ts';
import { useWords } from '../../i18n/words.tsx';
import { showAway, useAway } from '../../state/away.ts';
import { useRegistry } from '../../state/commands.ts';
import { useMoment } from '../../state/moment.ts';
import { Key } from '../../ui/Key.tsx';

/** The strip's place in the top bar while it would move what somebody points at. */
export function AwayButton() {
  const words = useWords();
  const registry = useRegistry();
  const away = useAway();
  const shown = useMoment((state) => state.awayShown) === (away?.from ?? '');
  if (away === null || shown) return null;
  return (
    <button type="button" className="top-away" onClick={showAway}>
      {words.t('away.button', { count: away.changed })}{' '}
      <Key>{keyName(words, registry.keysOf('away')[0] ?? '')}</Key>
    </button>
  );
}
