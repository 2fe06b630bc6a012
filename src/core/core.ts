import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ulid } from 'ulidx';
import type { StationState } from '../domain/board.ts';
import type { Role } from '../domain/role.ts';
import { AIRLINE_COMMANDS } from '../packs/airline/commands.ts';
import { NO_TRACES, type Traces } from '../telemetry/traces.ts';
import { createProvider, type ProviderSetting } from './auth/provider.ts';
import { taggerOf } from './auth/tags.ts';
import { createTokens } from './auth/tokens.ts';
import { BoardView } from './board/board.ts';
import { auditCommand } from './commands/audit.ts';
import { PlannedFailures } from './commands/failures.ts';
import { readOr } from './connectors/configured.ts';
import { Connectors } from './connectors/connectors.ts';
import { Eraser } from './erase/erase.ts';
import { KEPT, Retention, readRetention } from './erase/retention.ts';
import { Fold } from './fold/fold.ts';
import { addBoardDoors } from './ingest/board.ts';
import { addFeedDoors, addModelServiceDoor, addSourceDoors, shownFeed } from './ingest/connectors.ts';
import { addContactDoor } from './ingest/contacts.ts';
import { addDecisionDoors } from './ingest/decisions.ts';
import type { Doors } from './ingest/deps.ts';
import { addDevelopmentDoors } from './ingest/development.ts';
import { addEventDoors, reject, takeBatch } from './ingest/events.ts';
import { addExportDoors } from './ingest/export.ts';
import { GroupCommit } from './ingest/group.ts';
import { addIntentDoors } from './ingest/intents.ts';
import { createMetrics, measureRequests } from './ingest/metrics.ts';
import { addModelDoors } from './ingest/model.ts';
import { addOperationDoors } from './ingest/operation.ts';
import { Pages } from './ingest/pages.ts';
import { Quota, readQuotas, UNLIMITED } from './ingest/quota.ts';
import { addReadingDoors } from './ingest/reading.ts';
import { addRevealDoor } from './ingest/reveals.ts';
import { createServer } from './ingest/server.ts';
import { addSignInDoor } from './ingest/sign-in.ts';
import { addStationDoors } from './ingest/stations.ts';
import { addSteeringDoors } from './ingest/steering.ts';
import { addTrustDoors } from './ingest/trust.ts';
import { readDestinations } from './intents/channels/configured.ts';
import { IntentRunner } from './intents/runner.ts';
import { takeScheduled } from './intents/wish.ts';
import { takeRecorded } from './learn/intake.ts';
import { LearningSide } from './learn/side.ts';
import { logLine } from './log-line.ts';
import { secureRandom } from './random.ts';
import { ALONE, SharedLease } from './schedule/lease.ts';
import { Maintainer } from './schedule/maintainer.ts';
import { startCheckpoints } from './store/checkpoint.ts';
import { openDatabase } from './store/database.ts';
import { exposuresOf } from './store/exposed.ts';
import { written } from './store/outcome.ts';
import { rewrite } from './store/rewrite.ts';
import { START } from './store/secrets.ts';
import { Image } from './store/shared/image.ts';
import { SharedNodes } from './store/shared/nodes.ts';
import { openSharedImage } from './store/shared/realm.ts';
import { SharedUnits, type UnitTimes } from './store/shared/units.ts';
import { type Stores, storesOf } from './store/stores.ts';
import { attachSync } from './sync/attach.ts';
import type { PresenceTold } from './sync/presence.ts';

export type CoreOptions = {
  dataDir: string;
  /** 0: any free one. */
  port: number;
  /** Adds the doors under /dev. */
  dev: boolean;
  /** Makes no write key for this start (it is '' then), and ends those of earlier starts. */
  keyless?: boolean;
  station?: string | undefined;
  /** A PostgreSQL database that nodes share; without it the store is a file of its own. */
  database?: string | undefined;
  /** This node cannot go on; its next start can. */
  onLeftBehind?: (error: Error) => void;
  /** Whose access tokens are taken beside the core's own. */
  provider?: ProviderSetting | undefined;
  /** Web pages that may send events from a browser: `https://shop.example`. */
  origins?: readonly string[] | undefined;
  /** Of the console that it is embedded in; `operator` by default. */
  role?: Role | undefined;
  /** ms; the system's clock by default. */
  now?: () => number;
  /** Uniform in [0, 1); of the platform's secure source by default. */
  random?: () => number;
  logger?: (line: string) => void;
  /** Who is told of the way of events and commands; nobody by default. Not closed by the core. */
  traces?: Traces | undefined;
};

