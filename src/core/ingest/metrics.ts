import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What `GET /metrics` tells, in a registry of this core's own. */
export type Metrics = {
  registry: Registry;
  accepted: Counter;
  rejected: Counter<'code'>;
  lag: Histogram;
  reads: Counter;
  decisions: Counter;
  sends: Counter<'channel' | 'ended'>;
  feeds: Counter<'feed' | 'ended'>;
};

export function createMetrics(live: { seq(): number; consoles(): number }): Metrics {
  const registry = new Registry();
  const registers = [registry];
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
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
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
    feeds: new Counter({
      name: 'kairos_feed_attempts_total',
      help: 'Attempts to tell a partner by feed, and how they ended',
      labelNames: ['feed', 'ended'],
      registers,
    }),
  };
}
