/** Carries out what a plan says: operators act, sources send, and everything between them goes wrong. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { bookingOf, judge, type Known } from './checker.ts';
import { Died } from './children.ts';
import { damagePage, imageOf, limitFiles, losePower, outboxFile, pagesOf, replicaFile } from './disk.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Event, LineFault, StationFault } from './plan.ts';
import type { Line } from './proxy.ts';
import type { Place, Stack } from './stack.ts';

type Of<E, D> = Extract<E, { do: D }>;

const after = (ms: number, work: () => unknown): Promise<void> =>
  new Promise((resolve) =>
    setTimeout(() => {
      work();
      resolve();
    }, ms),
  );

export class Strikes {
  /** Copies of places that work beside them. */
  readonly clones: Place[] = [];
  /** Places with a twin, or with an outbox that is not the last one they had: they may become another client (R14). */
  readonly forked = new Set<Place>();
  /** Events that were acknowledged; none is known any more once a backup was put back. */
  sent: { userId: string; n: number }[] = [];
  private readonly stack: Stack;
  private readonly ledger: Ledger;
  /** In the text of every action, so that it is like no other of this stack. */
  private readonly name: string;
  /** Actions of one operator are done one after the other. */
  private readonly hands = new Map<Place, Promise<unknown>>();

  constructor(stack: Stack, ledger: Ledger, name: string) {
    this.stack = stack;
    this.ledger = ledger;
    this.name = name;
  }

  /** Resolves when it is over. */
  happen(event: Event): unknown {
    switch (event.do) {
      case 'write':
        return this.write(event);
      case 'take-back':
        return this.act(this.at(event), () => this.at(event).station.takeBack(event.n));
      case 'source':
        return this.source(event.n, event.customer);
      default:
        return 'station' in event ? this.strikePlace(event, this.at(event)) : this.strikeCore(event);
    }
  }

  /** Everything runs, undisturbed, and every hand has done what it was about to do. */
  async mend(): Promise<void> {
    await this.stack.mend();
    await Promise.all(this.clones.map((clone) => clone.mend()));
    await Promise.all(this.hands.values());
  }

  /** What the core knows of the customers of this run. */
  async known(): Promise<Map<string, Known>> {
    const { customers, core } = this.stack;
    const known = await Promise.all(customers.map(({ userId }) => core.door.known(userId)));
    return new Map(known.map((one) => [one.profileId, one]));
  }

  private at(event: { station: number }): Place {
    return this.stack.places[event.station] as Place;
  }

  // Operators and sources.

  private act(place: Place, work: () => Promise<unknown>): void {
    const before = this.hands.get(place) ?? Promise.resolve();
    const next = before.then(work).catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
    this.hands.set(place, next);
  }

  private write(event: Of<Event, 'write'>): void {
    const place = this.at(event);
    const customer = this.stack.customers[event.customer];
    if (!customer || !place.station.isOpen) return;
    const { n, kind, long } = event;
    const text = kind === 'seat' ? `${n + 1}A ${this.name}` : `${this.name} ${n}`;
    const full = long && kind === 'note' ? text.padEnd(4_000, '.') : text;
    this.act(place, () => place.station.write(n, kind, customer, full));
  }

  private async source(n: number, index: number): Promise<void> {
    const customer = this.stack.customers[index];
    if (!customer) return;
    const { userId } = customer;
    const timestamp = new Date().toISOString();
    const properties = { booking: bookingOf(userId), options: n };
    const messageId = `${userId}-source-${n}`;
    const event = { type: 'track', userId, messageId, timestamp, event: 'Rebooking Viewed', properties };
    await this.stack.core.door.send([event]);
    this.sent.push({ userId, n });
  }

  // The core.

  private strikeCore(
    event: Exclude<Event, { station: number } | { do: 'source' | 'write' | 'take-back' }>,
  ): unknown {
    const { stack } = this;
    const { core } = stack;
    switch (event.do) {
      case 'core-clock':
        return stack.thenCore(() => core.door.dev('clock', { offsetSeconds: event.offsetSeconds }));
      case 'kill-core':
        return stack.whileCoreDown(event.downMs, () => undefined);
      case 'stop-core':
        core.signal('SIGSTOP');
        return after(event.ms, () => core.signal('SIGCONT'));
      case 'backup-core':
        return stack.thenCore(async () => {
          core.signal('SIGSTOP');
          cpSync(core.folder, stack.path('backup'), { recursive: true });
          core.signal('SIGCONT');
        });
      case 'restore-core':
        return stack.whileCoreDown(0, () => this.restore());
      case 'full-core':
        // In turn: one that finds its disk full at the start ends and says so, and here nobody would start it again.
        return stack
          .thenCore(async () => void limitFiles(core.pid, core.folder))
          .then(() => after(event.ms, () => limitFiles(core.pid, null)));
    }
  }

  /** A backup of this run is put back without a word; what sources have sent since is the core's own loss. */
  private restore(): void {
    const { core } = this.stack;
    const backup = this.stack.path('backup');
    if (!existsSync(backup)) return;
    rmSync(core.folder, { recursive: true });
    cpSync(backup, core.folder, { recursive: true });
    rmSync(backup, { recursive: true });
    this.sent = [];
  }

  // A console and its line.

  private strikePlace(event: (LineFault | StationFault) & { station: number }, place: Place): unknown {
    switch (event.do) {
      case 'kill-station':
        return place.whileDown(event.downMs, () => undefined);
      case 'power':
        return place.whileDown(event.downMs, () =>
          losePower(place.folder, (below) => Math.floor(event.lose * below)),
        );
      case 'stop-station':
        place.host?.signal('SIGSTOP');
        return after(event.ms, () => place.host?.signal('SIGCONT'));
      case 'station-clock':
        return place.host?.ask({ t: 'clock', offsetMs: event.offsetMs }).catch(() => undefined);
      case 'full-disk':
        limitFiles(place.host?.pid ?? 0, place.folder);
        return after(event.ms, () => limitFiles(place.host?.pid ?? 0, null));
      case 'damage-replica':
        return place.whileDown(0, () => damageReplica(place.folder, event.pages, event.where));
      case 'damage-outbox':
        return place.whileDown(0, () => this.damageOutbox(place, event.where));
      case 'image':
        return place.whileStopped(() => this.takeImage(place));
      case 'roll-back':
        return place.whileDown(0, () => this.rollBack(place));
      case 'clone':
        return this.clone(place);
      default:
        return strikeLine(event, place.line);
    }
  }

  private own(place: Place): Entry[] {
    return this.ledger.all().filter((entry) => entry.station === place.station.name);
  }

  /** What only this file knew may be on the page that is ruined; what the core has is not excused. */
  private async damageOutbox(place: Place, where: number): Promise<void> {
    const path = outboxFile(place.folder);
    if (path === null) return;
    this.forked.add(place);
    const lost = new Set(judge(this.own(place), await this.known(), new Map()).lost);
    for (const entry of this.own(place)) {
      const excused = lost.has(entry) || entry.state === 'taken-back';
      this.ledger.mark(entry.n, { marked: true, ...(excused ? { excused } : {}) });
    }
    damagePage(path, Math.floor(where * pagesOf(path)));
  }

  private image(place: Place): string {
    return this.stack.path(`image-${place.station.name}`);
  }

  private takeImage(place: Place): void {
    const path = outboxFile(place.folder);
    if (path === null) return;
    imageOf(path, this.image(place));
    // What was under way when the process was stopped may be in the image or not.
    for (const entry of this.own(place))
      if (entry.state !== 'begun') this.ledger.mark(entry.n, { marked: true });
  }

  /** What was done since the image, and no core has seen, is nowhere any more; what was undone since is back. */
  private rollBack(place: Place): void {
    const path = outboxFile(place.folder);
    if (path === null || !existsSync(this.image(place))) return;
    this.forked.add(place);
    for (const entry of this.own(place)) {
      const isSince = !entry.marked || entry.state === 'taken-back';
      this.ledger.mark(entry.n, { marked: true, ...(isSince ? { excused: true } : {}) });
    }
    imageOf(this.image(place), path);
  }

  /** From now on either of the two may become another client and send what both have; what one takes back the other has. */
  private async clone(place: Place): Promise<void> {
    const copy = await this.stack.clone(place);
    for (const entry of this.own(place))
      this.ledger.mark(entry.n, { marked: true, ...(entry.state === 'kept' ? {} : { excused: true }) });
    this.forked.add(place).add(copy);
    copy.station.ledger = this.ledger;
    this.clones.push(copy);
    await copy.start();
  }
}

function strikeLine(event: LineFault, line: Line): unknown {
  switch (event.do) {
    case 'cut':
      return line.cut();
    case 'cut-after':
      return line.cutAfter(event.direction, event.bytes);
    case 'refuse':
      line.refuses = true;
      line.cut();
      return after(event.ms, () => line.mend());
    case 'swallow':
      line.swallows.add(event.direction);
      return after(event.ms, () => line.mend());
    case 'hold':
      line.hold(event.direction);
      return after(event.ms, () => line.letGo());
    case 'delay':
      line.delayMs = event.by;
      return after(event.ms, () => {
        line.delayMs = 0;
      });
    case 'trickle':
      line.trickle = event.bytesPerSecond;
      return after(event.ms, () => {
        line.trickle = 0;
      });
  }
}

function damageReplica(folder: string, pages: number, where: number): void {
  const path = replicaFile(folder);
  if (path === null) return;
  const count = pagesOf(path);
  for (let i = 0; i < pages; i++) damagePage(path, Math.floor(((where + i / pages) % 1) * count));
}
