/** What a process tells of the way of an event or a command through it (docs/spec/telemetry.md). */

/** Values that say what it was, never whose: no names, no ids of customers, no content. */
export type Attributes = { readonly [name: string]: string | number | boolean };

/** `from` and `to` in ms since 1970 by the system's clock, fractions included. */
export type Step = { name: string; from: number; to: number; attributes?: Attributes };

export interface Traces {
  /** False: nobody listens, and whoever would have to look something up for it need not. */
  readonly isOn: boolean;
  /** The trace that a caller brought along for what the event `id` sets off (domain/trace.ts): its steps join it. */
  adopt(id: string, brought: unknown): void;
  /** The first step of what the event or command `id` sets off; once for each. */
  begin(id: string, step: Step): void;
  /** A later one, in this process or another. */
  step(id: string, step: Step): void;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

export const NO_TRACES: Traces = {
  isOn: false,
  adopt: () => undefined,
  begin: () => undefined,
  step: () => undefined,
  close: async () => undefined,
};

export type TraceSetting = {
  /** Who tells: `kairos-core`, `kairos-replica`. */
  service: string;
  /** Where to: an OTLP/HTTP address (`http://127.0.0.1:4318`), or a folder that gets a file for each process. */
  to: string;
  /** The part of all traces that is told, the same ones by every process: 0 to 1. */
  ratio: number;
};

/** Loaded only where somebody listens: it costs memory and a tenth of a second. */
export async function openTraces(setting: TraceSetting | null): Promise<Traces> {
  if (setting === null) return NO_TRACES;
  const { createTraces } = await import('./otel.ts');
  return createTraces(setting);
}

/** The system's clock with fractions of a millisecond. */
export const clockNow = (): number => performance.timeOrigin + performance.now();

/** @throws Error that says what is wrong with the ratio */
export function readRatio(text: string | undefined): number {
  const ratio = text === undefined ? 1 : Number(text);
  if (!(ratio >= 0 && ratio <= 1)) throw new Error('the ratio of traces is a number from 0 to 1');
  return ratio;
}
