import { useMemo } from 'react';
import type { OutboxEntry } from '../../../bridge/views.ts';
import { entryTitle } from '../../i18n/entries.ts';
import { flightLookup } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Key } from '../../ui/Key.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { didFor, lookAt, needsYou, STATE_ICONS, STATE_TONES, undo, undoable } from './state.ts';

const LINES = 6;

/** What was done for the open customer, with the way back while there is one. */
export function YouDid() {
  const { t } = useWords();
  const customerId = useMirror((state) => state.customerId);
  const outbox = useMirror((state) => state.outbox);
  const entries = useMemo(
    () => (outbox && customerId ? didFor(outbox, customerId) : []),
    [outbox, customerId],
  );
  const latest = undoable(outbox, customerId);
  if (entries.length === 0) return null;
  const waiting = entries.filter((entry) => entry.state !== 'applied').length;
  return (
    <section className="did" aria-label={t('did.title')}>
      <header className="did-head">
        <h3>{t('did.title')}</h3>
        <span>{t('did.count', { waiting, applied: entries.length - waiting })}</span>
      </header>
      <ul>
        {entries.slice(0, LINES).map((entry) => (
          <Line key={entry.id} entry={entry} isLatest={entry.id === latest?.id} />
        ))}
      </ul>
    </section>
  );
}

function Line({ entry, isLatest }: { entry: OutboxEntry; isLatest: boolean }) {
  const words = useWords();
  const customer = useMirror((state) => state.customer);
  const title = entryTitle(words, entry, flightLookup(customer));
  return (
    <li className="did-line">
      <span className={`tone-${STATE_TONES[entry.state]}`}>
        <Icon name={STATE_ICONS[entry.state]} />
      </span>
      {needsYou(entry) ? (
        <button type="button" className="did-title link" onClick={() => lookAt(entry)}>
          {title}
        </button>
      ) : (
        <span className="did-title">{title}</span>
      )}
      {entry.state === 'applied' ? (
        <span className="did-time">{words.time(entry.settledAt ?? entry.at)}</span>
      ) : (
        <Tag tone={STATE_TONES[entry.state]}>{words.t(`state.${entry.state}`)}</Tag>
      )}
      {entry.canUndo ? (
        <button type="button" className="link did-undo" onClick={() => void undo(entry)}>
          {words.t('did.undo')} {isLatest ? <Key>{words.t('key.undo')}</Key> : null}
        </button>
      ) : null}
    </li>
  );
}
