/** Traces out of files of OTLP JSON (one batch a line), and their picture in characters. Pure. */
import { originOf } from '../domain/trace.ts';

export type Told = {
  traceId: string;
  spanId: string;
  /** Of the step that it hangs at; '' for the first of all. */
  parentId: string;
  service: string;
  name: string;
  /** ms since 1970 */
  from: number;
  to: number;
  attributes: { readonly [name: string]: string };
};

type Value = { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean };
type Pair = { key: string; value: Value };
type RawSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: Pair[];
};
type Batch = {
  resourceSpans?: { resource?: { attributes?: Pair[] }; scopeSpans?: { spans?: RawSpan[] }[] }[];
};

const textOf = ({ stringValue, intValue, doubleValue, boolValue }: Value): string =>
  String(stringValue ?? intValue ?? doubleValue ?? boolValue ?? '');
const entriesOf = (pairs: Pair[] = []) =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, textOf(value)]));
/** Nanoseconds as text are more digits than a number holds. */
const msOf = (nano: string): number => Number(BigInt(nano) / 1_000n) / 1_000;

/** The steps of one batch in OTLP JSON. */
export function stepsOf(batch: Batch): Told[] {
  return (batch.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service = entriesOf(resource?.attributes)['service.name'] ?? 'unknown';
    return (scopeSpans ?? []).flatMap(({ spans }) =>
      (spans ?? []).map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentId: span.parentSpanId ?? '',
        service,
        name: span.name,
        from: msOf(span.startTimeUnixNano),
        to: msOf(span.endTimeUnixNano),
        attributes: entriesOf(span.attributes),
      })),
    );
  });
}

/** Steps by trace, each in the order of their begin, the traces in the order of theirs. */
export function tracesOf(steps: readonly Told[]): Told[][] {
  const traces = new Map<string, Told[]>();
  for (const step of [...steps].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const trace = traces.get(step.traceId);
    if (trace) trace.push(step);
    else traces.set(step.traceId, [step]);
  }
  return [...traces.values()];
}

/** The trace that an event or command set off, or joined where a caller had begun one. */
export function traceIdOf(id: string, steps: readonly Told[]): string {
  const { traceId, spanId } = originOf(id);
  return steps.find((step) => step.spanId === spanId)?.traceId ?? traceId;
}

const BAR = 40;

/** One line for the trace, one for each step: who, what, when it began, how long it took, and a bar to scale. */
export function picture(trace: readonly Told[]): string {
  const start = Math.min(...trace.map(({ from }) => from));
  const length = Math.max(...trace.map(({ to }) => to)) - start;
  const scale = (ms: number) => Math.round((ms / Math.max(length, Number.MIN_VALUE)) * BAR);
  const labels = trace.map(({ service, name, attributes }) => {
    const more = Object.values(attributes).join(' ');
    return `${service.replace('kairos-', '').padEnd(8)} ${more === '' ? name : `${name} (${more})`}`;
  });
  const width = Math.max(...labels.map((label) => label.length));
  const lines = trace.map(({ from, to }, i) => {
    const left = Math.min(scale(from - start), BAR - 1);
    const bar = `${' '.repeat(left)}${'#'.repeat(Math.max(1, scale(to - from)))}`.slice(0, BAR).padEnd(BAR);
    const begin = (from - start).toFixed(1).padStart(8);
    return `  ${(labels[i] as string).padEnd(width)} ${begin} |${bar}| ${(to - from).toFixed(1)}`;
  });
  const { traceId = '' } = trace[0] ?? {};
  const at = new Date(start).toISOString();
  return [`${at}  ${length.toFixed(1)} ms  trace ${traceId}`, ...lines].join('\n');
}
