import { useStore } from 'zustand';
import type { StatusView } from '../../bridge/views.ts';
import { CommandKey } from '../i18n/CommandKey.tsx';
import { plain } from '../i18n/plain.ts';
import { useWords } from '../i18n/words.tsx';
import { useTick } from '../state/clock.ts';
import { useMirror } from '../state/mirror.ts';
import { moment } from '../state/moment.ts';
import { update } from '../state/update.ts';

/** What this window rests on: where the data is from, how much there is, and until when it may be used. */
export function BottomBar() {
  const { t } = useWords();
  const status = useMirror((state) => state.status);
  return (
    <footer className="bottom" data-profiles={status?.profiles ?? 0}>
      {status ? <Facts status={status} /> : null}
      <span className="bottom-space" />
      {status ? <Validity status={status} /> : null}
      <Update />
      <button type="button" className="link" onClick={() => moment.store.setState({ overlay: 'help' })}>
        <CommandKey of="help" /> {t('bottom.keys')}
      </button>
    </footer>
  );
}

/** Never while somebody is being served: then it waits, and says so. */
function Update() {
  const { t } = useWords();
  const version = useStore(update, (state) => state.ready);
  const isServing = useMirror((state) => state.customerId !== null);
  if (version === null) return null;
  return (
    <span className="bottom-update" role="status">
      {t(isServing ? 'bottom.updateWaits' : 'bottom.update', { version: plain(version) })}
      {isServing ? null : (
        <button type="button" className="link" onClick={() => void window.shell.restart()}>
          {t('bottom.restart')}
        </button>
      )}
    </span>
  );
}

function Facts({ status }: { status: StatusView }) {
  const { t } = useWords();
  return (
    <>
      {status.simulation ? (
        <strong className="bottom-simulation">
          {t('bottom.simulation', { speed: status.simulation.speed })}
        </strong>
      ) : null}
      <span>{t('bottom.profiles', { profiles: status.profiles, expected: status.expected })}</span>
      {status.protection === 'unprotected' ? (
        <span className="tone-warning">{t('bottom.unprotected')}</span>
      ) : null}
      {status.outboxShare >= 0.8 ? (
        <span className={status.outboxShare >= 1 ? 'tone-critical' : 'tone-warning'}>
          {t('bottom.outboxFull', { share: Math.floor(status.outboxShare * 100) })}
        </span>
      ) : null}
    </>
  );
}

function Validity({ status }: { status: StatusView }) {
  const words = useWords();
  const { t } = words;
  const { bundle } = status;
  const left = useTick((now) => (bundle ? words.age((Date.parse(bundle.validUntil) - now) / 1000) : ''));
  const expired = useTick((now) => bundle !== null && Date.parse(bundle.validUntil) <= now);
  const version = plain(bundle?.version ?? '');
  return (
    <>
      <Soundness divergence={status.divergence} />
      {bundle === null ? <span>{t('bottom.noBundle')}</span> : null}
      {bundle?.problem ? <span className="tone-warning">{t(`bottom.bundle.${bundle.problem}`)}</span> : null}
      {bundle && !bundle.problem && expired ? (
        <span className="tone-warning">{t('bottom.bundleExpired', { version })}</span>
      ) : null}
      {bundle && !bundle.problem && !expired ? <span>{t('bottom.bundle', { version, left })}</span> : null}
      <Lag status={status} />
      {status.connection === 'offline' && status.leaseUntil ? (
        <span>{t('bottom.lease', { time: words.time(status.leaseUntil) })}</span>
      ) : null}
    </>
  );
}

/** Rows that were not the core's: said while it lasts, and that it was set right. */
function Soundness({ divergence }: { divergence: StatusView['divergence'] }) {
  const { t, time } = useWords();
  const { since, repairs, repairedAt } = divergence;
  if (since !== null)
    return <span className="tone-warning">{t('bottom.differs', { time: time(since) })}</span>;
  if (repairedAt === null) return null;
  return <span>{t('bottom.setRight', { count: repairs, time: time(repairedAt) })}</span>;
}

function Lag({ status }: { status: StatusView }) {
  const words = useWords();
  if (status.connection === 'offline')
    return <span>{words.t('bottom.asOf', { time: words.time(status.since) })}</span>;
  if (status.latencyMs === null) return null;
  return <span>{words.t('bottom.lag', { seconds: status.latencyMs / 1000 })}</span>;
}
