import type { LearnedView } from '../../../bridge/views.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { Chart } from '../../ui/Chart.tsx';
import { pointsText } from './titles.ts';

/** What was learned and what it is worth, each as a plot and as the table of its figures. */
export function Learned() {
  const words = useWords();
  const { t } = words;
  const learned = useMirror((state) => state.learned);
  return (
    <section className="board-block" aria-label={t('board.learning')}>
      <header className="board-head">
        <h2 className="caption">{t('board.learning')}</h2>
        <span className="caption-note">
          {learned
            ? t('board.learningNote', { labels: learned.labels, judged: learned.evidence.judged })
            : null}
        </span>
      </header>
      <div className="board-card board-learned">
        {learned ? (
          <>
            <Worth learned={learned} />
            <div className="charts">
              <Curve learned={learned} />
              <Uplift learned={learned} />
              <Holdout learned={learned} />
              <Calibration learned={learned} />
            </div>
          </>
        ) : (
          <p className="pane-foot">{t('board.reading')}</p>
        )}
      </div>
    </section>
  );
}

/** The one figure, with its interval; honest where there is none yet. */
function Worth({ learned }: { learned: LearnedView }) {
  const words = useWords();
  const last = learned.history.at(-1)?.liftOverUniform ?? null;
  const held = learned.upliftOverHoldout;
  const worth = last ?? held;
  if (worth === null) return <p className="worth-none">{words.t('board.worthNone')}</p>;
  return (
    <p className="worth">
      <strong>
        {words.t(last ? 'board.worthUniform' : 'board.worthHoldout', {
          points: pointsText(words, worth.value),
        })}
      </strong>{' '}
      <span>
        {words.t('board.interval', {
          low: pointsText(words, worth.low),
          high: pointsText(words, worth.high),
        })}
      </span>
    </p>
  );
}

const hundred = (value: number): number => Math.round(value * 1000) / 10;

function Curve({ learned }: { learned: LearnedView }) {
  const words = useWords();
  const { t, number } = words;
  const points = learned.history.filter((one) => one.rate !== null);
  const rows = points.map((one) => [
    words.moment(one.at, clock.now()),
    number(one.n),
    number(hundred(one.rate?.value ?? 0)),
    ...[one.earned, one.uniform].map((upToHere) => (upToHere ? number(hundred(upToHere.value)) : '–')),
  ]);
  return (
    <Chart
      title={t('chart.curve')}
      none={t('chart.none')}
      own={points.map((one) => ({ x: one.n, y: hundred(one.rate?.value ?? 0) }))}
      band={points.map((one) => ({
        x: one.n,
        low: hundred(one.rate?.low ?? 0),
        high: hundred(one.rate?.high ?? 0),
      }))}
      control={points.flatMap((one) => (one.uniform ? { x: one.n, y: hundred(one.uniform.value) } : []))}
      y={[0, 10]}
      ownLabel={t('chart.own')}
      controlLabel={t('chart.uniformSoFar')}
      note={t('chart.curveNote')}
      xLabel={number}
      yLabel={number}
      tableLabel={t('chart.table')}
      columns={[
        t('chart.until'),
        t('chart.decisions'),
        t('chart.own'),
        t('chart.ownSoFar'),
        t('chart.uniformSoFar'),
      ]}
      rows={rows}
    />
  );
}

function Uplift({ learned }: { learned: LearnedView }) {
  return <Difference learned={learned} of="liftOverUniform" name="chart.uplift" />;
}

function Holdout({ learned }: { learned: LearnedView }) {
  return <Difference learned={learned} of="upliftOverHoldout" name="chart.holdout" />;
}

type DifferenceProps = {
  learned: LearnedView;
  of: 'liftOverUniform' | 'upliftOverHoldout';
  name: 'chart.uplift' | 'chart.holdout';
};

function Difference({ learned, of, name }: DifferenceProps) {
  const words = useWords();
  const { t, number } = words;
  const points = learned.history.flatMap((one) => {
    const value = one[of];
    return value ? [{ at: one.at, x: one.n, ...value }] : [];
  });
  return (
    <Chart
      title={t(name)}
      none={t('chart.none')}
      own={points.map(({ x, value }) => ({ x, y: hundred(value) }))}
      band={points.map(({ x, low, high }) => ({ x, low: hundred(low), high: hundred(high) }))}
      y={[-1, 1]}
      ownLabel={points.length > 0 ? pointsText(words, points.at(-1)?.value ?? 0) : ''}
      xLabel={number}
      yLabel={(value) => pointsText(words, value / 100)}
      tableLabel={t('chart.table')}
      columns={[t('chart.until'), t('chart.decisions'), t('chart.points'), t('chart.low'), t('chart.high')]}
      rows={points.map(({ at, x, value, low, high }) => [
        words.moment(at, clock.now()),
        number(x),
        ...[value, low, high].map((one) => pointsText(words, one)),
      ])}
    />
  );
}

function Calibration({ learned }: { learned: LearnedView }) {
  const words = useWords();
  const { t, number } = words;
  const bins = learned.calibration;
  return (
    <Chart
      title={t('chart.calibration')}
      none={t('chart.none')}
      own={bins.map(({ predicted, observed }) => ({ x: hundred(predicted), y: hundred(observed.value) }))}
      band={bins.map(({ predicted, observed }) => ({
        x: hundred(predicted),
        low: hundred(observed.low),
        high: hundred(observed.high),
      }))}
      control={[
        { x: 0, y: 0 },
        { x: 100, y: 100 },
      ]}
      x={[0, 100]}
      y={[0, 100]}
      ownLabel={t('chart.came')}
      xLabel={number}
      yLabel={number}
      tableLabel={t('chart.table')}
      columns={[t('chart.predicted'), t('chart.came'), t('chart.low'), t('chart.high'), t('chart.decisions')]}
      rows={bins.map(({ predicted, observed, n }) =>
        [predicted, observed.value, observed.low, observed.high]
          .map((one) => number(hundred(one)))
          .concat(number(n)),
      )}
    />
  );
}
