import { memo, useEffect, useRef } from 'react';
import type { WorkItem } from '../../../bridge/views.ts';
import { Waiting } from '../../i18n/Age.tsx';
import { useKeyOf } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock, useTick } from '../../state/clock.ts';
import { useRegistry } from '../../state/commands.ts';
import { useHeldOrder, useHolding } from '../../state/hold.ts';
import { useMirror } from '../../state/mirror.ts';
import { openCustomer } from '../../state/replica.ts';
import { Action } from '../../ui/Action.tsx';
import { AlertIcon } from '../../ui/AlertIcon.tsx';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import { searchFor } from '../entry/index.ts';
import { levelOf } from './level.ts';
import { workText } from './workText.ts';

const NONE: WorkItem[] = [];

const CONTACT_ICONS: { [kind: string]: IconName } = {
  call: 'phone',
  callback: 'phone',
  chat: 'chat',
  visit: 'person',
};

/** Who waits: one line each for whom and why. Keeps its order while somebody points at it. */
export function WorkList() {
  const { t, number } = useWords();
  const holding = useHolding();
  const items = useMirror((state) => state.work?.items ?? NONE);
  const total = useMirror((state) => state.work?.total ?? null);
  const shown = useHeldOrder(items, holding.held);
  const opened = useMirror((state) => state.customerId);
  if (total === null) return <WorkSkeleton />;
  return (
    <section className="pane" aria-label={t('work.title')} {...holding.handlers}>
      <header className="pane-head">
        <h2 className="caption">{t('work.title')}</h2>
        <span className="caption-count">{number(total)}</span>
        <Next />
      </header>
      {shown.length === 0 ? (
        <div className="empty">
          <p className="empty-title">{t('work.empty')}</p>
          <p>{t('work.emptySub')}</p>
        </div>
      ) : (
        <ul className="work-list">
          {shown.map((item) => (
            <WorkRow
              key={item.key}
              item={item}
              current={item.profileId !== null && item.profileId === opened}
            />
          ))}
        </ul>
      )}
      {total > items.length ? (
        <p className="pane-foot">{t('work.more', { count: total - items.length })}</p>
      ) : null}
    </section>
  );
}

/** Who is to be served next, taken and opened. */
function Next() {
  const { t } = useWords();
  const key = useKeyOf();
  const registry = useRegistry();
  return (
    <Action small kind="quiet" keyName={key('next')} onPress={() => registry.run('next')}>
      {t('work.next')}
    </Action>
  );
}

type RowProps = { item: WorkItem; current: boolean };

/** Items arrive as new objects each time; a row is painted again only when it says something else. */
const sameRow = (a: RowProps, b: RowProps): boolean =>
  a.current === b.current && JSON.stringify(a.item) === JSON.stringify(b.item);

const WorkRow = memo(function WorkRow({ item, current }: RowProps) {
  const words = useWords();
  const sub = workText(words, item, clock.now());
  const identity = item.contact?.identity?.value ?? '';
  const name = item.name || identity || words.t('work.unknown');
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <li>
      <button
        ref={row}
        type="button"
        className="work-row"
        data-work-item={item.key}
        aria-current={current ? 'true' : undefined}
        disabled={item.profileId === null && identity === ''}
        onClick={() => (item.profileId === null ? searchFor(identity) : openCustomer(item.profileId))}
      >
        <span className={`work-icon${item.alert ? ` tone-${item.alert.severity}` : ''}`}>
          {item.alert ? (
            <AlertIcon kind={item.alert.kind} />
          ) : (
            <Icon name={CONTACT_ICONS[item.contact?.kind ?? ''] ?? 'person'} />
          )}
        </span>
        <span className="work-name">
          <bdi>{plain(name)}</bdi>
        </span>
        <Timer item={item} />
        <span className="work-sub">{sub}</span>
      </button>
    </li>
  );
}, sameRow);

/** How long it waits, against the time in which it is to be taken; what somebody has, or is put aside, runs no more. */
function Timer({ item }: { item: WorkItem }) {
  const { t } = useWords();
  const { service } = item;
  const level = useTick((now) => (service && !item.handed ? levelOf(service, now) : 'calm'));
  if (item.taken?.mine) return <Icon name={item.taken.pending ? 'circle' : 'check'} className="work-mine" />;
  if (service === null && item.contact !== null) return null;
  return (
    <span className={`work-timer level-${level}`}>
      {level === 'over' ? <span title={t('work.over')}>!</span> : null}
      <Waiting since={service?.from ?? item.since} />
    </span>
  );
}

function WorkSkeleton() {
  const { t } = useWords();
  return (
    <section className="pane" aria-label={t('work.title')} aria-busy="true">
      <header className="pane-head">
        <h2 className="caption">{t('work.title')}</h2>
      </header>
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="work-row skeleton" />
      ))}
    </section>
  );
}
