import { randomUUID } from 'node:crypto';
import { appendFile, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type ReadableSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type Origin, originIn, originOf } from '../domain/trace.ts';
import type { Step, TraceSetting, Traces } from './traces.ts';

/** What has happened is on its way after so long. */
const DELAY_MS = 500;
/** A receiver that has not taken a batch by then, tried again meanwhile, does not get it; nor does the end wait longer. */
const TIMEOUT_MS = 2_000;
/** Traces of callers that are remembered: longer than anything is under way. */
const MAX_ADOPTED = 5_000;

/** Steps as spans of the official SDK, sent in batches; what cannot be sent is dropped, because nothing may wait for it. */
export function createTraces({ service, to, ratio }: TraceSetting): Traces {
  const ids = new OriginIds();
  const exporter = isAddress(to)
    ? new OTLPTraceExporter({ url: tracesUrl(to), timeoutMillis: TIMEOUT_MS })
    : new FileExporter(to, service);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': randomUUID() }),
    sampler: new TraceIdRatioBasedSampler(ratio),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: DELAY_MS })],
  });
  const tracer = provider.getTracer('kairos');
  const under = ({ traceId, spanId }: Origin) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
  const adopted = new Map<string, Origin>();
  return {
    isOn: true,
    adopt(id, brought) {
      const origin = originIn(brought);
      if (origin === null) return;
      if (adopted.size >= MAX_ADOPTED) adopted.delete(adopted.keys().next().value as string);
      adopted.set(id, origin);
    },
    begin(id, { name, from, to: end, attributes = {} }) {
      const caller = adopted.get(id);
      ids.next = originOf(id);
      const context = caller ? under(caller) : ROOT_CONTEXT;
      tracer
        .startSpan(name, { startTime: from, attributes, kind: SpanKind.SERVER }, context)
        .end(Math.max(from, end));
      // Where there is a caller nobody has asked for the trace's id.
      ids.next = null;
    },
    step(id, { name, from, to: end, attributes = {} }: Step) {
      const own = originOf(id);
      const first = { ...own, traceId: adopted.get(id)?.traceId ?? own.traceId };
      tracer.startSpan(name, { startTime: from, attributes }, under(first)).end(Math.max(from, end));
    },
    close: () => provider.shutdown().catch(() => undefined),
  };
}

/** Random ids, but for the first step of a trace, whose ids everybody can compute. */
class OriginIds implements IdGenerator {
  next: Origin | null = null;
  private readonly random = new RandomIdGenerator();

  /** The SDK asks for the span first, and then for the trace of one that has no parent. */
  generateSpanId(): string {
    return this.next?.spanId ?? this.random.generateSpanId();
  }

  generateTraceId(): string {
    return this.next?.traceId ?? this.random.generateTraceId();
  }
}

export const isAddress = (to: string): boolean => /^https?:\/\//u.test(to);

/** As OTEL_EXPORTER_OTLP_ENDPOINT is read: the address of the receiver, to which the signal's path is added. */
const tracesUrl = (to: string): string =>
  to.endsWith('/v1/traces') ? to : `${to.replace(/\/$/u, '')}/v1/traces`;

/** OTLP as JSON, a line for each batch (the OpenTelemetry protocol's file exporter), in a file that no other process writes. */
class FileExporter implements SpanExporter {
  private readonly file: string;

  constructor(folder: string, service: string) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, `${service}-${process.pid}.jsonl`);
  }

  export(spans: ReadableSpan[], done: (result: { code: number; error?: Error }) => void): void {
    const line = JsonTraceSerializer.serializeRequest(spans);
    if (!line) return done({ code: 0 });
    appendFile(this.file, `${Buffer.from(line).toString('utf8')}\n`, (error) =>
      done(error ? { code: 1, error } : { code: 0 }),
    );
  }

  async shutdown(): Promise<void> {
    // The file is opened for each batch.
  }
}
