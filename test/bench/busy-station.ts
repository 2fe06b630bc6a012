/**
 * A station with few customers and a flight for each, all of them made through the core's public door, and events about
 * them at a fixed rate: what consoles have to keep up with.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { SegmentMessage } from '../../src/demo/timeline.ts';
import type { CoreProcess } from './core-process.ts';

const HOUR = 3_600_000;
const BATCH = 100;
const STATION = 'FRA';
export const STATION_SCOPE = `station:${STATION}`;

const userOf = (i: number): string => `bench-${i}`;
const flightOf = (i: number): string => `LH${1000 + i}`;

/** Where a source sends: a core, or whoever passes it on to one. */
export type Door = Pick<CoreProcess, 'post' | 'batch'>;

export class BusyStation {
  readonly customers: number;
  private readonly date: string;
  private readonly departs: string;
  private readonly began: number;
  private sent = 0;

  constructor(customers: number, now = Date.now()) {
    this.customers = customers;
    this.began = now;
    this.departs = new Date(now + 10 * HOUR).toISOString();
    this.date = this.departs.slice(0, 10);
  }

  /** The scope that holds this customer and nobody else. */
  flightScope(i: number): string {
    return `flight:${flightOf(i)}/${this.date}`;
  }

  private message(i: number, rest: Pick<SegmentMessage, 'type'> & Partial<SegmentMessage>): SegmentMessage {
    return {
      userId: userOf(i),
      messageId: `bench-${this.began}-${this.sent++}`,
      timestamp: new Date().toISOString(),
      context: { app: { name: 'dcs' } },
      ...rest,
    };
  }

  private arrivalOf(i: number): SegmentMessage[] {
    const segment = { segment: 1, flight: flightOf(i), date: this.date, from: STATION, to: 'JFK' };
    return [
      this.message(i, { type: 'identify', traits: { firstName: 'Anna', lastName: `Weber ${i}` } }),
      this.message(i, {
        type: 'track',
        event: 'Booking Created',
        properties: { booking: `B${1000 + i}`, segments: [{ ...segment, departs: this.departs }] },
      }),
    ];
  }

  /** Everybody books. */
  async fill(core: Door): Promise<void> {
    for (let i = 0; i < this.customers; i += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, this.customers - i) }, (_, k) =>
        this.arrivalOf(i + k),
      );
      await core.batch(Buffer.from(JSON.stringify({ batch: batch.flat() })));
    }
  }

  /** One after the other, by a step that has no common divisor with the usual numbers of customers. */
  async events(core: Door, perSecond: number, seconds: number): Promise<void> {
    const open: Promise<void>[] = [];
    const start = performance.now();
    for (let k = 0; k < perSecond * seconds; k++) {
      const wait = start + (k * 1000) / perSecond - performance.now();
      if (wait > 1) await pause(wait);
      const message = this.message((this.sent * 37) % this.customers, {
        type: 'track',
        event: 'Preference Changed',
        properties: { name: 'seat', value: `${k % 46}${'ABCDEF'.charAt(k % 6)}` },
      });
      const { type, ...event } = message;
      open.push(core.post(`/v1/${type}`, Buffer.from(JSON.stringify(event))));
    }
    await Promise.all(open);
  }

  /** How many of the last so many events are about the first `consoles` customers, who have a console each. */
  concerning(consoles: number, events: number): number {
    let count = 0;
    for (let k = this.sent - events; k < this.sent; k++)
      if ((k * 37) % this.customers < consoles) count += Math.max(1, Math.floor(consoles / this.customers));
    return count;
  }
}

/** When each commit after `after` was made, in ms since 1970: read beside the core, which may go on. */
export function commitTimes(dataDir: string, after: number, file = 'core.db'): [seq: number, at: number][] {
  const db = new Database(join(dataDir, file), { readonly: true });
  try {
    return db
      .prepare<[number], [number, number]>('SELECT seq, at FROM commit_log WHERE seq > ? ORDER BY seq')
      .raw()
      .all(after);
  } finally {
    db.close();
  }
}
