import type { OutboxEntry } from '../../../bridge/views.ts';
import { entryTitle, receiptText } from '../../i18n/entries.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { useHeldOrder, useHolding } from '../../state/hold.ts';
import { useMirror } from '../../state/mirror.ts';
import { useSession } from '../../state/session.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { isOwn, lookAt, STATE_ICONS, STATE_TONES, undo } from './state.ts';

const NONE: OutboxEntry[] = [];
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
  const known = useMirror((state) => state.outbox !== null);
  const total = needsYou.length + onTheWay.length + settled.length;
  return (
    <section className="pane outbox" aria-label={t('outbox.title')} aria-busy={!known} {...holding.handlers}>
      <header className="pane-head">
        <h2 className="caption">{t('outbox.title')}</h2>
        <span className="caption-count">{known ? number(total) : ''}</span>
      </header>
      {known && total === 0 ? (
        <div className="empty">
          <p className="empty-title">{t('outbox.empty')}</p>
          <p>{t('outbox.emptySub')}</p>
        </div>
      ) : null}
      <Group
        title={t('outbox.needsYou')}
        count={needsYou.length}
        critical
        entries={needsYou}
        held={holding.held}
      />
      <Group title={t('outbox.onTheWay')} count={onTheWay.length} entries={onTheWay} held={holding.held} />
      <Group title={t('outbox.settled')} count={settled.length} entries={settled} held={holding.held} />
    </section>
  );
}

function Group(props: {
  title: string;
  count: number;
  critical?: boolean;
  entries: OutboxEntry[];
  held: boolean;
}) {
  const keyed = props.entries.map((entry) => ({ key: entry.id, entry }));
  const shown = useHeldOrder(keyed, props.held);
  if (shown.length === 0) return null;
  return (
    <>
      <h3 className={`pane-group${props.critical ? ' tone-critical' : ''}`}>
        {props.title}
        <span>{props.count}</span>
      </h3>
      <ul className="work-list">
        {shown.map(({ key, entry }) => (
          <Row key={key} entry={entry} />
        ))}
      </ul>
    </>
  );
}

function Row({ entry }: { entry: OutboxEntry }) {
  const words = useWords();
  const current = useSession((state) => state.entryId === entry.id);
  const note = entry.state === 'conflict' ? '' : receiptText(words, entry.code);
  return (
    <li className="outbox-item">
      <button
        type="button"
        className="work-row"
        aria-current={current ? 'true' : undefined}
        onClick={() => lookAt(entry)}
      >
        <span className={`work-icon tone-${STATE_TONES[entry.state]}`}>
          <Icon name={STATE_ICONS[entry.state]} />
        </span>
        <span className="work-name">{entryTitle(words, entry)}</span>
        <Tag tone={STATE_TONES[entry.state]}>{words.t(`state.${entry.state}`)}</Tag>
        <span className="work-sub">
          <bdi>{plain(entry.profileName)}</bdi> · {words.time(entry.at)}
          {note ? ` · ${note}` : null}
        </span>
      </button>
      {entry.canUndo ? (
        <button type="button" className="link outbox-undo" onClick={() => void undo(entry)}>
          {words.t('did.undo')}
        </button>
      ) : null}
    </li>
  );
}
