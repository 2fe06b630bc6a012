/** One run on a stack: a plan is carried out, then everything is mended, comes to rest, and is looked at. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { bookingOf, judge, type Verdict } from './checker.ts';
import { Died } from './children.ts';
import { damagePage, imageOf, limitFiles, losePower, outboxFile, pagesOf, replicaFile } from './disk.ts';
import { Ledger } from './ledger.ts';
import type { Event, Plan } from './plan.ts';
import { differing, rowsOfScope } from './site.ts';
import { AIRPORT, type Place, type Stack } from './stack.ts';

export type Result = Pick<Verdict, 'actions' | 'applied' | 'conflicts'> & {
  lost: number;
  doubled: number;
  hidden: number;
  /** What was wrong, in words. */
  wrong: string[];
};

/** How long a commit may take to all consoles once everything is mended. */
const ARRIVAL = 15_000;

export class Run {
  private readonly stack: Stack;
  private readonly plan: Plan;
  private readonly name: string;
  private readonly ledger: Ledger;
  /** What goes on beside the plan's clock. */
  private readonly going: Promise<unknown>[] = [];
  /** Actions of one operator are done one after the other. */
  private readonly hands = new Map<Place, Promise<unknown>>();
  private readonly clones: Place[] = [];
  private sent: { userId: string; n: number }[] = [];
  private restored = false;
  /** Places with a twin, or with an outbox that is not the last one they had. */
  private readonly forked = new Set<Place>();

  constructor(stack: Stack, plan: Plan, name: string) {
    this.stack = stack;
    this.plan = plan;
    this.name = name;
    this.ledger = new Ledger(stack.path(`ledger-${name}`));
  }

  async run(): Promise<Result> {
    const { stack, plan } = this;
    const userIds = Array.from({ length: plan.customers }, (_, i) => `${this.name}c${i}`);
    const ids = await stack.core.door.passengers(userIds, AIRPORT);
    await stack.begin(
      userIds.map((userId, i) => ({ userId, profileId: ids[i] as string })),
      this.ledger,
    );
    const began = Date.now();
    for (const event of plan.events) {
      const ms = began + event.at - Date.now();
      if (ms > 0) await new Promise((resolve) => void setTimeout(resolve, ms));
      this.going.push(this.happen(event));
    }
    await Promise.all(this.going);
    await stack.mend();
    await Promise.all(
      [...this.clones, ...this.hands.values()].map((one) => ('mend' in one ? one.mend() : one)),
    );
    const result = await this.look();
    for (const clone of this.clones) await clone.close();
    return result;
  }

  private place(event: { station: number }): Place {
    return this.stack.places[event.station] as Place;
  }

  private later(ms: number, work: () => void): Promise<void> {
    return new Promise((resolve) =>
      setTimeout(() => {
        work();
        resolve();
      }, ms),
    );
  }

  private act(place: Place, work: () => Promise<unknown>): void {
    const before = this.hands.get(place) ?? Promise.resolve();
    const next = before.then(work).catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
    this.hands.set(place, next);
  }

  private async happen(event: Event): Promise<unknown> {
    const { stack } = this;
    switch (event.do) {
      case 'write': {
        const { station } = this.place(event);
        const customer = stack.customers[event.customer];
        if (!customer || !station.isOpen) return;
        const text = event.kind === 'seat' ? `${event.n + 1}A ${this.name}` : `${this.name} ${event.n}`;
        const full = event.long && event.kind === 'note' ? text.padEnd(4_000, '.') : text;
        return this.act(this.place(event), () => station.write(event.n, event.kind, customer, full));
      }
      case 'take-back':
        return this.act(this.place(event), () => this.place(event).station.takeBack(event.n));
      case 'source':
        return this.source(event.n, event.customer);
      case 'core-clock':
        return stack.thenCore(() => stack.core.door.dev('clock', { offsetSeconds: event.offsetSeconds }));
      case 'kill-core':
        return stack.whileCoreDown(event.downMs, () => undefined);
      case 'stop-core':
        stack.core.signal('SIGSTOP');
        return this.later(event.ms, () => stack.core.signal('SIGCONT'));
      case 'backup-core':
        return stack.thenCore(async () => {
          stack.core.signal('SIGSTOP');
          cpSync(stack.core.folder, stack.path('backup'), { recursive: true });
          stack.core.signal('SIGCONT');
        });
      case 'restore-core':
        return stack.whileCoreDown(0, () => this.restore());
      case 'full-core':
        limitFiles(stack.core.pid, stack.core.folder);
        return this.later(event.ms, () => limitFiles(stack.core.pid, null));
      default:
        return this.atStation(event, this.place(event));
    }
  }

