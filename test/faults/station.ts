/** An operator at a station, as the test drives him: each action goes into the ledger before it is done. */
import type { OutboxEntry } from '../../src/bridge/views.ts';
import type { SegmentView } from '../../src/domain/customer-view.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { bookingOf, nameOf } from './checker.ts';
import { Died, type Host, Refused } from './children.ts';
import type { ConsoleConfig, Expected } from './ipc.ts';
import type { Entry, Kind, Ledger } from './ledger.ts';

export type Customer = { profileId: string; userId: string };

export class Station {
  readonly name: string;
  config: ConsoleConfig;
  ledger: Ledger | null;
  private process: Host | null = null;

  constructor(name: string, config: ConsoleConfig, ledger: Ledger | null = null) {
    this.name = name;
    this.config = config;
    this.ledger = ledger;
  }

  /** @throws Died where there is no process */
  get host(): Host {
    if (this.process === null) throw new Died(`${this.name} is off`);
    return this.process;
  }

  get isOpen(): boolean {
    return this.process?.alive ?? false;
  }

  async open(host: Host, at = 0): Promise<void> {
    this.process = host;
    await host.openConsole(this.config, at);
  }

  /** Stops the console in order; its process goes on. @returns what its durable writes were */
  async close(): Promise<string[]> {
    const { words } = await this.host.close();
    this.process = null;
    return words;
  }

  /** What a window of this station must show of these customers, by the ledger. */
  expected(customers: readonly Customer[]): Expected[] {
    const ids = new Set(customers.map((one) => one.profileId));
    return this.entries().flatMap((entry) => (ids.has(entry.profileId) ? expectedOf(this.name, entry) : []));
  }

  async watch(customers: readonly Customer[]): Promise<void> {
    const profiles = customers.map((one) => one.profileId);
    await this.host.ask({ t: 'watch', profiles, expect: this.expected(customers) });
  }

  /** Resolves when a window has all of them before it. */
  async shows(customers: readonly Customer[]): Promise<void> {
    const { host } = this;
    await host.until('shown', () => customers.every((one) => host.there.has(one.profileId)));
  }

  private entries(): Entry[] {
    return this.ledger?.all() ?? [];
  }

  /** An action that was begun once is not done again: whether it was kept is what the checker finds out. */
  async write(n: number, kind: Kind, customer: Customer, text: string): Promise<void> {
    const { ledger } = this;
    if (ledger === null || this.entries().some((entry) => entry.n === n)) return;
    const { profileId, userId } = customer;
    const seat = kind === 'seat' ? await this.seatOf(customer) : null;
    // Own seats that are on the way would be the base; one at a time keeps it simple to say what was seen.
    if (kind === 'seat' && (seat === null || seat.pending)) return;
    const before = seat === null ? null : String(seat.value);
    ledger.begin({ n, station: this.name, profileId, userId, kind, text, before });
    const expect = expectedOf(this.name, {
      n,
      id: '',
      kind,
      profileId,
      text,
      station: this.name,
      state: 'kept',
      marked: false,
    })[0];
    const seen = seat === null ? [] : [{ fact: seat.name, hash: seat.hash }];
    try {
      const input = { profileId, seen, ...commandOf(kind, n, userId, text) };
      const { id } = await this.host.ask<{ id: string }>({ t: 'write', input, expect: expect ?? null });
      ledger.mark(n, { state: 'kept', id });
    } catch (error) {
      if (error instanceof Refused) ledger.mark(n, { state: 'refused', code: error.code });
      else throw error;
    }
  }

  async takeBack(n: number): Promise<void> {
    const { ledger } = this;
    const entry = this.entries().find((one) => one.n === n);
    if (ledger === null || entry?.state !== 'kept' || entry.id === null) return;
    ledger.mark(n, { state: 'taking-back' });
    const { undone } = await this.host.ask<{ undone: boolean }>({ t: 'undo', id: entry.id });
    ledger.mark(n, { state: undone ? 'taken-back' : 'kept' });
  }

  private async seatOf({ profileId }: Customer): Promise<SegmentView['fields'][string] | null> {
    const view = await this.host.first('customer', { profileId });
    return view?.next?.fields.seat ?? null;
  }

  /** What was refused or came into conflict, and what became of it since. */
  async conflicts(): Promise<OutboxEntry[]> {
    const view = await this.host.first('outbox', {});
    return [...view.needsYou, ...view.settled].filter((one) => one.state !== 'applied');
  }
}

type Shown = Pick<Entry, 'n' | 'id' | 'kind' | 'profileId' | 'text' | 'station' | 'state' | 'marked'>;

function expectedOf(station: string, entry: Shown): Expected[] {
  const { id, profileId, text, kind } = entry;
  if (entry.station !== station || entry.state !== 'kept' || entry.marked || id === null) return [];
  if (kind === 'note') return [{ kind, id, profileId, text }];
  return kind === 'preference' ? [{ kind, id, profileId, text, name: nameOf(entry) }] : [];
}

function commandOf(kind: Kind, n: number, userId: string, text: string): { name: string; args: JsonObject } {
  switch (kind) {
    case 'note':
      return { name: 'add-note', args: { text } };
    case 'preference':
      return { name: 'set-preference', args: { name: nameOf({ n }), value: text } };
    case 'seat':
      return { name: 'change-seat', args: { booking: bookingOf(userId), segment: 1, seat: text } };
  }
}
