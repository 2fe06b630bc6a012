import type { Json } from '../../../domain/json.ts';
import type { Attempt, LatencyClass } from '../rules.ts';

/** What a channel adapter is handed: all that a receiver may learn, nothing else. */
export type Outgoing = {
  /** The intent's id, equal in every attempt: the receiver knows by it what it has already. */
  id: string;
  decision: string;
  profile: string;
  action: string;
  channel: string;
  approach: string;
  lane: number;
  language: string;
  subject: string;
  text: string;
  /** ISO 8601 */
  bestUntil: string;
  /** The facts that the destination's contract names, as far as they are known. */
  customer: { [fact: string]: Json };
};

/** What a receiver of unknown strength is asked at a time. */
export const PLACES = 8;

export interface Destination {
  readonly channel: string;
  readonly kind: string;
  readonly class: LatencyClass;
  /** Attempts at a time; the last place is kept for the operational lane. */
  readonly places: number;
  /** Facts that it is given; without the first there is nothing to send to. */
  readonly facts: readonly string[];
  /** One attempt; never throws, ends within its own timeout. */
  deliver(message: Outgoing): Promise<Attempt>;
  close(): void;
}