  private async atStation(event: Extract<Event, { station: number }>, place: Place): Promise<unknown> {
    const { line } = place;
    switch (event.do) {
      case 'cut':
        return line.cut();
      case 'cut-after':
        return line.cutAfter(event.direction, event.bytes);
      case 'refuse':
        line.refuses = true;
        line.cut();
        return this.later(event.ms, () => line.mend());
      case 'swallow':
        line.swallows.add(event.direction);
        return this.later(event.ms, () => line.mend());
      case 'hold':
        line.hold(event.direction);
        return this.later(event.ms, () => line.letGo());
      case 'delay':
        line.delayMs = event.by;
        return this.later(event.ms, () => {
          line.delayMs = 0;
        });
      case 'trickle':
        line.trickle = event.bytesPerSecond;
        return this.later(event.ms, () => {
          line.trickle = 0;
        });
      case 'kill-station':
        return place.whileDown(event.downMs, () => undefined);
      case 'power':
        return place.whileDown(event.downMs, () =>
          losePower(place.folder, (below) => Math.floor(event.lose * below)),
        );
      case 'stop-station':
        place.host?.signal('SIGSTOP');
        return this.later(event.ms, () => place.host?.signal('SIGCONT'));
      case 'station-clock':
        return place.host?.ask({ t: 'clock', offsetMs: event.offsetMs }).catch(() => undefined);
      case 'full-disk':
        limitFiles(place.host?.pid ?? 0, place.folder);
        return this.later(event.ms, () => limitFiles(place.host?.pid ?? 0, null));
      case 'damage-replica':
        return place.whileDown(0, () => damageReplica(place.folder, event.pages, event.where));
      case 'damage-outbox':
        return place.whileDown(0, () => this.damageOutbox(place, event.where));
      case 'image':
        return place.whileStopped(() => {
          const path = outboxFile(place.folder);
          if (path !== null) imageOf(path, this.image(place));
          for (const entry of this.own(place)) this.ledger.mark(entry.n, { marked: true });
        });
      case 'roll-back':
        return place.whileDown(0, () => this.rollBack(place));
      case 'clone':
        return this.clone(place);
      case 'write':
      case 'take-back':
        return;
    }
  }

  private image(place: Place): string {
    return this.stack.path(`image-${place.station.name}`);
  }

  private own(place: Place) {
    return this.ledger.all().filter((entry) => entry.station === place.station.name);
  }

  private async source(n: number, index: number): Promise<void> {
    const customer = this.stack.customers[index];
    if (!customer) return;
    const { userId } = customer;
    const timestamp = new Date().toISOString();
    const properties = { booking: bookingOf(userId), options: n };
    const messageId = `${userId}-source-${n}`;
    await this.stack.core.door.send([
      { type: 'track', userId, messageId, timestamp, event: 'Rebooking Viewed', properties },
    ]);
    this.sent.push({ userId, n });
  }

  /** A backup of this run is put back without a word; events that sources sent since are the core's own loss. */
  private restore(): void {
    const { core } = this.stack;
    const backup = this.stack.path('backup');
    if (!existsSync(backup)) return;
    rmSync(core.folder, { recursive: true });
    cpSync(backup, core.folder, { recursive: true });
    rmSync(backup, { recursive: true });
    this.restored = true;
  }

  /** What only this file knew may be on the page that is ruined; what the core has is not excused. */
  private async damageOutbox(place: Place, where: number): Promise<void> {
    const path = outboxFile(place.folder);
    if (path === null) return;
    const known = await this.known();
    const conflicts = new Map();
    const { lost } = judge(this.own(place), known, conflicts);
    for (const entry of lost) this.ledger.mark(entry.n, { excused: true });
    for (const entry of this.own(place))
      this.ledger.mark(entry.n, { marked: true, ...(entry.state === 'taken-back' ? { excused: true } : {}) });
    this.forked.add(place);
    damagePage(path, Math.floor(where * pagesOf(path)));
  }

