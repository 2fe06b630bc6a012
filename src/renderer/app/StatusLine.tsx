import type { Trouble } from '../../bridge/reports.ts';
import type { StatusView } from '../../bridge/views.ts';
import { upgradeText } from '../i18n/errors.ts';
import { plain } from '../i18n/plain.ts';
import { useWords, type Words } from '../i18n/words.tsx';
import { useMirror } from '../state/mirror.ts';
import { type LinkState, useMoment } from '../state/moment.ts';

type Tone = 'live' | 'busy' | 'away' | 'bad';

const TONES: { [connection in StatusView['connection']]: Tone } = {
  starting: 'busy',
  live: 'live',
  'catching-up': 'busy',
  offline: 'away',
  refused: 'bad',
  revoked: 'bad',
};

/** The line to the core as a sentence; never a spinner that could turn for ever. */
function sentence(words: Words, status: StatusView, link: LinkState): string {
  const { t } = words;
  const time = words.time(status.since);
  if (link === 'reconnecting') return t('status.reconnecting');
  switch (status.connection) {
    case 'starting':
      return t('status.starting');
    case 'live':
      return status.latencyMs === null
        ? t('status.liveNew')
        : t('status.live', { ms: Math.round(status.latencyMs) });
    case 'catching-up':
      return status.snapshot
        ? t('status.catchingUp', {
            rows: status.snapshot.rows,
            scope: plain(status.snapshot.scope.replace(/^[a-z]+:/u, '')),
          })
        : t('status.catchingUpNew');
    case 'offline':
      return t('status.offline', { time, waiting: status.waiting });
    case 'refused':
      return status.upgrade ? upgradeText(words, status.upgrade) : t('status.refused', { time });
    case 'revoked':
      return t('status.revoked', { time });
  }
}

/** Why it is so, where a person can do something with it; that nobody answers is what "offline" says already. */
function why(words: Words, status: StatusView, link: LinkState, trouble: Trouble | null): string | null {
  if (link !== 'connected') return trouble === null ? null : words.t(`trouble.${trouble}`);
  const isLive = status.connection === 'live' || status.connection === 'catching-up';
  if (isLive || status.upgrade || status.reason === null || status.reason === 'core_unreachable') return null;
  return words.t(`link.${status.reason}`);
}

/** Nothing has been said yet by the replica. */
function Before() {
  const { t } = useWords();
  const { link, trouble } = useMoment((state) => state);
  const text =
    trouble !== null
      ? 'starting.trouble'
      : link === 'reconnecting'
        ? 'status.reconnecting'
        : 'status.starting';
  return (
    <p className="status" role="status">
      <span className={`status-dot status-${trouble === null ? 'busy' : 'bad'}`} />
      {t(text)}
    </p>
  );
}

export function StatusLine() {
  const words = useWords();
  const status = useMirror((state) => state.status);
  const link = useMoment((state) => state.link);
  const trouble = useMoment((state) => state.trouble);
  if (status === null) return <Before />;
  const tone = link === 'reconnecting' ? 'busy' : TONES[status.connection];
  const reason = why(words, status, link, trouble);
  const waiting = status.connection === 'live' || status.connection === 'catching-up';
  return (
    <div className="status" data-connection={link === 'reconnecting' ? link : status.connection}>
      <p role="status">
        <span className={`status-dot status-${tone}`} />
        {sentence(words, status, link)}
        {reason ? (
          <span className="status-reason" title={reason}>
            {reason}
          </span>
        ) : null}
      </p>
      {waiting && status.stuckSince !== null ? (
        <span className="status-stuck tone-warning">
          {words.t('status.stuck', { time: words.time(status.stuckSince) })}
        </span>
      ) : null}
      {waiting && status.stuckSince === null ? (
        <span className="status-waiting">
          {words.t('status.waiting', { count: status.waiting })}
          {status.held > 0 ? ` · ${words.t('status.held', { count: status.held })}` : null}
        </span>
      ) : null}
    </div>
  );
}
