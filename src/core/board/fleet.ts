import type { Session } from '../sync/session.ts';
import { connectedStation } from './stations.ts';

/** A node's consoles in figures: how many, how far behind, what they hold back. Nothing tells one of them from another. */
export type Fleet = {
  states: { live: number; loading: number; slow: number };
  /** Consoles with the rules and model in force, and with others or with what is still on its way. */
  bundle: { current: number; other: number };
  /** By the form of the rows that they asked for: this core's, that of the version before, or none of their own. */
  schema: { current: number; before: number; none: number };
  /** Commands that they said to have and that have not come, and how many consoles have such ones. */
  unsent: number;
  withUnsent: number;
  /** For how long the longest such wait goes on at least: since the hello that told of it, s. */
  unsentSeconds: number;
  /** The longest that something sent is not confirmed, s, and the farthest that a console is behind the last commit. */
  gapSeconds: number;
  gapCommits: number;
};

type Moment = { seq: number; bundleSeq: number; schemaHash: string; now: number; clock: number };

/** @param sessions those that are live */
export function fleetOf(sessions: readonly Session[], moment: Moment): Fleet {
  const fleet: Fleet = {
    states: { live: 0, loading: 0, slow: 0 },
    bundle: { current: 0, other: 0 },
    schema: { current: 0, before: 0, none: 0 },
    ...{ unsent: 0, withUnsent: 0, unsentSeconds: 0, gapSeconds: 0, gapCommits: 0 },
  };
  for (const session of sessions) {
    const { state, hasBundle, unsent, behindMs } = connectedStation(
      session,
      undefined,
      moment.bundleSeq,
      moment,
    );
    if (state !== 'offline') fleet.states[state]++;
    fleet.bundle[hasBundle ? 'current' : 'other']++;
    fleet.schema[schemaOf(session.told.schema, moment.schemaHash)]++;
    fleet.gapSeconds = Math.max(fleet.gapSeconds, behindMs / 1000);
    // Who holds nothing of a commit hears of it within a minute (R3): only what is on its way is a gap.
    if (session.unacked.length > 0 || session.concerned)
      fleet.gapCommits = Math.max(fleet.gapCommits, moment.seq - session.cursor);
    if (!unsent) continue;
    fleet.unsent += unsent;
    fleet.withUnsent++;
    fleet.unsentSeconds = Math.max(fleet.unsentSeconds, (moment.clock - session.since) / 1000);
  }
  return fleet;
}

const schemaOf = (told: string, current: string): keyof Fleet['schema'] =>
  told === '' ? 'none' : told === current ? 'current' : 'before';