  /** What was done since the image, and no core has seen, is nowhere any more; what was undone since is back. */
  private rollBack(place: Place): void {
    const path = outboxFile(place.folder);
    if (path === null || !existsSync(this.image(place))) return;
    this.forked.add(place);
    for (const entry of this.own(place)) {
      const since = !entry.marked || entry.state === 'taken-back';
      this.ledger.mark(entry.n, { marked: true, ...(since ? { excused: true } : {}) });
    }
    imageOf(this.image(place), path);
  }

  private async clone(place: Place): Promise<void> {
    const copy = await this.stack.clone(place);
    // From now on either of the two may become another client and send what both have; what one takes back the other has.
    for (const entry of this.own(place))
      this.ledger.mark(entry.n, { marked: true, ...(entry.state === 'kept' ? {} : { excused: true }) });
    this.forked.add(place).add(copy);
    copy.station.ledger = this.ledger;
    this.clones.push(copy);
    await copy.start();
  }

  private async known() {
    const { customers, core } = this.stack;
    const known = await Promise.all(customers.map(({ userId }) => core.door.known(userId)));
    return new Map(known.map((one) => [one.profileId, one]));
  }

  private async look(): Promise<Result> {
    const places = [...this.stack.places, ...this.clones];
    const wrong: string[] = [];
    await Promise.all(places.map((place) => place.station.host.settled()));
    const rows = await Promise.all(places.map((place) => this.differing(place)));
    const conflicts = new Map(
      (await Promise.all(places.map((place) => place.station.conflicts())))
        .flat()
        .map((one) => [one.id, one]),
    );
    const verdict = judge(this.ledger.all(), await this.known(), conflicts);
    const seen = places.flatMap((place) => this.seenAt(place));
    const unexpected = places
      .filter((place) => !this.forked.has(place))
      .flatMap((place) =>
        place.hosts.flatMap((host) =>
          host.lines.filter((line) => line === 'outbox_forked').map(() => `${place.station.name} forked`),
        ),
      );
    const hidden = seen.filter((one) => one.kind === 'hidden');
    const twice = seen.filter((one) => one.kind === 'doubled');
    wrong.push(
      ...verdict.lost.map((entry) => `lost ${JSON.stringify(entry)}`),
      ...verdict.doubled.map((entry) => `doubled ${JSON.stringify(entry)}`),
      ...seen.map(
        ({ kind, what, at, how }) => `${kind} on the screen of ${at} (${how}): ${JSON.stringify(what)}`,
      ),
      ...rows.flat(),
      ...unexpected,
      ...(await this.sources()),
    );
    const { actions, applied } = verdict;
    return {
      actions,
      applied,
      conflicts: verdict.conflicts,
      lost: verdict.lost.length,
      doubled: verdict.doubled.length + twice.length,
      hidden: hidden.length + rows.flat().length + unexpected.length,
      wrong,
    };
  }

  /** What windows saw. After a fork the entries on the way are off the screen until they are settled (R14). */
  private seenAt(place: Place) {
    const seen = place.hosts.flatMap((host) => host.wrong.map((one) => ({ ...one, at: place.station.name })));
    return seen.filter((one) => one.kind === 'doubled' || !this.forked.has(place));
  }

  /** Each acknowledged event is on the timeline once. */
  private async sources(): Promise<string[]> {
    if (this.restored) return [];
    const wrong: string[] = [];
    for (const { userId, profileId } of this.stack.customers) {
      const found = (await this.stack.core.door.timeline(profileId)).filter(
        (one) => one.name === 'Rebooking Viewed',
      );
      for (const one of this.sent.filter((each) => each.userId === userId)) {
        const count = found.filter((each) => each.properties.options === one.n).length;
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
      await new Promise((resolve) => void setTimeout(resolve, 50));
    }
  }
}

function damageReplica(folder: string, pages: number, where: number): void {
  const path = replicaFile(folder);
  if (path === null) return;
  const count = pagesOf(path);
  for (let i = 0; i < pages; i++) damagePage(path, Math.floor(((where + i / pages) % 1) * count));
}
