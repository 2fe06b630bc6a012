import type { DecisionSummary, SteeringView } from '../../../bridge/views.ts';
import type { ActionAcceptance, Board } from '../../../domain/board.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { lookInto, openDecision, useBoard } from '../../state/board.ts';
import { clock } from '../../state/clock.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { shareText, titleOf } from './titles.ts';

type AcceptanceProps = { board: Board; steering: SteeringView | null };

/** What became of the suggestions of each action, and from there down to single decisions. */
export function Acceptance({ board, steering }: AcceptanceProps) {
  const words = useWords();
  const { t } = words;
  const shown = board.acceptance.reduce((sum, row) => sum + row.decisions, 0);
  return (
    <section className="board-block" aria-label={t('board.acceptance')}>
      <header className="board-head">
        <h2 className="caption">{t('board.acceptance')}</h2>
        <span className="caption-note">
          {t('board.acceptanceNote', { time: words.dayTime(board.since, clock.now()), count: shown })}
        </span>
      </header>
      <div className="board-card">
        <table className="acceptance">
          <thead>
            <tr>
              <th scope="col">{t('board.action')}</th>
              <th scope="col">{t('board.suggested')}</th>
              <th scope="col">{t('board.accepted')}</th>
              <th scope="col">{t('board.putOff')}</th>
              <th scope="col">{t('board.declined')}</th>
              <th scope="col">{t('board.mainReason')}</th>
            </tr>
          </thead>
          <tbody>
            {board.acceptance.map((row) => (
              <Row key={row.action} row={row} steering={steering} />
            ))}
          </tbody>
        </table>
        {board.acceptance.length === 0 ? <p className="pane-foot">{t('board.acceptanceNone')}</p> : null}
      </div>
    </section>
  );
}

function Row({ row, steering }: { row: ActionAcceptance; steering: SteeringView | null }) {
  const words = useWords();
  const open = useBoard((state) => state.action === row.action);
  const told = row.presented + row.positive + declined(row) + row.complaint + row.optOut;
  const paused = steering !== null && Object.hasOwn(steering.paused, row.action);
  return (
    <>
      <tr className={open ? 'acceptance-open' : undefined} data-action={row.action}>
        <th scope="row">
          <button
            type="button"
            className="acceptance-action"
            aria-expanded={open}
            onClick={() => void lookInto(row.action)}
          >
            <Icon name="chevron" size={12} />
            {titleOf(words, steering, row.action)}
          </button>
          {paused ? <Tag tone="critical">{words.t('board.paused')}</Tag> : null}
        </th>
        <td>{words.number(row.decisions)}</td>
        <td className="acceptance-share">
          <span>{shareText(words, row.positive, told)}</span>
          <progress className="gauge-bar" aria-hidden="true" max={Math.max(1, told)} value={row.positive} />
        </td>
        <td>{shareText(words, row.presented, told)}</td>
        <td>{shareText(words, declined(row), told)}</td>
        <td className="acceptance-reason">{reasonText(words, row)}</td>
      </tr>
      {open ? (
        <tr className="acceptance-drill">
          <td colSpan={6}>
            <Decisions row={row} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

const declined = (row: ActionAcceptance): number => row.customerDeclined + row.operatorDeclined;

function reasonText(words: Words, row: ActionAcceptance): string {
  const [first] = row.reasons;
  if (first === undefined) return '';
  const reason = words.known(`decline.${first.reason}`) ?? plain(first.reason);
  return `${reason} ${shareText(words, first.n, declined(row))}`;
}

function Decisions({ row }: { row: ActionAcceptance }) {
  const words = useWords();
  const { t } = words;
  const decisions = useBoard((state) => state.decisions);
  const reasons = row.reasons.map(
    ({ reason, n }) => `${words.known(`decline.${reason}`) ?? plain(reason)} ${words.number(n)}`,
  );
  return (
    <div className="drill">
      {reasons.length > 0 ? <p className="drill-reasons">{reasons.join(' · ')}</p> : null}
      {decisions === null ? <p role="status">{t('board.reading')}</p> : null}
      {decisions?.length === 0 ? <p>{t('board.decisionsNone')}</p> : null}
      <ul>
        {decisions?.slice(0, 8).map((decision) => (
          <Decision key={decision.id} decision={decision} />
        ))}
      </ul>
    </div>
  );
}

function Decision({ decision }: { decision: DecisionSummary }) {
  const words = useWords();
  const { t } = words;
  const last = decision.outcomes.at(-1);
  const outcome = last
    ? (words.known(`outcome.${last.outcome}`) ?? plain(last.outcome))
    : t('board.noOutcome');
  const reason = last?.reason ? (words.known(`decline.${last.reason}`) ?? plain(last.reason)) : null;
  return (
    <li>
      <button type="button" className="drill-row" onClick={() => void openDecision(decision.id)}>
        <span className="drill-time">{words.moment(decision.at, clock.now())}</span>
        <strong>{reason === null ? outcome : `${outcome}, ${reason}`}</strong>
        <bdi>{plain(decision.name)}</bdi>
        <span className="drill-drawn">
          {t('board.drawn', {
            share: Math.round((decision.propensity ?? 0) * 100),
            open: decision.open,
          })}
          {decision.explored ? ` · ${t('next.explored')}` : null}
          {decision.madeOffline ? ` · ${t('board.madeOffline')}` : null}
          {decision.holdout ? ` · ${t('board.heldOut')}` : null}
          {decision.override ? ` · ${t('board.overridden')}` : null}
        </span>
        <Icon name="chevron" size={12} />
      </button>
    </li>
  );
}
