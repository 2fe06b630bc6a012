/** Answers a hello (R1, R5, R13) and sets the connection up for what follows. */

import { readBy } from '../../domain/read.ts';
import { HELLO_CODES, type HelloCode } from '../../protocol/codes.ts';
import { type Hello, type HelloReply, helloSchema, type Welcome } from '../../protocol/hello.ts';
import { DAY, LEASE, MAX_CLIENTS_PER_SUBJECT } from '../../protocol/limits.ts';
import { protoNumber, VERSIONS, type Versions } from '../../protocol/version.ts';
import type { ClientRecord, ClientStore } from '../store/client-contract.ts';
import type { CoreStore } from '../store/contract.ts';
import { foundScopes, openMids, provesRestore, renewFound, resetReason, splitWanted } from './hello.ts';
import { newSnap, type Session, setActive } from './session.ts';

export type GreetDeps = {
  store: CoreStore;
  clients: ClientStore;
  now(): number;
  clock(): number;
  proof(epoch: string, seq: number, chain: string): string;
  /** What this core serves; another core's in a test of versions. */
  versions?: Versions;
  isConnected(clientId: string): boolean;
};

const FORGOTTEN_AFTER = 30 * DAY;

const refused = (code: HelloCode): HelloReply => ({
  type: 'refused',
  code,
  message: HELLO_CODES[code].message,
});

const clientIdOf = (payload: unknown): unknown =>
  typeof payload === 'object' && payload !== null && 'clientId' in payload ? payload.clientId : undefined;

const protoOf = (payload: unknown): unknown =>
  typeof payload === 'object' && payload !== null && 'proto' in payload ? payload.proto : undefined;

/** The answer, with all that must be written down for it; where it is `welcome`, `begin` follows when that is durable. */
export function greet(deps: GreetDeps, session: Session, payload: unknown): HelloReply {
  const clientId = clientIdOf(payload);
  const owner = typeof clientId === 'string' ? knownClient(deps, clientId)?.subject : undefined;
  if (owner !== undefined && owner !== session.viewer.subject) return refused('client_of_other');
  const proto = protoOf(payload);
  // A hello of another version may have another shape, so its version is looked at before the rest.
  const { min, max } = deps.versions ?? VERSIONS;
  if (typeof proto === 'string' && !isServed(proto, min, max) && typeof clientId === 'string')
    return { type: 'upgrade', min, max };
  const hello = readBy(helloSchema, payload);
  if (!hello.success) return refused('hello_invalid');
  session.clientId = hello.data.clientId;
  session.conn = hello.data.conn;
  // A copy of a disk comes under a new clientId, with rows that were erased since.
  if (owner === undefined && hello.data.cursor > 0)
    deps.clients.oweErasures(session.clientId, session.viewer.subject, hello.data.cursor, deps.now());
  const order = deps.clients.openWipe(session.clientId);
  if (order) return { type: 'wipe', ...order };
  if (isOneTooMany(deps, session)) return refused('too_many_clients');
  return welcome(deps, session, hello.data);
}

function isServed(proto: string, min: number, max: number): boolean {
  const number = protoNumber(proto);
  return number !== undefined && number >= min && number <= max;
}

/** A client that is neither connected nor was in the last 30 days is forgotten, and starts again at lmid 0. */
function knownClient(deps: GreetDeps, clientId: string): ClientRecord | undefined {
  const client = deps.clients.client(clientId);
  if (!client || isPresent(deps, client)) return client;
  deps.clients.forgetClient(clientId);
  return undefined;
}

const isPresent = (deps: GreetDeps, client: ClientRecord) =>
  deps.isConnected(client.clientId) || deps.now() - client.seen < FORGOTTEN_AFTER;

function isOneTooMany(deps: GreetDeps, session: Session): boolean {
  if (deps.clients.client(session.clientId)) return false;
  const others = deps.clients.clientsOf(session.viewer.subject).filter((client) => isPresent(deps, client));
  return others.length >= MAX_CLIENTS_PER_SUBJECT;
}

