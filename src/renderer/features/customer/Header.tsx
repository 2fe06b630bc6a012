import type { CustomerView, PresenceView } from '../../../bridge/views.ts';
import { Age } from '../../i18n/Age.tsx';
import { factText } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tag } from '../../ui/Tag.tsx';

export function Header({ view }: { view: CustomerView }) {
  const words = useWords();
  const now = clock.now();
  return (
    <header className="customer-head">
      <div className="customer-title">
        <h1 className="customer-name">
          <bdi>{plain(view.name) || words.t('customer.unnamed')}</bdi>
        </h1>
        {view.tier ? <Tag tone="tier">{factText(words, view.tier, now)}</Tag> : null}
        {view.languages.length > 0 ? <Tag>{words.list(view.languages.map(words.languageName))}</Tag> : null}
        {view.preferences.slice(0, 2).map((fact) => (
          <Tag key={fact.name} wish>
            {preferenceTag(words, fact.name, factText(words, fact, now))}
          </Tag>
        ))}
      </div>
      <div className="customer-second">
        <dl className="customer-line">
          <Identity view={view} type="booking" />
          <Identity view={view} type="phone" />
          <Consents view={view} />
        </dl>
        <Presence presence={view.presence} />
      </div>
    </header>
  );
}

const preferenceTag = (words: ReturnType<typeof useWords>, name: string, value: string): string =>
  words.known(`${name}.tag`, { value }) ??
  `${words.known(name) ?? plain(name.replace('preference.', ''))}: ${value}`;

function Identity({ view, type }: { view: CustomerView; type: string }) {
  const words = useWords();
  const values = view.identities
    .filter((identity) => identity.type === type)
    .map((identity) => plain(identity.value));
  const known = type === 'booking' && view.next ? [plain(view.next.booking)] : values.slice(0, 1);
  if (known.length === 0) return null;
  return (
    <div>
      <dt>{words.known(`identity.${type}`) ?? type}</dt>
      <dd>
        {known.join(', ')}
        {values.length > 1 ? <span className="customer-more"> +{values.length - 1}</span> : null}
      </dd>
    </div>
  );
}

function Consents({ view }: { view: CustomerView }) {
  const words = useWords();
  const given = view.consents
    .filter((fact) => fact.value === true)
    .map((fact) => words.known(fact.name) ?? plain(fact.name.replace('consent.', '')));
  if (view.consents.length === 0) return null;
  return (
    <div>
      <dt>{words.t('customer.consent')}</dt>
      <dd>{given.length > 0 ? words.list(given) : words.t('customer.consentNone')}</dd>
    </div>
  );
}

function Presence({ presence }: { presence: PresenceView[] }) {
  const { t } = useWords();
  const first = presence.find((one) => one.state === 'editing') ?? presence[0];
  if (!first) {
    return (
      <span className="presence">
        <Icon name="eye" />
        {t('presence.nobody')}
      </span>
    );
  }
  const by = plain(first.by);
  return (
    <span className={`presence${first.state === 'editing' ? ' presence-editing' : ''}`}>
      <Icon name="eye" />
      {t(first.state === 'editing' ? 'presence.editing' : 'presence.viewing', {
        by,
        others: presence.length - 1,
      })}
      {' · '}
      <Age at={first.at} />
    </span>
  );
}
