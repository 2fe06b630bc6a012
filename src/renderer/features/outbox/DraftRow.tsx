import type { DraftView } from '../../../bridge/views.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { drafts } from '../../state/drafts.ts';
import { mirror } from '../../state/mirror.ts';
import { ACTIONS, type ActionName, moment } from '../../state/moment.ts';
import { openCustomer } from '../../state/replica.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tag } from '../../ui/Tag.tsx';

/** What was typed, in short: of a note its beginning, else the answers in order. */
const contentOf = (draft: DraftView): string =>
  plain(draft.answers.text ?? Object.values(draft.answers).filter(Boolean).join(' · '));

/** The dialog as it was left; an entry that it mended may have been sent or settled meanwhile. */
function goOn({ name, profileId, about }: DraftView): void {
  const { outbox } = mirror.store.getState();
  const entry = [...(outbox?.needsYou ?? []), ...(outbox?.onTheWay ?? [])].find((one) => one.id === about);
  const how = entry?.canUndo ? 'edit' : 'redo';
  const mends = entry && about !== null ? ({ id: about, how } as const) : null;
  openCustomer(profileId);
  moment.store.setState({
    action: { name: name as ActionName, profileId, initial: entry?.args ?? {}, mends },
  });
}

/** Something that was begun and not given; it survives whatever ends the window or the console. */
export function DraftRow({ draft, gone = false }: { draft: DraftView; gone?: boolean }) {
  const words = useWords();
  const { t } = words;
  const { name, profileId, about } = draft;
  const known = ACTIONS.includes(name as ActionName);
  return (
    <li className={`outbox-item${gone ? ' outbox-gone' : ''}`} data-draft={name}>
      <button type="button" className="work-row" disabled={!known || gone} onClick={() => goOn(draft)}>
        <span className="work-icon">
          <Icon name="note" />
        </span>
        <span className="work-name">{contentOf(draft) || t('draft.empty')}</span>
        <Tag tone="outline">{t('state.draft')}</Tag>
        <span className="work-sub">
          {words.known(`command.${name}`) ?? plain(name)} · <bdi>{plain(draft.profileName)}</bdi>
        </span>
      </button>
      {gone ? null : (
        <button
          type="button"
          className="link outbox-undo"
          onClick={() => drafts.keep({ name, profileId, about }, null)}
        >
          {t('draft.discard')}
        </button>
      )}
    </li>
  );
}