function welcome(deps: GreetDeps, session: Session, hello: Hello): HelloReply {
  // One transaction: where the console stands, the new generation and `lmid` are of one moment, at every node (R1).
  // Nobody waits for the disk: a power cut that takes it takes the connections too, and a new epoch is found again.
  const told = deps.store.transaction(() => decide(deps, session, hello), 'relaxed');
  return told ?? refused('client_of_other');
}

/** Null if the clientId has become another subject's since it was looked at. */
function decide(deps: GreetDeps, session: Session, hello: Hello): Welcome | null {
  const { store, clients } = deps;
  const { mask } = session.lens;
  const known = clients.client(session.clientId);
  if (known && known.subject !== session.viewer.subject) return null;
  const { schemaHash, served } = deps.versions ?? VERSIONS;
  const reason = resetReason(hello, store.head(), mask, (seq) => store.chainAt(seq), served);
  if (provesRestore(hello, reason, deps.proof)) beginEpoch(deps, session);
  const lmid = takeOver(deps, session, known);
  const { epoch, seq, chain } = store.head();
  const mids = openMids(lmid, hello.lmidAck, reason !== null, (after, limit) =>
    clients.midsAfter(session.clientId, after, limit),
  );
  const found = foundScopes(clients, session.clientId, deps.now());
  const grants = splitWanted(hello.wanted, session.viewer, found, store);
  renewFound(clients, { clientId: session.clientId, wanted: hello.wanted }, found, deps.now());
  return {
    type: 'welcome',
    epoch,
    seq,
    chain,
    proof: deps.proof(epoch, seq, chain),
    mask,
    schemaHash,
    lmid,
    ...mids,
    reset: reason !== null,
    reason: reason ?? '',
    ...grants,
    serverTime: new Date(deps.now()).toISOString(),
    leaseUntil: new Date(deps.now() + LEASE).toISOString(),
  };
}

/** A genuine proof of a lost history (R5): a backup was restored, all consoles begin anew, and somebody should know. */
function beginEpoch(deps: GreetDeps, session: Session): void {
  const { epoch } = deps.store.newEpoch();
  const detail = `console of ${session.viewer.subject} was ahead; epoch ${epoch}`;
  deps.clients.addAlarm('restored_backup', detail, deps.now());
}

/** Raises the client's generation: whatever an older connection still brings is void (R1). Returns `lmid`. */
function takeOver(deps: GreetDeps, session: Session, known: ClientRecord | undefined): number {
  const client = {
    clientId: session.clientId,
    subject: session.viewer.subject,
    lastMid: known?.lastMid ?? 0,
    generation: (known?.generation ?? 0) + 1,
    conn: session.conn,
    seen: deps.now(),
  };
  deps.clients.putClient(client);
  session.generation = client.generation;
  return client.lastMid;
}

/** Where the console stands after `welcome`: what it keeps, what its first frame drops, what it gets snapshots of. */
export function begin(
  session: Session,
  payload: unknown,
  told: Welcome,
  at: { seq: number; clock: number },
): void {
  const hello = helloSchema.parse(payload);
  const { reset, granted } = told;
  session.phase = 'live';
  session.epoch = told.epoch;
  session.cursor = reset ? told.seq : hello.cursor;
  session.chain = reset ? told.chain : hello.chain;
  session.scanned = session.cursor;
  session.concerned = session.cursor < at.seq;
  session.lastFrameAt = at.clock;
  session.wanted = hello.wanted;
  session.granted = granted;
  const allowed = new Set(granted);
  setActive(session, new Set(reset ? [] : hello.active.filter((scope) => allowed.has(scope))));
  session.drops = new Set(reset ? [] : hello.active.filter((scope) => !allowed.has(scope)));
  session.snaps = granted.filter((scope) => !session.active.has(scope)).map((scope) => newSnap(scope));
  session.lastMid = told.lmid;
  session.told = { depth: hello.outboxDepth, lastMid: told.lmid, schema: hello.schemaHash };
  session.settledMid = told.idsFrom - 1;
}
