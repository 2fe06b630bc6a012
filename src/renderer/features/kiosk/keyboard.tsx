import { useWords } from '../../i18n/words.tsx';

const LETTERS = ['QWERTYUIOP', 'ASDFGHJKL', 'ZXCVBNM'];
const DIGITS = '1234567890';
const PAD = ['123', '456', '789', '0'];

type KeyboardProps = {
  kind: 'code' | 'letters' | 'digits';
  onKey: (key: string) => void;
  onRubOut: () => void;
};

/** A keyboard on the glass. Keys of a real one and of a scanner come by another way and mean the same. */
export function Keyboard({ kind, onKey, onRubOut }: KeyboardProps) {
  const { t, language } = useWords();
  const letters = language === 'de' ? LETTERS.map((row) => row.replace(/[YZ]/gu, swapped)) : LETTERS;
  const rows = kind === 'digits' ? PAD : kind === 'code' ? [DIGITS, ...letters] : letters;
  return (
    <fieldset className={`kiosk-keys kiosk-keys-${kind}`} aria-label={t('kiosk.keyboard')}>
      {rows.map((row, index) => (
        <div key={row} className="kiosk-keyrow">
          {[...row].map((key) => (
            <button key={key} type="button" className="kiosk-key" onClick={() => onKey(key)}>
              {key}
            </button>
          ))}
          {index === rows.length - 1 ? (
            <button type="button" className="kiosk-key kiosk-key-wide" onClick={onRubOut}>
              {t('kiosk.rubOut')}
            </button>
          ) : null}
        </div>
      ))}
    </fieldset>
  );
}

const swapped = (letter: string): string => (letter === 'Y' ? 'Z' : 'Y');
