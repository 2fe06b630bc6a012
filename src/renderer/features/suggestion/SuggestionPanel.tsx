import type { SuggestionView } from '../../../bridge/views.ts';
import { Age } from '../../i18n/Age.tsx';
import { useWords } from '../../i18n/words.tsx';
import { touch, useCard } from '../../state/card.ts';
import { useMirror } from '../../state/mirror.ts';
import { Alternatives } from './Alternatives.tsx';
import { Card } from './Card.tsx';

const touching = {
  onPointerEnter: () => {
    touch.on = true;
  },
  onPointerLeave: () => {
    touch.on = false;
  },
};

/** What to do next for the open customer. */
export function SuggestionPanel() {
  const { t } = useWords();
  const customerId = useMirror((state) => state.customerId);
  const shown = useCard((state) => state.shown);
  const present = useMirror((state) => Boolean(state.customer) && state.suggestion !== undefined);
  return (
    <section className="next" aria-label={t('next.title')}>
      <header className="next-head">
        <h2 className="caption">{t('next.title')}</h2>
        {shown?.primary ? (
          <span className="caption-note">
            <Age at={shown.at} text="next.decided" />
          </span>
        ) : null}
      </header>
      <div className="next-body" {...touching}>
        {customerId === null ? <Quiet text={t('next.nobody')} /> : null}
        {customerId !== null && shown === null && present ? <Nothing /> : null}
        {shown ? <Shown shown={shown} /> : null}
      </div>
    </section>
  );
}

/** Nothing to suggest; where the rules themselves may not be used, that is why. */
function Nothing() {
  const { t } = useWords();
  const problem = useMirror((state) => state.status?.bundle?.problem);
  return problem ? (
    <Quiet text={t('next.none')} sub={t(`bottom.bundle.${problem}`)} />
  ) : (
    <Quiet text={t('next.none')} />
  );
}

function Shown({ shown }: { shown: SuggestionView }) {
  const { t } = useWords();
  if (shown.primary === null) return <Quiet text={t('next.none')} sub={t('next.noneSub')} />;
  return (
    <>
      <Card shown={shown} />
      <Alternatives shown={shown} />
    </>
  );
}

function Quiet({ text, sub }: { text: string; sub?: string }) {
  return (
    <div className="empty">
      <p className="empty-title">{text}</p>
      {sub ? <p>{sub}</p> : null}
    </div>
  );
}
