import { type Plot, type PlotInput, type Point, plotOf, SIZE } from './plot.ts';

type ChartProps = PlotInput & {
  title: string;
  /** What is said in place of the chart while there is nothing to draw. */
  none: string;
  /** What has to be known to read it right. */
  note?: string;
  ownLabel: string;
  controlLabel?: string;
  xLabel: (value: number) => string;
  yLabel: (value: number) => string;
  tableLabel: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
};

/** A line with its interval, and the same figures as a table, which is what a screen reader gets. */
export function Chart(props: ChartProps) {
  const plot = plotOf(props);
  return (
    <figure className="chart">
      <figcaption className="chart-title">{props.title}</figcaption>
      {plot === null ? <p className="chart-none">{props.none}</p> : <Drawing {...props} plot={plot} />}
      {plot !== null && props.note ? <p className="chart-note">{props.note}</p> : null}
      {props.rows.length > 0 ? <Figures {...props} /> : null}
    </figure>
  );
}

function Drawing({ plot, ...props }: ChartProps & { plot: Plot }) {
  const { width, height, left, right, bottom } = SIZE;
  const last = props.own.at(-1);
  const end = last && plot.place(last);
  const lastControl = props.control?.at(-1);
  const controlEnd = lastControl && plot.place(lastControl);
  // Each name beyond the last stretch of its own line, away from the other's, so that they do not cross.
  const isOwnBelow =
    end !== undefined && controlEnd !== undefined && controlEnd.y < end.y && props.controlLabel !== undefined;
  const ys = (points: readonly Point[] = []) => points.slice(-5).map((point) => plot.place(point).y);
  const above = (points?: readonly Point[]) => Math.max(12, Math.min(...ys(points)) - 8);
  const below = (points?: readonly Point[]) => Math.min(height - bottom - 4, Math.max(...ys(points)) + 14);
  return (
    <svg className="chart-drawing" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {plot.yTicks.map(({ value, at }) => (
        <g key={value}>
          <line
            className={value === 0 ? 'chart-zero' : 'chart-grid'}
            x1={left}
            x2={width - right}
            y1={at}
            y2={at}
          />
          <text className="chart-tick" x={left - 6} y={at + 4} textAnchor="end">
            {props.yLabel(value)}
          </text>
        </g>
      ))}
      {plot.xTicks.map(({ value, at }) => (
        <text
          key={value}
          className="chart-tick"
          // One at the edge ends there: half of it would be cut off.
          x={at > width - right - 16 ? width - 2 : at}
          y={height - bottom + 16}
          textAnchor={at > width - right - 16 ? 'end' : 'middle'}
        >
          {props.xLabel(value)}
        </text>
      ))}
      <path className="chart-band" d={plot.band} />
      <path className="chart-control" d={plot.control} />
      <path className="chart-own" d={plot.own} />
      {props.own.map((point) => {
        const { x, y } = plot.place(point);
        return <circle key={`${point.x}/${point.y}`} className="chart-point" cx={x} cy={y} r={2} />;
      })}
      {controlEnd && props.controlLabel ? (
        <text
          className="chart-label"
          x={controlEnd.x - 2}
          y={isOwnBelow ? above(props.control) : below(props.control)}
          textAnchor="end"
        >
          {props.controlLabel}
        </text>
      ) : null}
      {end ? (
        <text
          className="chart-label chart-label-own"
          x={end.x - 2}
          y={isOwnBelow ? below(props.own) : above(props.own)}
          textAnchor="end"
        >
          {props.ownLabel}
        </text>
      ) : null}
    </svg>
  );
}

function Figures({ title, tableLabel, columns, rows }: ChartProps) {
  return (
    <details className="chart-figures">
      <summary>{tableLabel}</summary>
      <div className="chart-scroll">
        <table className="figures" aria-label={title}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.join('|')}>
                {row.map((cell, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                  <td key={index}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
