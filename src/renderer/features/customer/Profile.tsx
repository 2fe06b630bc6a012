import type { CustomerView, IdentityView } from '../../../bridge/views.ts';
import { useKeyOf } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { openAction } from '../../state/actions.ts';
import { Action } from '../../ui/Action.tsx';
import { FactRows } from './FactRows.tsx';
import { Masked } from './Masked.tsx';
import { Needs } from './Needs.tsx';

export function Profile({ view }: { view: CustomerView }) {
  const { t } = useWords();
  const key = useKeyOf();
  const facts = view.tier ? [view.tier, ...view.others] : view.others;
  return (
    <div className="tab-scroll">
      <Needs needs={view.needs} />
      <Identities identities={view.identities} />
      <FactRows title={t('profile.preferences')} facts={view.preferences} />
      <p className="block-action">
        <Action
          kind="quiet"
          small
          keyName={key('set-preference')}
          onPress={() => openAction('set-preference')}
        >
          {t('command.set-preference')}
        </Action>
      </p>
      <FactRows title={t('profile.audiences')} facts={view.audiences} />
      <FactRows title={t('profile.facts')} facts={facts} />
    </div>
  );
}

function Identities({ identities }: { identities: IdentityView[] }) {
  const words = useWords();
  if (identities.length === 0) return null;
  return (
    <section className="block">
      <h2 className="block-title">{words.t('profile.identities')}</h2>
      <ul className="facts">
        {identities.map((identity) => (
          <li key={`${identity.type}/${identity.value}`} className="fact">
            <span className="fact-name">
              {words.known(`identity.${identity.type}`) ?? plain(identity.type)}
            </span>
            <span className="fact-value">
              {identity.masked ? (
                <Masked
                  name={identity.type}
                  tag={identity.tag}
                  label={words.known(`identity.${identity.type}`) ?? plain(identity.type)}
                  masked={plain(identity.value)}
                  text={(value) => plain(String(value))}
                />
              ) : (
                <bdi>{plain(identity.value)}</bdi>
              )}
            </span>
            <span className="origin">{identity.masked ? words.t('profile.masked') : null}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
