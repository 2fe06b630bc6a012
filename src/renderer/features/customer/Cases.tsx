import type { CaseView, CustomerView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { factText } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { openAction } from '../../state/actions.ts';
import { clock } from '../../state/clock.ts';
import { Action } from '../../ui/Action.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { OwnMark } from '../outbox/index.ts';

export const isOpenCase = (one: CaseView): boolean =>
  !/^(resolved|closed)$/u.test(String(one.fields.status?.value ?? ''));

export function Cases({ view }: { view: CustomerView }) {
  const { t } = useWords();
  if (view.cases.length === 0) return <p className="empty">{t('cases.empty')}</p>;
  return (
    <div className="tab-scroll">
      {[...view.cases]
        .sort((a, b) => Number(isOpenCase(b)) - Number(isOpenCase(a)))
        .map((one) => (
          <CaseBlock key={one.caseId} one={one} />
        ))}
    </div>
  );
}

function CaseBlock({ one }: { one: CaseView }) {
  const words = useWords();
  const now = clock.now();
  const { status, topic, text } = one.fields;
  return (
    <section className="block case">
      <h2 className="block-title">
        {topic ? factText(words, topic, now) : words.t('cases.case', { id: plain(one.caseId) })}
        {status ? (
          <Tag tone={isOpenCase(one) ? 'warning' : 'done'}>{factText(words, status, now)}</Tag>
        ) : null}
        {status ? <Origin source={status.source} at={status.at} limitSeconds={status.limitSeconds} /> : null}
      </h2>
      {status ? <OwnMark facts={[status.name]} /> : null}
      {text ? <p className="case-text">{plain(String(text.value))}</p> : null}
      <p className="case-foot">
        <span>{words.t('cases.case', { id: plain(one.caseId) })}</span>
        {isOpenCase(one) ? (
          <Action kind="quiet" small onPress={() => openAction('resolve-case', { caseId: one.caseId })}>
            {words.t('command.resolve-case')}
          </Action>
        ) : null}
      </p>
    </section>
  );
}
