import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Fleet } from '../board/fleet.ts';
import { addFleetMetrics } from './fleet-metrics.ts';

/**
 * What `GET /metrics` tells, in a registry of this core's own: OpenTelemetry's names where it has one (`http.server.request.duration`
 * as Prometheus writes it), `kairos_` for what only we have. No label holds anything of a customer.
 */
export type Metrics = {
  registry: Registry;
  accepted: Counter;
  rejected: Counter<'code'>;
  lag: Histogram;
  reads: Counter;
  decisions: Counter;
  sends: Counter<'channel' | 'ended'>;
  sendWork: Counter<'class'>;
  sendBytes: Counter<'class'>;
  feeds: Counter<'feed' | 'ended'>;
  requests: Histogram<'http_request_method' | 'http_route' | 'http_response_status_code'>;
  commands: Counter<'status'>;
  frames: Counter;
  unitWait: Histogram;
  unitHeld: Histogram;
  age: Histogram;
};

/** What is looked up when somebody asks. */
export type Live = {
  seq(): number;
  consoles(): number;
  feeds(): readonly { name: string; behind: number; deadLetters: number }[];
  fleet(): Fleet;
};

const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** Of the convention for `http.server.request.duration`. */
const REQUESTS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export function createMetrics(live: Live): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  addLive(live, registers);
  return {
    registry,
    accepted: new Counter({ name: 'kairos_events_accepted_total', help: 'Events taken in', registers }),
    rejected: new Counter({
      name: 'kairos_events_rejected_total',
      help: 'Events refused, by reason',
      labelNames: ['code'],
      registers,
    }),
    lag: new Histogram({
      name: 'kairos_ingest_seconds',
      help: 'Receipt of a request until its events are durable and folded',
      buckets: FAST,
      registers,
    }),
    reads: new Counter({ name: 'kairos_profile_reads_total', help: 'Profiles read over HTTP', registers }),
    decisions: new Counter({ name: 'kairos_decisions_total', help: 'Decisions made over HTTP', registers }),
    sends: new Counter({
      name: 'kairos_sends_total',
      help: 'Attempts to send by channel, and how they ended',
      labelNames: ['channel', 'ended'],
      registers,
    }),
    sendWork: new Counter({
      name: 'kairos_send_work_seconds_total',
      help: "Time of the core's thread for claiming messages and writing down how they ended, by latency class",
      labelNames: ['class'],
      registers,
    }),
    sendBytes: new Counter({
      name: 'kairos_send_bytes_total',
      help: 'Content handed over to destinations, by latency class',
      labelNames: ['class'],
      registers,
    }),
    feeds: new Counter({
      name: 'kairos_feed_attempts_total',
      help: 'Attempts to tell a partner by feed, and how they ended',
      labelNames: ['feed', 'ended'],
      registers,
    }),
    requests: new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Requests at the doors, by door and status',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
      buckets: REQUESTS,
      registers,
    }),
    commands: new Counter({
      name: 'kairos_commands_total',
      help: 'Commands of operators that were executed, by what came of them',
      labelNames: ['status'],
      registers,
    }),
    frames: new Counter({ name: 'kairos_frames_total', help: 'Frames sent to consoles', registers }),
    ...addFleetMetrics(registers, live.fleet),
    ...unitTimes(registers),
  };
}

/** Where nodes share PostgreSQL. */
function unitTimes(registers: Registry[]): Pick<Metrics, 'unitWait' | 'unitHeld'> {
  return {
    unitWait: new Histogram({
      name: 'kairos_unit_wait_seconds',
      help: 'How long a unit waited for the head of the shared log',
      buckets: FAST,
      registers,
    }),
    unitHeld: new Histogram({
      name: 'kairos_unit_held_seconds',
      help: 'How long a unit held the head of the shared log',
      buckets: FAST,
      registers,
    }),
  };
}

function addLive(live: Live, registers: Registry[]): void {
  new Gauge({
    name: 'kairos_seq',
    help: 'Last commit of the history',
    registers,
    collect() {
      this.set(live.seq());
    },
  });
  new Gauge({
    name: 'kairos_consoles',
    help: 'Connected consoles',
    registers,
    collect() {
      this.set(live.consoles());
    },
  });
  new Gauge({
    name: 'kairos_feed_behind',
    help: 'Places of the log that a partner has not been told of yet',
    labelNames: ['feed'],
    registers,
    collect() {
      for (const { name, behind } of live.feeds()) this.set({ feed: name }, behind);
    },
  });
  new Gauge({
    name: 'kairos_feed_dead_letters',
    help: 'Messages that a partner did not take, waiting for a person',
    labelNames: ['feed'],
    registers,
    collect() {
      for (const { name, deadLetters } of live.feeds()) this.set({ feed: name }, deadLetters);
    },
  });
}

/** Every request, under its door's own name: what stands in an address is not told. */
export function measureRequests(server: FastifyInstance, { requests }: Metrics): void {
  server.addHook('onResponse', async (request, reply) => {
    const labels = {
      http_request_method: request.method,
      http_route: request.routeOptions.url ?? '',
      http_response_status_code: String(reply.statusCode),
    };
    requests.observe(labels, reply.elapsedTime / 1000);
  });
}
