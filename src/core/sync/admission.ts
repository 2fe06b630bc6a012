import { SECOND } from '../../protocol/limits.ts';

/** Consoles that a core takes in a second, one with another, and how many at once after a quiet time. */
const PER_SECOND = 100;
const AT_ONCE = 300;
/** The longest time for which a starting core keeps consoles waiting: they have their replicas meanwhile. */
const STARTING = 10 * SECOND;

/**
 * Whether a console that says hello is taken or comes back later (`wait`), so that a thousand who return at once do not
 * bury the core, and those that it has are not kept waiting by them. The time is the clock of sockets.
 */
export class Admission {
  private readonly random: () => number;
  private room = AT_ONCE;
  private since: number;
  private busyUntil = Number.NEGATIVE_INFINITY;
  private startingUntil = Number.NEGATIVE_INFINITY;
  /** Consoles that were sent away and are expected back. */
  private expected = 0;

  constructor(clock: number, random: () => number) {
    this.since = clock;
    this.random = random;
  }

  /** The core is bringing memberships up to date; `started` ends that. */
  starting(clock: number): void {
    this.startingUntil = clock + STARTING;
  }

  started(): void {
    this.startingUntil = Number.NEGATIVE_INFINITY;
  }

  /** The core has more to do than it can: whoever keeps its timers has seen one come late. */
  late(clock: number): void {
    this.busyUntil = clock + SECOND;
  }

  /** null: come in; otherwise come back after so many ms. */
  ask(clock: number): number | null {
    this.earn(clock);
    if (this.room >= 1 && clock >= Math.max(this.busyUntil, this.startingUntil)) {
      this.room--;
      return null;
    }
    this.expected++;
    return SECOND / 2 + this.random() * Math.max(SECOND, (this.expected / PER_SECOND) * SECOND);
  }

  private earn(clock: number): void {
    const earned = (Math.max(0, clock - this.since) / SECOND) * PER_SECOND;
    this.since = clock;
    this.room = Math.min(AT_ONCE, this.room + earned);
    this.expected = Math.max(0, this.expected - earned);
  }
}
