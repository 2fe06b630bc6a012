import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Fleet } from '../board/fleet.ts';

/** [MT3] This node's consoles in figures, looked at when somebody asks; labels are words of a fixed list, never one console's. */
export function addFleetMetrics(registers: Registry[], fleet: () => Fleet): { age: Histogram } {
  let seen: Fleet;
  const gauge = (name: string, help: string, of: (fleet: Fleet) => number): Gauge =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(of(seen));
      },
    });
  const kinds = (
    label: string,
    help: string,
    of: (fleet: Fleet) => { [kind: string]: number },
    first = false,
  ) =>
    new Gauge({
      ...{ name: `kairos_consoles_by_${label}`, help, labelNames: [label], registers },
      collect() {
        if (first) seen = fleet();
        for (const [kind, count] of Object.entries(of(seen))) this.set({ [label]: kind }, count);
      },
    });
  // The registry asks in the order in which they are made: the first looks for all of them.
  kinds('state', 'Connected consoles by how they keep up', ({ states }) => states, true);
  kinds('bundle', 'Connected consoles by the rules and model that they have', ({ bundle }) => bundle);
  kinds('schema', 'Connected consoles by the form of their rows', ({ schema }) => schema);
  gauge('kairos_console_unsent_commands', 'Commands that consoles said to have unsent', (one) => one.unsent);
  gauge('kairos_consoles_with_unsent', 'Consoles that said to have unsent commands', (one) => one.withUnsent);
  gauge('kairos_console_unsent_seconds', 'The longest such wait, at least', (one) => one.unsentSeconds);
  gauge(
    'kairos_console_gap_seconds',
    'The longest that a console has not confirmed',
    (one) => one.gapSeconds,
  );
  gauge('kairos_console_gap_commits', 'Commits that the last console is behind', (one) => one.gapCommits);
  return {
    age: new Histogram({
      name: 'kairos_command_age_seconds',
      help: 'From the key at a console, by its clock, until its command was executed',
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600, 6 * 3_600, 24 * 3_600, 72 * 3_600],
      registers,
    }),
  };
}
