import { LANGUAGES } from '../../../domain/language.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { type Candidate, LONGEST_CODE, shortName } from './identity.ts';
import { Keyboard } from './keyboard.tsx';
import { useKiosk } from './store.ts';
import { chooseLanguage, go, rubOut, serve, submitCode, submitName, type } from './visit.ts';

/** Nobody is here: what the kiosk does, in every language at once; the first touch chooses one. */
export function Attract() {
  const { t } = useWords();
  return (
    <section className="kiosk-attract">
      <Icon name="logo" size={72} className="rail-logo" />
      {/* Each language in itself: nobody has chosen one yet. */}
      <h1 className="kiosk-name">
        {LANGUAGES.map((language) => (
          <span key={language} lang={language}>
            {t(`kiosk.attract.${language}`)}
          </span>
        ))}
      </h1>
      <div className="kiosk-pair">
        {LANGUAGES.map((language) => (
          <button
            key={language}
            type="button"
            lang={language}
            className="kiosk-button kiosk-main"
            onClick={() => {
              chooseLanguage(language);
              go({ at: 'code' });
            }}
          >
            {t(`settings.language.${language}`)}
          </button>
        ))}
      </div>
    </section>
  );
}

function Typed({ label, wide }: { label: string; wide?: boolean }) {
  const { t } = useWords();
  const typed = useKiosk((state) => state.typed);
  const problem = useKiosk((state) => state.problem);
  // A pass is longer than any code: while it is read, its text is nobody's to look at.
  const shown = typed.length > LONGEST_CODE ? t('kiosk.reading') : typed;
  return (
    <>
      <output className={wide ? 'kiosk-typed' : 'kiosk-typed kiosk-typed-short'} aria-label={label}>
        {shown}
      </output>
      <p className="kiosk-problem" role="status">
        {problem === null ? '' : t(`kiosk.problem.${problem}`)}
      </p>
    </>
  );
}

/** Until the next guest's own page is here. */
export function Clearing() {
  const { t } = useWords();
  return <p className="kiosk-wait">{t('kiosk.moment')}</p>;
}

/** A scan, or a code typed on the glass. */
export function Code() {
  const { t } = useWords();
  const typed = useKiosk((state) => state.typed);
  return (
    <section className="kiosk-ask">
      <div className="kiosk-ask-text">
        <h1 className="kiosk-question">{t('kiosk.code.title')}</h1>
        <p>{t('kiosk.code.sub')}</p>
        <Typed label={t('kiosk.code.typed')} wide />
      </div>
      <div className="kiosk-ask-keys">
        <Keyboard kind="code" onKey={type} onRubOut={rubOut} />
        <button
          type="button"
          className="kiosk-button kiosk-main"
          disabled={typed === ''}
          onClick={() => void submitCode()}
        >
          {t('kiosk.next')}
        </button>
      </div>
    </section>
  );
}

/** Whoever knows a code may have read it somewhere; nothing is shown before his name fits. */
export function Name() {
  const { t } = useWords();
  const typed = useKiosk((state) => state.typed);
  return (
    <section className="kiosk-ask">
      <div className="kiosk-ask-text">
        <h1 className="kiosk-question">{t('kiosk.name.title')}</h1>
        <p>{t('kiosk.name.sub')}</p>
        <Typed label={t('kiosk.name.typed')} />
      </div>
      <div className="kiosk-ask-keys">
        <Keyboard kind="letters" onKey={type} onRubOut={rubOut} />
        <button
          type="button"
          className="kiosk-button kiosk-main"
          disabled={typed === ''}
          onClick={submitName}
        >
          {t('kiosk.next')}
        </button>
      </div>
    </section>
  );
}

/** He is named on the paper in his hand: the least of it is enough to say yes. */
export function Confirm({ who }: { who: Candidate }) {
  const { t } = useWords();
  return (
    <section className="kiosk-one">
      <h1 className="kiosk-name">{t('kiosk.confirm.title', { name: plain(shortName(who.name)) })}</h1>
      <div className="kiosk-pair">
        <button type="button" className="kiosk-button" onClick={() => go({ at: 'code' })}>
          {t('kiosk.confirm.no')}
        </button>
        <button type="button" className="kiosk-button kiosk-main" onClick={() => serve(who)}>
          {t('kiosk.confirm.yes')}
        </button>
      </div>
    </section>
  );
}

/** Several on one booking share what was typed; their first names tell them apart, and no more is said. */
export function Which({ among }: { among: Candidate[] }) {
  const { t } = useWords();
  return (
    <section className="kiosk-one">
      <h1 className="kiosk-question">{t('kiosk.which.title')}</h1>
      <div className="kiosk-list">
        {among.map((who) => (
          <button
            key={who.profileId}
            type="button"
            className="kiosk-button"
            onClick={() => go({ at: 'confirm', who })}
          >
            <bdi>{plain(shortName(who.name))}</bdi>
          </button>
        ))}
        <button type="button" className="kiosk-button" onClick={() => go({ at: 'code' })}>
          {t('kiosk.which.none')}
        </button>
      </div>
    </section>
  );
}
