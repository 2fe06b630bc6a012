import { type ReactNode, useEffect } from 'react';
import type { KioskSetting } from '../../../bridge/shell.ts';
import { LANGUAGES } from '../../../domain/language.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { useTick } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { Icon } from '../../ui/Icon.tsx';
import { idleOf } from './idle.ts';
import { kiosk, type Step, useKiosk } from './store.ts';
import { chooseLanguage, endVisit, go, touch } from './visit.ts';

const isNobodyHere = (at: Step['at']): boolean => at === 'attract' || at === 'clearing';

/** What stands around every screen of a kiosk: where, when, in which language; above all, how long it stays. */
export function Frame({
  setting,
  isOpen,
  children,
}: {
  setting: KioskSetting;
  isOpen: boolean;
  children: ReactNode;
}) {
  const at = useKiosk((state) => state.step.at);
  return (
    <div className="kiosk">
      <Head />
      <Line />
      <main className="kiosk-body">{children}</main>
      {isNobodyHere(at) ? <Quiet isOpen={isOpen} /> : <Staying setting={setting} />}
    </div>
  );
}

function Head() {
  const words = useWords();
  const { t } = words;
  const station = useMirror((state) => state.status?.station ?? '');
  const at = useKiosk((state) => state.step.at);
  const time = useTick((now) => words.time(new Date(now).toISOString()));
  return (
    <header className="kiosk-head">
      <Icon name="logo" size={36} className="rail-logo" />
      <span className="kiosk-station">{plain(station)}</span>
      <span className="kiosk-time">{time}</span>
      {isNobodyHere(at) ? null : (
        <fieldset className="kiosk-languages" aria-label={t('settings.language')}>
          {LANGUAGES.map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-pressed={words.language === language}
              onClick={() => chooseLanguage(language)}
            >
              {t(`settings.language.${language}`)}
            </button>
          ))}
        </fieldset>
      )}
    </header>
  );
}

/** Without a connection: since when, what that means for what is chosen here. */
function Line() {
  const { t, time } = useWords();
  const offline = useMirror((state) => state.status?.connection === 'offline' && state.status.profiles > 0);
  const since = useMirror((state) => state.status?.since ?? '');
  if (!offline) return null;
  return (
    <p className="kiosk-line" role="status">
      <Icon name="offline" size={32} />
      <span>
        <strong>{t('kiosk.offline', { time: time(since) })}</strong>{' '}
        {t('kiosk.offlineSub', { time: time(since) })}
      </span>
    </p>
  );
}

/** Nobody is here: only the way in for staff. */
function Quiet({ isOpen }: { isOpen: boolean }) {
  const { t } = useWords();
  return (
    <footer className="kiosk-foot">
      <span>{isOpen ? t('kiosk.private') : ''}</span>
      <button type="button" className="kiosk-button kiosk-small" onClick={() => go({ at: 'staff' })}>
        {t('kiosk.staff')}
      </button>
    </footer>
  );
}

/** How long the screen stays; it can always be put off, and ended at once. */
function Staying({ setting }: { setting: KioskSetting }) {
  const { t } = useWords();
  const touched = useKiosk((state) => state.touched);
  const left = useTick(() => {
    const idle = idleOf(touched, performance.now(), setting);
    return idle.is === 'asking' ? idle.seconds : idle.is === 'over' ? 0 : -1;
  });
  useEffect(() => {
    if (left === 0 && !isNobodyHere(kiosk.getState().step.at)) endVisit();
  }, [left]);
  const asks = left >= 0;
  return (
    <footer className={asks ? 'kiosk-foot kiosk-foot-asks' : 'kiosk-foot'}>
      <p role="timer" aria-live={asks ? 'assertive' : 'off'}>
        {asks ? t('kiosk.clearsIn', { seconds: left }) : t('kiosk.clearsLater')}
      </p>
      <div className="kiosk-foot-buttons">
        {asks ? (
          <button type="button" className="kiosk-button kiosk-small" onClick={touch}>
            {t('kiosk.stay')}
          </button>
        ) : null}
        <button type="button" className="kiosk-button kiosk-small" onClick={endVisit}>
          {t('kiosk.end')}
        </button>
      </div>
    </footer>
  );
}
