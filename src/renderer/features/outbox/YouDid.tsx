import { useMemo } from 'react';
import type { DraftView, OutboxEntry } from '../../../bridge/views.ts';
import { entryTitle } from '../../i18n/entries.ts';
import { flightLookup } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { useSession } from '../../state/session.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { DraftRow } from './DraftRow.tsx';
import { EntryActions } from './EntryActions.tsx';
import { canTakeBack, didFor, entryInHand, lookAt, STATE_ICONS, STATE_TONES, takeBack } from './state.ts';

const LINES = 6;
const NO_DRAFTS: DraftView[] = [];

/** What was done for the open customer, with the way back while there is one, and what was begun. */
export function YouDid() {
  const { t } = useWords();
  const customerId = useMirror((state) => state.customerId);
  const outbox = useMirror((state) => state.outbox);
  const drafts = useMirror((state) => state.drafts ?? NO_DRAFTS).filter(
    (draft) => draft.profileId === customerId,
  );
  const entryId = useSession((state) => state.entryId);
  const entries = useMemo(
    () => (outbox && customerId ? didFor(outbox, customerId) : []),
    [outbox, customerId],
  );
  const hand = entryInHand(outbox, entryId, customerId);
  if (entries.length === 0 && drafts.length === 0) return null;
  const count = (...states: OutboxEntry['state'][]): number =>
    entries.filter((entry) => states.includes(entry.state)).length;
  const counts = { waiting: count('waiting', 'held', 'sent'), applied: count('applied') };
  return (
    <section className="did" aria-label={t('did.title')}>
      <header className="did-head">
        <h3>{t('did.title')}</h3>
        <span>{t('did.count', counts)}</span>
      </header>
      <ul>
        {drafts.map((draft) => (
          <DraftRow key={`${draft.name}/${draft.about}`} draft={draft} />
        ))}
        {entries.slice(0, LINES).map((entry) => (
          <Line key={entry.id} entry={entry} inHand={entry.id === hand?.id} />
        ))}
      </ul>
    </section>
  );
}

function Line({ entry, inHand }: { entry: OutboxEntry; inHand: boolean }) {
  const words = useWords();
  const customer = useMirror((state) => state.customer);
  const asks = useMirror((state) => state.outbox?.needsYou.some((one) => one.id === entry.id) ?? false);
  const title = entryTitle(words, entry, flightLookup(customer));
  const isPlanned = useMirror(({ outbox }) => outbox !== null && canTakeBack(outbox, entry));
  const putAway = entry.status !== null && !asks;
  const tone = putAway ? 'plain' : STATE_TONES[entry.state];
  return (
    <li className="did-line">
      <span className={`tone-${tone}`}>
        <Icon name={putAway ? 'close' : STATE_ICONS[entry.state]} />
      </span>
      {asks ? (
        <button type="button" className="did-title link" onClick={() => lookAt(entry)}>
          {title}
        </button>
      ) : (
        <span className="did-title">{title}</span>
      )}
      {entry.state === 'applied' ? (
        <span className="did-time">{words.time(entry.settledAt ?? entry.at)}</span>
      ) : (
        <Tag tone={tone}>{words.t(putAway ? 'state.putAway' : `state.${entry.state}`)}</Tag>
      )}
      {entry.held !== null ? <span className="did-note">{words.t(`held.${entry.held}`)}</span> : null}
      <EntryActions entry={entry} withKeys={inHand} />
      {isPlanned ? (
        <button type="button" className="link did-note" onClick={() => void takeBack(entry)}>
          {words.t('did.takeBack')}
        </button>
      ) : null}
    </li>
  );
}
