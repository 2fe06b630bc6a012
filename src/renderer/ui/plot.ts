/** The geometry of a line chart, apart from how it is painted. */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';

export type Point = { x: number; y: number };
export type Span = { x: number; low: number; high: number };
export type PlotInput = {
  own: readonly Point[];
  control?: readonly Point[];
  band?: readonly Span[];
  /** Bounds that are shown in any case. */
  y?: readonly [number, number];
  x?: readonly [number, number];
};
export type Plot = {
  own: string;
  control: string;
  band: string;
  xTicks: { value: number; at: number }[];
  yTicks: { value: number; at: number }[];
  place(point: Point): Point;
};

export const SIZE = { width: 340, height: 190, left: 38, right: 10, top: 10, bottom: 22 } as const;

/** Paths and ticks in a box of SIZE; null where there is nothing to draw. */
export function plotOf({ own, control = [], band = [], x, y }: PlotInput): Plot | null {
  if (own.length === 0) return null;
  const xs = [...own, ...control, ...band].map((one) => one.x).concat(x ?? []);
  const ys = [...own, ...control]
    .map((one) => one.y)
    .concat(band.flatMap(({ low, high }) => [low, high]))
    .concat(y ?? []);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const across = scaleLinear()
    .domain(left === right ? [left - 1, right + 1] : [left, right])
    .range([SIZE.left, SIZE.width - SIZE.right]);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const up = scaleLinear()
    .domain(low === high ? [low - 0.1, high + 0.1] : [low, high])
    .nice(4)
    .range([SIZE.height - SIZE.bottom, SIZE.top]);
  const path = line<Point>(
    (one) => across(one.x),
    (one) => up(one.y),
  );
  const spread = area<Span>(
    (one) => across(one.x),
    (one) => up(one.low),
    (one) => up(one.high),
  );
  return {
    own: path([...own]) ?? '',
    control: path([...control]) ?? '',
    band: spread([...band]) ?? '',
    xTicks: across.ticks(4).map((value) => ({ value, at: across(value) })),
    yTicks: up.ticks(4).map((value) => ({ value, at: up(value) })),
    place: (point) => ({ x: across(point.x), y: up(point.y) }),
  };
}
