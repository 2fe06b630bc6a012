/**
 * `npm run -s admin -- audit verify|export`, `account add|list|passwd|disable`, `key add|list|revoke`,
 * `station add|code|list|rename|revoke|wipe`, `person list|revoke|wipe`, `tokens end`:
 * what the people do who answer for a core (docs/admin.md). Exit code 0 when all is well, 1 where something is wrong with the audit, 2 where the order cannot be carried out.
 */
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import {
  accountIn,
  addAccount,
  disableAccount,
  listAccounts,
  nameIn,
  rightsIn,
  setPassword,
} from './accounts.ts';
import { exportAudit, type Finding, type Noted, verifyExport, verifyStore } from './audit.ts';
import { addKey, listKeys, revokeKey } from './keys.ts';
import { listPeople, revokePerson, subjectIn, wipePerson } from './people.ts';
import { endTokens } from './signing.ts';
import {
  addStation,
  enrolAgain,
  hoursIn,
  listStations,
  renameStation,
  revokeStation,
  wipeStation,
} from './stations.ts';

const BAD_ORDER = 2;

const OPTIONS = {
  data: { type: 'string' },
  database: { type: 'string' },
  file: { type: 'string' },
  noted: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  grant: { type: 'string', multiple: true },
  station: { type: 'string' },
  hours: { type: 'string' },
  page: { type: 'boolean' },
  subject: { type: 'string' },
  mode: { type: 'string' },
} as const;

type Values = {
  data?: string;
  database?: string;
  file?: string;
  noted?: string;
  name?: string;
  role?: string;
  grant?: string[];
  station?: string;
  hours?: string;
  page?: boolean;
  subject?: string;
  mode?: string;
};

function storeOf({ data, database }: Values) {
  if (!data && !database)
    throw new Error('--data needs the folder of the core, or --database its PostgreSQL');
  return { dataDir: data ?? '', database };
}

/** `NUMBER:HASH`, as `head` of an earlier look says them. */
function notedIn(text: string | undefined): Noted | null {
  if (text === undefined) return null;
  const [, n, hash] = /^(\d+):([0-9a-f]{64})$/u.exec(text) ?? [];
  if (hash === undefined) throw new Error('--noted takes NUMBER:HASH of an entry');
  return { n: Number(n), hash };
}

async function verifyAudit(values: Values): Promise<number> {
  const noted = notedIn(values.noted);
  const isExport = values.file !== undefined;
  const finding: Finding = isExport
    ? await verifyExport(values.file as string, noted)
    : await verifyStore(storeOf(values), noted);
  process.stdout.write(`${JSON.stringify(finding)}\n`);
  return finding.faults.length > 0 ? 1 : 0;
}

async function writeAudit(values: Values): Promise<number> {
  if (!values.file) throw new Error('--file needs the file to write');
  const store = storeOf(values);
  const file = openSync(values.file, 'wx', 0o600);
  try {
    process.stdout.write(`${JSON.stringify({ entries: await exportAudit(store, file) })}\n`);
  } finally {
    closeSync(file);
  }
  return 0;
}

const say = (answer: object): number => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  return 0;
};

/** From standard input, never from the command line, which every program on the machine can read. */
async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('password: ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY });
  try {
    for await (const line of lines) return line;
    throw new Error('the password is needed as the first line of the standard input');
  } finally {
    lines.close();
  }
}

function stationIn({ station }: Values): string {
  if (!station) throw new Error('--station needs the id of the station, as the list says it');
  return station;
}

/** For people to read, such as `Kiosk B42`. */
function stationName({ name }: Values): string {
  if (name === undefined || !/^[\p{L}\p{N}][\p{L}\p{N} ._@/-]{0,99}$/u.test(name))
    throw new Error('--name needs a name of letters, digits, spaces and . _ @ / -');
  return name;
}

function modeIn({ mode = 'replica' }: Values): 'replica' | 'all' {
  if (mode !== 'replica' && mode !== 'all') throw new Error('--mode is replica or all');
  return mode;
}

const TASKS: { [order: string]: (values: Values) => Promise<number> } = {
  'audit verify': verifyAudit,
  'audit export': writeAudit,
  'account add': async (values) => {
    const account = accountIn(values);
    return say(await addAccount(storeOf(values), account, await readPassword(), Date.now()));
  },
  'account list': async (values) => say({ accounts: await listAccounts(storeOf(values)) }),
  'account passwd': async (values) =>
    say(await setPassword(storeOf(values), nameIn(values.name), await readPassword(), Date.now())),
  'account disable': async (values) =>
    say(await disableAccount(storeOf(values), nameIn(values.name), Date.now())),
  'key add': async (values) =>
    say(await addKey(storeOf(values), nameIn(values.name), Date.now(), values.page)),
  'key list': async (values) => say({ keys: await listKeys(storeOf(values)) }),
  'key revoke': async (values) => say(await revokeKey(storeOf(values), nameIn(values.name), Date.now())),
  'station add': async (values) => {
    const station = { name: stationName(values), ...rightsIn(values) };
    return say(await addStation(storeOf(values), station, hoursIn(values.hours), Date.now()));
  },
  'station code': async (values) =>
    say(await enrolAgain(storeOf(values), stationIn(values), hoursIn(values.hours), Date.now())),
  'station list': async (values) => say({ stations: await listStations(storeOf(values)) }),
  'station rename': async (values) =>
    say(await renameStation(storeOf(values), stationIn(values), stationName(values), Date.now())),
  'station revoke': async (values) =>
    say(await revokeStation(storeOf(values), stationIn(values), Date.now())),
  'person list': async (values) => say({ people: await listPeople(storeOf(values)) }),
  'person revoke': async (values) =>
    say(await revokePerson(storeOf(values), subjectIn(values.subject), Date.now())),
  'person wipe': async (values) =>
    say(await wipePerson(storeOf(values), subjectIn(values.subject), modeIn(values), Date.now())),
  'tokens end': async (values) => say(await endTokens(storeOf(values), Date.now())),
  'station wipe': async (values) => say(await wipeStation(storeOf(values), stationIn(values), Date.now())),
};

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const task = TASKS[positionals.join(' ')];
  if (!task) throw new Error(`the order is one of: ${Object.keys(TASKS).join(', ')}`);
  return task(values);
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`admin: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = BAD_ORDER;
  },
);
