import { memo } from 'react';
import type { OutboxEntry } from '../../../bridge/views.ts';
import { entryTitle, receiptText } from '../../i18n/entries.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { useSession } from '../../state/session.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { EntryActions } from './EntryActions.tsx';
import { lookAt, restore, STATE_ICONS, STATE_TONES, undo } from './state.ts';

/** `gone`: it stands elsewhere by now, or nowhere, and only keeps its place under the pointer. */
type RowProps = { entry: OutboxEntry; settled: boolean; gone: boolean };

/** What stands behind the customer's name: why it waits, or what the core answered. */
function noteOf(words: Words, entry: OutboxEntry): string {
  if (entry.held !== null) return words.t(`held.${entry.held}`);
  if (entry.state === 'conflict') return '';
  return receiptText(words, entry.code);
}

/** Entries arrive as new objects each time; a row is painted again only when it says something else. */
const sameRow = (a: RowProps, b: RowProps): boolean =>
  a.settled === b.settled && a.gone === b.gone && JSON.stringify(a.entry) === JSON.stringify(b.entry);

/** One entry; the one that is looked at shows what can be done with it. */
export const EntryRow = memo(function EntryRow({ entry, settled, gone }: RowProps) {
  const words = useWords();
  const { t } = words;
  const current = useSession((state) => state.entryId === entry.id);
  const note = noteOf(words, entry);
  const putAway = settled && entry.status !== null;
  const tone = putAway ? 'plain' : STATE_TONES[entry.state];
  return (
    <li className={`outbox-item${gone ? ' outbox-gone' : ''}`} data-entry={entry.id} data-state={entry.state}>
      <button
        type="button"
        className="work-row"
        disabled={gone}
        aria-current={current ? 'true' : undefined}
        onClick={() => lookAt(entry)}
      >
        <span className={`work-icon tone-${tone}`}>
          <Icon name={putAway ? 'close' : STATE_ICONS[entry.state]} />
        </span>
        <span className="work-name">{entryTitle(words, entry)}</span>
        <Tag tone={tone}>{t(putAway ? 'state.putAway' : `state.${entry.state}`)}</Tag>
        <span className="work-sub">
          <bdi>{plain(entry.profileName)}</bdi> · {words.time(entry.at)}
          {note ? ` · ${note}` : null}
        </span>
      </button>
      {gone ? null : <Ways entry={entry} current={current && !settled} />}
    </li>
  );
}, sameRow);

function Ways({ entry, current }: { entry: OutboxEntry; current: boolean }) {
  const { t } = useWords();
  if (current) return <EntryActions entry={entry} withKeys />;
  if (!entry.canUndo && !entry.canRestore) return null;
  return (
    <button
      type="button"
      className="link outbox-undo"
      onClick={() => void (entry.canUndo ? undo(entry) : restore(entry))}
    >
      {t(entry.canUndo ? 'did.undo' : 'outbox.restore')}
    </button>
  );
}
