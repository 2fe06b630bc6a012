import type { ReactNode } from 'react';
import type {
  AudienceView,
  ConnectionsView,
  PartnerView,
  ScorerView,
  SourceView,
} from '../../../bridge/connections.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { askSource, closeConnections, lookAtLetters, useConnections } from '../../state/connections.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { Letters, Order } from './Letters.tsx';

/** With whom the core is connected: who is told, who is asked, what was refused, and what waits for a person. */
export function Connections() {
  const { t, known } = useWords();
  const open = useConnections((state) => state.open);
  const view = useConnections((state) => state.view);
  const problem = useConnections((state) => state.problem);
  if (!open) return null;
  return (
    <Sheet title={t('connections.title')} wide onClose={closeConnections}>
      {problem ? (
        <p className="connections-old strip-warning" role="status">
          <Icon name="offline" />
          {plain(known(`error.${problem}`, { message: '' }) ?? problem)}
        </p>
      ) : null}
      <div className="connections">{view ? <All view={view} /> : <p>{t('board.asking')}</p>}</div>
    </Sheet>
  );
}

function All({ view }: { view: ConnectionsView }) {
  const { t } = useWords();
  const { partners, sources, scorers, audiences, nodes } = view;
  const consoles = nodes.reduce((sum, node) => sum + node.consoles, 0);
  return (
    <>
      <p className="sheet-for">{t('connections.nodes', { nodes: nodes.length, consoles })}</p>
      <Part title={t('connections.partners')} none={t('connections.partnersNone')}>
        {partners.map((partner) => (
          <Partner key={partner.name} partner={partner} />
        ))}
      </Part>
      <Part title={t('connections.sources')} none={t('connections.sourcesNone')}>
        {sources.map((source) => (
          <Source key={source.name} source={source} />
        ))}
      </Part>
      {scorers.length > 0 ? (
        <Part title={t('connections.scorers')} none="">
          {scorers.map((scorer) => (
            <ScorerLine key={scorer.name} scorer={scorer} />
          ))}
        </Part>
      ) : null}
      <Part title={t('connections.audiences')} none={t('connections.audiencesNone')}>
        {audiences.map((audience) => (
          <Audience key={audience.name} audience={audience} />
        ))}
      </Part>
      <Part title={t('connections.refused')} none={t('connections.refusedNone')}>
        {refusedLines(view)}
      </Part>
    </>
  );
}

function Part({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  return (
    <section className="connections-part" aria-label={title}>
      <h3 className="caption">{title}</h3>
      {children.length === 0 ? <p className="board-quiet">{none}</p> : <ul>{children}</ul>}
    </section>
  );
}

function Health({ state }: { state: 'ok' | 'failing' }) {
  const { t } = useWords();
  return (
    <span className={state === 'ok' ? 'tone-done connection-state' : 'tone-critical connection-state'}>
      <Icon name={state === 'ok' ? 'check' : 'offline'} />
      {t(`connections.${state}`)}
    </span>
  );
}

function Partner({ partner }: { partner: PartnerView }) {
  const words = useWords();
  const { t } = words;
  const looked = useConnections((state) => state.partner === partner.name);
  const letters = useConnections((state) => state.letters);
  const { name, state, behind, waiting, deadLetters, delivered, deliveredAt, error, order } = partner;
  return (
    <li className="connection">
      <strong className="connection-name">{plain(name)}</strong>
      <Health state={state} />
      <span className="connection-what">
        {t('connections.partner', { delivered, behind, waiting })}
        {deliveredAt ? ` · ${words.moment(deliveredAt, clock.now())}` : null}
      </span>
      {deadLetters > 0 ? (
        <Action small onPress={() => void lookAtLetters(name)}>
          {t('connections.letters', { count: deadLetters })}
        </Action>
      ) : (
        <span />
      )}
      {state === 'failing' && error ? <span className="connection-error">{plain(error)}</span> : null}
      {order ? <Order order={order} /> : null}
      {looked ? <Letters partner={name} letters={letters} /> : null}
    </li>
  );
}

function Source({ source }: { source: SourceView }) {
  const words = useWords();
  const { t } = words;
  const { name, state, isUnderWay, taken, refused, error, endedAt } = source;
  return (
    <li className="connection">
      <strong className="connection-name">{plain(name)}</strong>
      <Health state={state} />
      <span className="connection-what">
        {t('connections.source', { taken, refused })}
        {isUnderWay ? ` · ${t('connections.underWay')}` : null}
        {!isUnderWay && endedAt ? ` · ${words.moment(endedAt, clock.now())}` : null}
      </span>
      <Action small onPress={() => void askSource(name)}>
        {t('connections.ask')}
      </Action>
      {state === 'failing' && error ? <span className="connection-error">{plain(error)}</span> : null}
    </li>
  );
}

function ScorerLine({ scorer }: { scorer: ScorerView }) {
  const words = useWords();
  const { t } = words;
  const { name, state, behind, asked, refused, error, scoredAt } = scorer;
  return (
    <li className="connection">
      <strong className="connection-name">{plain(name)}</strong>
      <Health state={state} />
      <span className="connection-what">
        {t('connections.scorer', { asked, refused })}
        {behind === null ? ` · ${t('connections.working')}` : null}
        {scoredAt ? ` · ${words.moment(scoredAt, clock.now())}` : null}
      </span>
      <span />
      {error && (state === 'failing' || refused > 0) ? (
        <span className="connection-error">{plain(error)}</span>
      ) : null}
    </li>
  );
}

function Audience({ audience }: { audience: AudienceView }) {
  const { t } = useWords();
  const { name, consent, state, members, entered, left } = audience;
  return (
    <li className="connection">
      <strong className="connection-name">{plain(name)}</strong>
      <span className="connection-state">{t('connections.members', { count: members })}</span>
      <span className="connection-what">
        {t('connections.audience', { entered, left })} ·{' '}
        {consent === null ? t('connections.noConsent') : t('connections.consent', { name: plain(consent) })}
        {state === 'working' ? ` · ${t('connections.working')}` : null}
      </span>
      <span />
    </li>
  );
}

/** Equal refusals together, the newest first: what a source does wrong it does often. */
function refusedLines({ refused }: ConnectionsView): ReactNode[] {
  const kinds = new Map<string, { at: string; message: string; count: number }>();
  for (const { at, code, message } of refused) {
    const key = `${code}\n${message}`;
    const kind = kinds.get(key);
    if (kind) kind.count++;
    else kinds.set(key, { at, message, count: 1 });
  }
  return [...kinds].map(([key, { at, message, count }]) => (
    <Refusal key={key} at={at} message={message} count={count} />
  ));
}

function Refusal({ at, message, count }: { at: string; message: string; count: number }) {
  const words = useWords();
  return (
    <li className="letter">
      <span className="drill-time">{words.moment(at, clock.now())}</span>
      <span>{plain(message)}</span>
      <span>{words.t('connections.times', { count })}</span>
    </li>
  );
}
