import { useStore } from 'zustand';
import type { Json } from '../../../domain/json.ts';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { askToReveal, maskKey, reveals } from '../../state/reveal.ts';
import { Icon } from '../../ui/Icon.tsx';

type MaskedProps = {
  name: string;
  tag: string | null;
  label: string;
  masked: string;
  /** The value as this screen words it. */
  text: (value: Json) => string;
};

/** A value that the role sees masked: with a reason it is shown for a minute. */
export function Masked({ name, tag, label, masked, text }: MaskedProps) {
  const { t, time } = useWords();
  const mask = { name, tag: tag ?? '' };
  const one = useStore(reveals, (state) => state.shown[maskKey(mask)]);
  const mayAsk = useMirror((state) => state.status?.role === 'restricted') && tag !== null;
  if (one !== undefined) {
    return (
      <>
        <Icon name="eye" size={13} />
        <bdi>{text(one.value)}</bdi>
        <span className="reveal-until">{t('reveal.until', { time: time(one.until) })}</span>
      </>
    );
  }
  return (
    <>
      <Icon name="lock" size={13} />
      <bdi>{masked}</bdi>
      {mayAsk ? (
        <button
          type="button"
          className="link reveal-ask"
          aria-label={t('reveal.askFor', { what: label })}
          onClick={() => askToReveal(mask)}
        >
          {t('reveal.ask')}
        </button>
      ) : null}
    </>
  );
}
