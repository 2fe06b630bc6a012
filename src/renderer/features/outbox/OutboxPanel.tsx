import type { DraftView, OutboxEntry } from '../../../bridge/views.ts';
import { useWords } from '../../i18n/words.tsx';
import { useHeldOrder, useHolding } from '../../state/hold.ts';
import { useMirror } from '../../state/mirror.ts';
import { DraftRow } from './DraftRow.tsx';
import { EntryRow } from './EntryRow.tsx';
import { Notices } from './Notices.tsx';
import { isOwn } from './state.ts';

const NONE: OutboxEntry[] = [];
const NO_DRAFTS: DraftView[] = [];
/** Entries of a group that are listed; a shift offline may leave hundreds, of which the rest is counted. */
const LISTED = 60;
/** Settled entries that are worth a line; the rest is history. */
const SETTLED = 12;

/** Every action of this station: what needs a person first, then what is on its way, then what is done. */
export function OutboxPanel() {
  const { t, number } = useWords();
  const holding = useHolding();
  const needsYou = useMirror((state) => state.outbox?.needsYou ?? NONE);
  const onTheWay = useMirror((state) => state.outbox?.onTheWay ?? NONE).filter(isOwn);
  const settled = useMirror((state) => state.outbox?.settled ?? NONE)
    .filter(isOwn)
    .slice(0, SETTLED);
  const drafts = useMirror((state) => state.drafts ?? NO_DRAFTS);
  const known = useMirror((state) => state.outbox !== null);
  const total = needsYou.length + onTheWay.length + settled.length + drafts.length;
  const { held } = holding;
  return (
    <section className="pane outbox" aria-label={t('outbox.title')} aria-busy={!known} {...holding.handlers}>
      <header className="pane-head">
        <h2 className="caption">{t('outbox.title')}</h2>
        <span className="caption-count">{known ? number(needsYou.length + onTheWay.length) : ''}</span>
      </header>
      <Notices />
      {known && total === 0 ? (
        <div className="empty">
          <p className="empty-title">{t('outbox.empty')}</p>
          <p>{t('outbox.emptySub')}</p>
        </div>
      ) : null}
      <Group title={t('outbox.needsYou')} critical entries={needsYou} held={held} />
      <Drafts drafts={drafts} held={held} />
      <Group title={t('outbox.onTheWay')} entries={onTheWay} held={held} />
      <Group title={t('outbox.settled')} entries={settled} held={held} settled />
    </section>
  );
}

type GroupProps = {
  title: string;
  critical?: boolean;
  /** Nothing is asked of these any more. */
  settled?: boolean;
  entries: OutboxEntry[];
  held: boolean;
};

function Group({ title, critical = false, settled = false, entries, held }: GroupProps) {
  const { t, number } = useWords();
  const keyed = entries.slice(0, LISTED).map((entry) => ({ key: entry.id, entry }));
  const shown = useHeldOrder(keyed, held);
  if (shown.length === 0) return null;
  const more = entries.length - keyed.length;
  return (
    <>
      <h3 className={`pane-group${critical ? ' tone-critical' : ''}`}>
        {title}
        <span>{number(entries.length)}</span>
      </h3>
      <ul className="work-list">
        {shown.map(({ key, entry, gone }) => (
          <EntryRow key={key} entry={entry} settled={settled} gone={gone ?? false} />
        ))}
      </ul>
      {more > 0 ? <p className="pane-foot">{t('work.more', { count: more })}</p> : null}
    </>
  );
}

function Drafts({ drafts, held }: { drafts: DraftView[]; held: boolean }) {
  const { t, number } = useWords();
  const keyed = drafts.map((draft) => ({
    key: `${draft.name}/${draft.profileId}/${draft.about}`,
    draft,
  }));
  const shown = useHeldOrder(keyed, held);
  if (shown.length === 0) return null;
  return (
    <>
      <h3 className="pane-group">
        {t('outbox.drafts')}
        <span>{number(drafts.length)}</span>
      </h3>
      <ul className="work-list">
        {shown.map(({ key, draft, gone }) => (
          <DraftRow key={key} draft={draft} gone={gone ?? false} />
        ))}
      </ul>
    </>
  );
}
