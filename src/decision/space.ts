import type { CompiledAction } from './catalogue.ts';

/** All declared candidates in their order, as parallel lists of positions. */
export interface CandidateSpace {
  readonly size: number;
  readonly channels: readonly string[];
  readonly approaches: readonly string[];
  readonly groups: readonly string[];
  /** (action, channel) pairs as positions into actions and channels. */
  readonly pairs: readonly (readonly [action: number, channel: number])[];
  readonly actionPositions: ReadonlyMap<string, number>;
  readonly channelPositions: ReadonlyMap<string, number>;
  /** Per candidate: the position of its action, of its channel and so on. */
  readonly action: Int32Array;
  readonly channel: Int32Array;
  /** The position of the channel within its action's channels. */
  readonly channelOfAction: Int32Array;
  readonly approach: Int32Array;
  readonly group: Int32Array;
  readonly pair: Int32Array;
}

/** Lists the candidates: the catalogue's order, then the action's channels, then its approaches. */
export function makeCandidateSpace(actions: readonly CompiledAction[]): CandidateSpace {
  const channels = new Places();
  const approaches = new Places();
  const groups = new Places();
  const pairs: [number, number][] = [];
  const rows: number[][] = [];
  for (const [action, { channels: own, approaches: tones, group }] of actions.entries()) {
    for (const [channelOfAction, channelName] of own.entries()) {
      const channel = channels.of(channelName);
      const pair = pairs.push([action, channel]) - 1;
      for (const approach of tones) {
        rows.push([action, channel, channelOfAction, approaches.of(approach), groups.of(group), pair]);
      }
    }
  }
  const column = (i: number) => Int32Array.from(rows, (row) => row[i] as number);
  return {
    size: rows.length,
    channels: channels.names,
    approaches: approaches.names,
    groups: groups.names,
    pairs,
    actionPositions: new Map(actions.map((action, i) => [action.id, i])),
    channelPositions: channels.positions,
    action: column(0),
    channel: column(1),
    channelOfAction: column(2),
    approach: column(3),
    group: column(4),
    pair: column(5),
  };
}

/** Names in the order of their first use. */
class Places {
  readonly names: string[] = [];
  readonly positions = new Map<string, number>();

  of(name: string): number {
    let position = this.positions.get(name);
    if (position === undefined) {
      position = this.names.push(name) - 1;
      this.positions.set(name, position);
    }
    return position;
  }
}
