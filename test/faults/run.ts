/** One run on a stack: a plan is carried out, then everything is mended, comes to rest, and is looked at. */
import { judge, type Verdict } from './checker.ts';
import { Ledger } from './ledger.ts';
import type { Plan } from './plan.ts';
import { differing, rowsOfScope } from './site.ts';
import { AIRPORT, type Place, type Stack } from './stack.ts';
import { Strikes } from './strikes.ts';

export type Result = Pick<Verdict, 'actions' | 'applied' | 'conflicts'> & {
  lost: number;
  doubled: number;
  hidden: number;
  /** What was wrong, in words. */
  wrong: string[];
};

/** How long a commit may take to all consoles once everything is mended. */
const ARRIVAL = 60_000;
const LOOK_AGAIN = 50;

export class Run {
  private readonly stack: Stack;
  private readonly plan: Plan;
  private readonly name: string;
  private readonly ledger: Ledger;
  private readonly strikes: Strikes;

  /** @param name unlike that of any other run of this stack */
  constructor(stack: Stack, plan: Plan, name: string) {
    this.stack = stack;
    this.plan = plan;
    this.name = name;
    this.ledger = new Ledger(stack.path(`ledger-${name}`));
    this.strikes = new Strikes(stack, this.ledger, name);
  }

  async run(): Promise<Result> {
    const { stack, plan, strikes } = this;
    const userIds = Array.from({ length: plan.customers }, (_, i) => `${this.name}c${i}`);
    const ids = await stack.core.door.passengers(userIds, AIRPORT);
    await stack.begin(
      userIds.map((userId, i) => ({ userId, profileId: ids[i] as string })),
      this.ledger,
    );
    await this.carryOut();
    await strikes.mend();
    const result = await this.look();
    for (const clone of strikes.clones) await clone.close();
    return result;
  }

  /** Everything at its time; what takes longer goes on beside the rest. */
  private async carryOut(): Promise<void> {
    const going: unknown[] = [];
    const began = Date.now();
    for (const event of this.plan.events) {
      const ms = began + event.at - Date.now();
      if (ms > 0) await new Promise((resolve) => void setTimeout(resolve, ms));
      going.push(this.strikes.happen(event));
    }
    await Promise.all(going);
  }

  private async look(): Promise<Result> {
    const places = [...this.stack.places, ...this.strikes.clones];
    await Promise.all(places.map((place) => place.station.host.settled()));
    const rows = (await Promise.all(places.map((place) => this.differing(place)))).flat();
    const conflicts = (await Promise.all(places.map((place) => place.station.conflicts()))).flat();
    const verdict = judge(
      this.ledger.all(),
      await this.strikes.known(),
      new Map(conflicts.map((one) => [one.id, one])),
    );
    const seen = places.flatMap((place) => this.seenAt(place));
    const forks = places.flatMap((place) => this.forksAt(place));
    const events = await this.sources();
    const of = (kind: 'hidden' | 'doubled'): number => seen.filter((one) => one.kind === kind).length;
    const { actions, applied } = verdict;
    return {
      actions,
      applied,
      conflicts: verdict.conflicts,
      lost: verdict.lost.length + events.length,
      doubled: verdict.doubled.length + of('doubled'),
      hidden: of('hidden') + rows.length + forks.length,
      wrong: [
        ...verdict.lost.map((entry) => `lost ${JSON.stringify(entry)}`),
        ...verdict.doubled.map((entry) => `doubled ${JSON.stringify(entry)}`),
        ...seen.map(({ kind, at, how, what }) => `${kind} at ${at} (${how}): ${JSON.stringify(what)}`),
        ...rows,
        ...forks,
        ...events,
      ],
    };
  }

  /** What windows saw. After a fork the entries on the way are off the screen until they are settled (R14). */
  private seenAt(place: Place) {
    const seen = place.hosts.flatMap((host) => host.wrong.map((one) => ({ ...one, at: place.station.name })));
    return seen.filter((one) => one.kind === 'doubled' || !this.strikes.forked.has(place));
  }

  /** [R14] Nobody becomes another client without a reason: it would hide what is on the way. */
  private forksAt(place: Place): string[] {
    if (this.strikes.forked.has(place)) return [];
    const lines = place.hosts.flatMap((host) => host.lines);
    return lines.filter((line) => line === 'outbox_forked').map(() => `${place.station.name} forked`);
  }

  /** Each acknowledged event is on the timeline once. */
  private async sources(): Promise<string[]> {
    const wrong: string[] = [];
    for (const { userId, profileId } of this.stack.customers) {
      const timeline = await this.stack.core.door.timeline(profileId);
      const viewed = timeline.filter((one) => one.name === 'Rebooking Viewed');
      for (const one of this.strikes.sent.filter((each) => each.userId === userId)) {
        const count = viewed.filter((each) => each.properties.options === one.n).length;
        if (count !== 1) wrong.push(`event ${one.n} of ${userId} is there ${count} times`);
      }
    }
    return wrong;
  }

  /** [I1] Where a console's rows differ from the core's and go on differing. */
  private async differing(place: Place): Promise<string[]> {
    const giveUp = Date.now() + ARRIVAL;
    for (;;) {
      const truth = rowsOfScope(this.stack.core.folder, `station:${AIRPORT}`);
      const wrong = differing(await place.station.host.rows(), truth);
      if (wrong.length === 0) return [];
      if (Date.now() > giveUp) return wrong.map((what) => `${place.station.name}: ${what}`);
      await new Promise((resolve) => void setTimeout(resolve, LOOK_AGAIN));
    }
  }
}
