import type { Trouble } from '../../bridge/reports.ts';
import type { StatusView } from '../../bridge/views.ts';
import { upgradeText } from '../i18n/errors.ts';
import { type TextId, useWords, type Words } from '../i18n/words.tsx';
import { useMirror } from '../state/mirror.ts';
import { useMoment } from '../state/moment.ts';
import { Icon } from '../ui/Icon.tsx';

/** Before the first customer is here: what is being done and how far it is. */
export function Starting() {
  const words = useWords();
  const { t, number } = words;
  const status = useMirror((state) => state.status);
  const link = useMoment((state) => state.link);
  const trouble = useMoment((state) => state.trouble);
  const refused = status?.connection === 'refused';
  const rows = status?.snapshot?.rows ?? 0;
  return (
    <main className="gatehouse" aria-busy={!refused && trouble === null}>
      <div className="gatehouse-card gatehouse-plain" role="status">
        <Icon name="logo" size={40} className="rail-logo" />
        <h1 className="gatehouse-title">{t(title(refused, trouble))}</h1>
        {trouble !== null || refused ? (
          <p>{trouble !== null ? t(`trouble.${trouble}`) : refusal(words, status)}</p>
        ) : (
          <ol className="steps">
            <Step done={link === 'connected'} text={t('starting.replica')} />
            <Step done={status?.connection === 'catching-up' || rows > 0} text={t('starting.core')} />
            <Step
              done={false}
              text={rows > 0 ? t('starting.rows', { rows: number(rows) }) : t('starting.customers')}
            />
          </ol>
        )}
      </div>
    </main>
  );
}

function title(refused: boolean, trouble: Trouble | null): TextId {
  if (trouble !== null) return 'starting.trouble';
  return refused ? 'starting.refused' : 'starting.title';
}

/** What the core said when it refused this console. */
function refusal(words: Words, status: StatusView | null): string {
  if (status?.upgrade) return upgradeText(words, status.upgrade);
  return words.t(`link.${status?.reason ?? 'hello_invalid'}`);
}

function Step({ done, text }: { done: boolean; text: string }) {
  return (
    <li className={done ? 'step step-done' : 'step'}>
      <Icon name={done ? 'check' : 'circle'} />
      {text}
    </li>
  );
}

/** Access was taken away: nothing of a customer is left on the screen. */
export function Withdrawn() {
  const { t, time } = useWords();
  const since = useMirror((state) => state.status?.since ?? '');
  return (
    <main className="gatehouse">
      <div className="gatehouse-card gatehouse-plain" role="alert">
        <Icon name="lock" size={32} />
        <h1 className="gatehouse-title">{t('withdrawn.title', { time: time(since) })}</h1>
        <p>{t('withdrawn.sub')}</p>
      </div>
    </main>
  );
}
