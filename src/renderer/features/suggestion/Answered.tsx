import { useWords } from '../../i18n/words.tsx';
import { Icon } from '../../ui/Icon.tsx';

const SHAPES = { accept: 'check', decline: 'close', later: 'clock', schedule: 'send' } as const;

export function Answered({ answered }: { answered: keyof typeof SHAPES }) {
  const { t } = useWords();
  return (
    <p className={`answered answered-${answered}`} role="status">
      <Icon name={SHAPES[answered]} />
      {t(`answered.${answered}`)}
    </p>
  );
}
