import { useState } from 'react';
import type { StaffAnswer, StaffInput } from '../../../bridge/shell.ts';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Keyboard } from './keyboard.tsx';
import type { OutOfService } from './service.ts';
import { kiosk, useKiosk } from './store.ts';
import { endVisit, rubOut, type } from './visit.ts';

/** Nobody is served now; why, in words for whoever stands here. */
export function Closed({ reason }: { reason: OutOfService }) {
  const { t, list } = useWords();
  const devices =
    reason.why === 'device' ? list(reason.devices.map((name) => t(`kiosk.device.${name as 'printer'}`))) : '';
  return (
    <section className="kiosk-one" data-out-of-service={reason.why}>
      <Icon name={reason.why === 'starting' ? 'hourglass' : 'ban'} size={72} />
      <h1 className="kiosk-name">{t(reason.why === 'starting' ? 'kiosk.starting' : 'kiosk.closed')}</h1>
      <p className="kiosk-question">{t(`kiosk.closed.${reason.why}`, { devices })}</p>
    </section>
  );
}

type Failure = Exclude<StaffAnswer, { ok: true }>;

/** Behind the staff's code: out of service and back, and out of the kiosk. */
export function StaffOnly() {
  const { t } = useWords();
  const typed = useKiosk((state) => state.typed);
  const [isIn, setIn] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const say = async (input: StaffInput): Promise<void> => {
    const answer = await window.shell.staff(input);
    kiosk.setState({ typed: '' });
    setFailure(answer.ok ? null : answer);
    if ('code' in input) setIn(answer.ok);
    else if (!answer.ok) setIn(false);
    else kiosk.setState({ state: await window.shell.kioskState() });
  };
  if (isIn) return <Within onWish={(wish) => void say({ wish })} />;
  return (
    <section className="kiosk-ask">
      <div className="kiosk-ask-text">
        <h1 className="kiosk-question">{t('kiosk.staff.title')}</h1>
        <output className="kiosk-typed kiosk-typed-short" aria-label={t('kiosk.staff.typed')}>
          {'•'.repeat(typed.length)}
        </output>
        <p className="kiosk-problem" role="status">
          {failure === null
            ? ''
            : failure.code === 'locked'
              ? t('kiosk.staff.locked', { minutes: Math.ceil(failure.seconds / 60) })
              : t(`kiosk.staff.${failure.code}`)}
        </p>
      </div>
      <div className="kiosk-ask-keys">
        <Keyboard kind="digits" onKey={type} onRubOut={rubOut} />
        <button
          type="button"
          className="kiosk-button kiosk-main"
          disabled={typed === ''}
          onClick={() => void say({ code: typed })}
        >
          {t('kiosk.next')}
        </button>
      </div>
    </section>
  );
}

function Within({ onWish }: { onWish: (wish: 'close' | 'open' | 'leave') => void }) {
  const { t, number } = useWords();
  const closed = useKiosk((state) => state.state?.closed ?? false);
  const status = useMirror((state) => state.status);
  return (
    <section className="kiosk-one">
      <h1 className="kiosk-question">{t(closed ? 'kiosk.staff.isClosed' : 'kiosk.staff.isOpen')}</h1>
      <p>
        {t('kiosk.staff.facts', {
          connection: status?.connection ?? 'starting',
          waiting: number(status?.waiting ?? 0),
          profiles: number(status?.profiles ?? 0),
          version: window.shell.version,
        })}
      </p>
      <div className="kiosk-list">
        <button type="button" className="kiosk-button" onClick={() => onWish(closed ? 'open' : 'close')}>
          {t(closed ? 'kiosk.staff.open' : 'kiosk.staff.close')}
        </button>
        <button type="button" className="kiosk-button" onClick={() => onWish('leave')}>
          {t('kiosk.staff.leave')}
        </button>
        <button type="button" className="kiosk-button kiosk-main" onClick={endVisit}>
          {t('kiosk.staff.back')}
        </button>
      </div>
    </section>
  );
}
