/** Stations at the command line: made with a code that is used once, listed, renamed, revoked, wiped. All in the audit. */
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulidx';
import { isoTime } from '../../domain/time.ts';
import { codeHash, enrolmentCode } from '../auth/stations.ts';
import type { Store } from '../store/backup.ts';
import { SqliteClients } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { type Station, StationStore, stationSubject } from '../store/stations.ts';
import { writeStore } from '../store/write-store.ts';
import { orderWipe } from './people.ts';

export type NewStation = Pick<Station, 'name' | 'role' | 'grants'>;
const BY = 'admin';
const HOUR_MS = 3_600_000;
const MOST_HOURS = 24 * 14;

/** Hours that a code is good for. @throws Error */
export function hoursIn(text = '24'): number {
  const hours = Number(text);
  if (!(hours > 0 && hours <= MOST_HOURS)) throw new Error(`--hours is a number up to ${MOST_HOURS}`);
  return hours;
}

/** The code is told once, and kept as a hash. */
export async function addStation(store: Store, station: NewStation, hours: number, at: number) {
  const code = enrolmentCode(randomBytes(20));
  const id = ulid(at);
  const until = at + hours * HOUR_MS;
  return writeStore(store, (db) => {
    new StationStore(db).add({ id, ...station }, codeHash(code), until, at);
    const { name, role, grants } = station;
    new SqliteClients(db).audit(BY, 'station added', { subject: stationSubject(id), name, role, grants }, at);
    return { station: id, name, code, until: isoTime(until) };
  });
}

/** Another code for a station that is there: for a machine that was replaced, wiped or revoked. */
export async function enrolAgain(store: Store, id: string, hours: number, at: number) {
  const code = enrolmentCode(randomBytes(20));
  const until = at + hours * HOUR_MS;
  return change(store, id, 'station code', at, (stations) => {
    stations.awaitAnew(id, codeHash(code), until, at);
    return { station: id, code, until: isoTime(until) };
  });
}

const time = (at: number | null): string | null => (at === null ? null : isoTime(at));

/** With the last sight of each: when a console of it said hello, left, or was seen connected. */
export const listStations = (store: Store) =>
  writeStore(store, (db) => {
    const clients = new SqliteClients(db);
    return new StationStore(db).list().map(({ id, name, role, grants, codeUntil, enrolled, revoked }) => {
      const consoles = clients.clientsOf(stationSubject(id));
      const seen = consoles.length === 0 ? null : Math.max(...consoles.map((one) => one.seen));
      const owed = consoles.filter(({ clientId }) => clients.openWipe(clientId)).length;
      return {
        ...{ station: id, name, role, grants, enrolled: time(enrolled), revoked: time(revoked) },
        ...{ codeUntil: time(codeUntil), seen: time(seen), wipesOwed: owed },
      };
    });
  });

export const renameStation = (store: Store, id: string, name: string, at: number) =>
  change(store, id, 'station renamed', at, (stations) => {
    stations.rename(id, name, at);
    return { station: id, name };
  });

/** Its tokens end now; a console that is told so deletes its rows by itself. */
export const revokeStation = (store: Store, id: string, at: number) =>
  change(store, id, 'station revoked', at, (stations, db) => {
    stations.revoke(id, at);
    new SqliteClients(db).raise(stationSubject(id), at);
    return { station: id };
  });

/** Each console of it destroys its keys and files at its next contact, and gives a receipt. */
export const wipeStation = (store: Store, id: string, at: number) =>
  change(store, id, 'station wipe ordered', at, (_stations, db) => ({
    station: id,
    ...orderWipe(db, stationSubject(id), 'all', at),
  }));

/** @throws Error where there is no such station */
function change<T>(
  store: Store,
  id: string,
  what: string,
  at: number,
  work: (stations: StationStore, db: Db) => T,
): Promise<T> {
  return writeStore(store, (db) => {
    const stations = new StationStore(db);
    if (!stations.find(id)) throw new Error(`there is no station ${id}`);
    new SqliteClients(db).audit(BY, what, { subject: stationSubject(id) }, at);
    return work(stations, db);
  });
}
