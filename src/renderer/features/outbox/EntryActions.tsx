import type { OutboxEntry } from '../../../bridge/views.ts';
import { CommandKey } from '../../i18n/CommandKey.tsx';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { canEdit, edit, hold, undo, undoable } from './state.ts';

/** What can be done with an entry that was not sent. The keys stand where they act. */
export function EntryActions({ entry, withKeys }: { entry: OutboxEntry; withKeys: boolean }) {
  const { t } = useWords();
  const customerId = useMirror((state) => state.customerId);
  const latest = useMirror((state) => undoable(state.outbox, customerId)?.id === entry.id);
  if (!entry.canHold) return null;
  const letGo = entry.held === 'operator';
  return (
    <span className="entry-actions">
      {entry.canUndo ? (
        <button type="button" className="link" onClick={() => void undo(entry)}>
          {t('did.undo')} {latest && withKeys ? <CommandKey of="undo" /> : null}
        </button>
      ) : null}
      {canEdit(entry) ? (
        <button type="button" className="link" onClick={() => edit(entry)}>
          {t('question.edit')} {withKeys ? <CommandKey of="edit-waiting" /> : null}
        </button>
      ) : null}
      <button type="button" className="link" onClick={() => void hold(entry)}>
        {t(letGo ? 'did.letGo' : 'did.hold')} {withKeys ? <CommandKey of="hold" /> : null}
      </button>
    </span>
  );
}