export type Core = {
  url: string;
  /** For the sources of this start; earlier ones stay valid, only their hashes are kept. */
  writeKey: string;
  consoleToken: string;
  /** A fresh one, for a console that is open for longer than a token lasts. */
  issueConsoleToken: () => Promise<string>;
  close(): Promise<void>;
};

/** Made at the first start of a history, and part of it. */
const KEYS = ['tokens', 'tags', 'proofs', 'bundles', 'draws', 'erased'];
const VERSION = '0.1.0';
const TOKEN_SECONDS = 7 * 86_400;
/** What the printed console token may see and do (docs/spec/airline.md "Development secrets"). */
const CONSOLE_GRANTS = ['station:*', 'flight:*', 'queue:*', 'opened:*', 'profile:*'];
/** A kiosk knows who is expected where it stands, and asks for nobody else. */
const KIOSK_GRANTS = ['station:*'];

/** Opens the store, serves HTTP and sync on loopback, and keeps memberships up to date until `close`. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const pages = new Pages(options.origins ?? []);
  const say = options.logger ?? (() => undefined);
  const { traces = NO_TRACES } = options;
  const random = options.random ?? secureRandom;
  const clock = options.now ?? Date.now;
  let offset = 0;
  const now = () => clock() + offset;
  const newId = () => ulid(now(), random);
  const unexpected = (error: unknown) => say(logLine(error, clock()));
  const { db, share } = await openDatabaseOf(options, now);
  for (const what of exposuresOf(options.dataDir)) unexpected(what);
  const stores = storesOf(db, now);
  const { log, clients, secrets } = stores;
  const metrics = createMetrics({
    seq: () => log.head().seq,
    consoles: () => sync.hub.size,
    feeds: () => connectors.feeds.map((feed) => shownFeed(doors, feed)),
    fleet: () => board.fleet(),
  });
  const { units, lease, nodes } = await share(stores, unexpected, {
    wait: (ms) => metrics.unitWait.observe(ms / 1000),
    held: (ms) => metrics.unitHeld.observe(ms / 1000),
  });
  await written(log, () => {
    for (const name of KEYS) secrets.key(name);
    stores.trail.carryOver();
  });
  const fold = new Fold(stores, { now, newId });
  const stopCheckpoints = startCheckpoints(db.name, unexpected);
  const provider = options.provider && createProvider(options.provider, clients, now, clock);
  const tokens = createTokens(secrets.key('tokens'), clients, now, { provider, isTrial: options.dev });
  const tag = taggerOf(secrets.key('tags'));
  const failures = new PlannedFailures();
  const server = createServer(VERSION, unexpected);
  measureRequests(server, metrics);
  const sync = attachSync(server.server, {
    store: log,
    clients,
    folder: fold,
    tokens,
    execute: {
      pack: AIRLINE_COMMANDS,
      tag,
      failures,
      applied: (command, profileId) => {
        takeRecorded(stores.decisions, command, profileId);
        takeScheduled(doors, intents.classes, command, profileId);
      },
      executed: (one) => auditCommand(clients, one, now()),
    },
    proofKey: secrets.key('proofs'),
    now,
    clock,
    random,
    newId,
    tellNodes: (told) => nodes?.say(JSON.stringify(told)),
    report: unexpected,
    traces,
    counts: {
      command: (status, at) => {
        metrics.commands.inc({ status });
        if (at !== null) metrics.age.observe(Math.max(0, now() - at) / 1000);
      },
      frame: () => metrics.frames.inc(),
    },
  });
  const destinations = readOr(() => readDestinations(options.dataDir), [], unexpected);
  const learning = new LearningSide({
    ...stores,
    now,
    onFailure: unexpected,
    destinations: destinations.map(({ channel }) => channel),
  });
  const bundle = await written(log, () => learning.bundles.start());
  const eraser = new Eraser({
    ...stores,
    fold,
    learning,
    lease,
    tell: () => sync.hub.tellWipes(),
    rewrite: () => rewrite(db),
    now,
    newId,
  });
  const retention = new Retention(
    { ...stores, eraser, now },
    readOr(() => readRetention(options.dataDir), KEPT, unexpected),
  );
  const doors: Doors = {
    ...stores,
    lease,
    fold,
    eraser,
    retention,
    tokens,
    tag,
    now,
    newId,
    group: new GroupCommit(log, fold, unexpected, traces),
    pages,
    quota: new Quota(
      readOr(() => readQuotas(options.dataDir), UNLIMITED, unexpected),
      () => performance.now(),
    ),
    metrics,
    traces,
    learning,
    bundle,
    seed: secrets.key('draws').readUIntBE(0, 6),
    station: options.station,
    provider: options.provider,
  };
  learning.bundles.onRenewed = (bundle) => Object.assign(doors, { bundle });
  const maintainer = new Maintainer(doors, unexpected);
  const intents = new IntentRunner(doors, destinations, {
    random,
    onFailure: unexpected,
  });
  const connectors = new Connectors(options.dataDir, {
    ...doors,
    random,
    told: (feed, ended) => doors.metrics.feeds.inc({ feed, ended }),
    take: async (batch) => (await takeBatch(doors, { batch })).rejected?.length ?? 0,
    reject: (bad) => reject(doors, bad, now()),
    onFailure: unexpected,
  });
  const moveClock = async (seconds: number) => {
    offset = seconds * 1000;
    await maintainer.catchUp();
    await intents.catchUp();
    connectors.wake();
  };
  const otherNodes = async () =>
    ((await nodes?.others()) ?? []).map((text) => JSON.parse(text) as StationState[]);
  const board = new BoardView({
    ...stores,
    store: stores.board,
    learning,
    consoles: () => sync.hub.consoles(),
    elsewhere: async () => (await otherNodes()).flat(),
    now,
    clock,
  });
  await server.register(async (inner) => {
    addDoors(inner, doors);
    const allNodes = async () => [
      { isThis: true, consoles: sync.hub.consoles().length },
      ...(await otherNodes()).map(({ length }) => ({ isThis: false, consoles: length })),
    ];
    addBoardDoors(inner, { ...doors, board, boardStore: stores.board, nodes: allNodes });
    addIntentDoors(inner, doors, intents);
    addFeedDoors(inner, doors, connectors);
    addSourceDoors(inner, doors, connectors);
    addModelServiceDoor(inner, doors, connectors);
    addTrustDoors(inner, doors);
    addExportDoors(inner, doors, connectors);
    if (options.dev) addDevelopmentDoors(inner, { ...doors, failures, hub: sync.hub, moveClock });
  });
  const close = async () => {
    maintainer.stop();
    await intents.stop();
    await connectors.stop();
    await sync.close();
    await server.close();
    await stopCheckpoints();
    await learning.stop().catch(unexpected);
    await nodes?.stop();
    await maintainer.ended();
    if (lease instanceof SharedLease) await lease.stop();
    await units?.stop();
    db.close();
  };
  sync.hub.admission.starting(clock());
  await connectors.begin();
  try {
    await server.listen({ host: '127.0.0.1', port: options.port });
  } catch (error) {
    await close();
    throw error;
  }
  await eraser.sweep();
  await maintainer.catchUp();
  sync.hub.admission.started();
  await nodes?.start({
    heard: (text) => sync.hub.heard(JSON.parse(text) as PresenceTold),
    consoles: () => JSON.stringify(board.connected()),
    report: unexpected,
  });
  maintainer.start();
  intents.start();
  connectors.start();
  const writeKey = await written(log, () => {
    if (!options.keyless) return secrets.issueWriteKey(START, now());
    secrets.revokeWriteKey(START);
    return '';
  });
  const holder =
    options.role === 'kiosk'
      ? { subject: 'kiosk', role: 'kiosk' as const, scopes: KIOSK_GRANTS }
      : { subject: 'console', role: options.role ?? 'operator', scopes: CONSOLE_GRANTS };
  const issueConsoleToken = () => tokens.issue({ ...holder, ttlSeconds: TOKEN_SECONDS });
  return {
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    writeKey,
    consoleToken: await issueConsoleToken(),
    issueConsoleToken,
    close,
  };
}

/** The store of this process alone, or its image of the one that nodes share. */
async function openDatabaseOf({ dataDir, database, onLeftBehind }: CoreOptions, now: () => number) {
  if (database === undefined)
    return { db: openDatabase(dataDir), share: async () => ({ units: null, lease: ALONE, nodes: null }) };
  const db = await openSharedImage(database, dataDir, now);
  const share = async (stores: Stores, report: (error: unknown) => void, measured: UnitTimes) => {
    const { log } = stores;
    const ended = onLeftBehind ?? report;
    const units = new SharedUnits(database, log, new Image(db), {
      report,
      onLeftBehind: ended,
      measured,
    });
    await units.start();
    const node = randomUUID();
    const hooks = { clock: Date.now, steady: () => performance.now(), onFailure: report };
    const lease = new SharedLease(stores, node, hooks);
    await lease.start();
    return { units, lease, nodes: new SharedNodes(database, node) };
  };
  return { db, share };
}

function addDoors(server: FastifyInstance, doors: Doors): void {
  addEventDoors(server, doors);
  addContactDoor(server, doors);
  addReadingDoors(server, doors);
  addDecisionDoors(server, doors);
  addModelDoors(server, doors);
  addSteeringDoors(server, doors);
  addOperationDoors(server, doors);
  addSignInDoor(server, doors);
  addStationDoors(server, doors);
  addRevealDoor(server, doors);
}
