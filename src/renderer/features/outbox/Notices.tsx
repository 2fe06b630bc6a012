import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { Icon } from '../../ui/Icon.tsx';

/** From here on it is said that the outbox fills; the replica refuses from 1 on. */
const NEARLY_FULL = 0.8;

/** What concerns the outbox as a whole: it fills up, or the core takes nothing of it. */
export function Notices() {
  const { t, time } = useWords();
  const share = useMirror((state) => state.status?.outboxShare ?? 0);
  const stuckSince = useMirror((state) => state.status?.stuckSince ?? null);
  const percent = Math.floor(share * 100);
  return (
    <>
      {stuckSince !== null ? (
        <p className="outbox-notice strip-warning" role="status">
          <Icon name="warning" />
          <span>
            <strong>{t('outbox.stuck', { time: time(stuckSince) })}</strong> {t('outbox.stuckSub')}
          </span>
        </p>
      ) : null}
      {share >= NEARLY_FULL ? (
        <p className={`outbox-notice ${share >= 1 ? 'strip-critical' : 'strip-warning'}`} role="status">
          <Icon name={share >= 1 ? 'ban' : 'warning'} />
          <span>
            <strong>{t('outbox.share', { percent })}</strong>{' '}
            {t(share >= 1 ? 'outbox.full' : 'outbox.filling')}
          </span>
        </p>
      ) : null}
    </>
  );
}
