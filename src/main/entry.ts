/**
 * Main makes windows, guards them, supervises replica, embedded core and simulated airport, and hands out ports. It
 * never sees a customer's data.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { app, type BrowserWindow, Menu, net, session as sessions } from 'electron';
import type { PortAnswer, ProcessView } from '../bridge/shell.ts';
import { queuesOf } from '../domain/queues.ts';
import { createDesk } from './desk.ts';
import { type Flags, parseFlags } from './flags.ts';
import { holdGestures } from './kiosk/hold.ts';
import { createKiosk, type Kiosk } from './kiosk/kiosk.ts';
import { NoKioskCode } from './kiosk/staff.ts';
import { openLog } from './log.ts';
import { policyHere } from './policy/here.ts';
import { BadPolicy, type Policy } from './policy/policy.ts';
import { keepKeysClosed } from './policy/protection.ts';
import { handleCall } from './security/calls.ts';
import { guardContents } from './security/guard.ts';
import { ORIGIN } from './security/headers.ts';
import { createLinks, type Links, linkIn } from './security/link.ts';
import { registerScheme, serveScheme } from './security/scheme.ts';
import { hardenSession, isOwnUrl } from './security/session.ts';
import { violationLog } from './security/violations.ts';
import { systemKeyStore } from './settings/key-store.ts';
import { protectionGate } from './settings/protection.ts';
import { cover, followHands, followMachine } from './sign-in/hands.ts';
import { runSmoke } from './smoke.ts';
import { isStation } from './station/sign-in.ts';
import { type CoreAccess, superviseCore } from './supervise/core.ts';
import { superviseDemo } from './supervise/demo.ts';
import { coreElsewhere, type StartedCore } from './supervise/elsewhere.ts';
import { createReadiness } from './supervise/readiness.ts';
import { offerUpdates } from './update/offer.ts';
import { updatesOf } from './update/updates.ts';
import { openMainWindow } from './windows/main-window.ts';
import { saveFile } from './windows/save-file.ts';
import { createWindows, type Size } from './windows/windows.ts';

const startedAt = process.getCreationTime() ?? Date.now();
const outDir = import.meta.dirname;

function readFlags(): Flags {
  const result = parseFlags(process.argv.slice(app.isPackaged ? 1 : 2), { demo: !app.isPackaged });
  if (result.ok) return result.flags;
  (result.asked ? process.stdout : process.stderr).write(`${result.message}\n`);
  process.exit(result.asked ? 0 : 2);
}

const flags = readFlags();
const traces = flags.traces === null ? null : { to: flags.traces, ratio: flags.tracesRatio };
const devServer = process.env.ELECTRON_RENDERER_URL ?? null;
const token = process.env.KAIROS_TOKEN ?? '';
delete process.env.KAIROS_TOKEN;
const staffCode = process.env.KAIROS_KIOSK_CODE ?? '';
delete process.env.KAIROS_KIOSK_CODE;
const enrolment = process.env.KAIROS_ENROLMENT ?? '';
delete process.env.KAIROS_ENROLMENT;

// Chromium has no sandbox for root; there the switch is given, and enabling it all the same ends in a crash loop.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
if (flags.kiosk !== null) holdGestures(app);
registerScheme();
if (flags.data !== null) app.setPath('userData', flags.data);
const dataDir = app.getPath('userData');
const log = openLog(dataDir, (line) => {
  if (!app.isPackaged) process.stderr.write(`${line}\n`);
});

/** @throws NoKioskCode where this is to be a kiosk that nobody could leave */
function readKiosk(): Kiosk | null {
  return flags.kiosk === null ? null : createKiosk(flags.kiosk, dataDir, staffCode, log);
}

/** The core to speak to: one elsewhere, or the embedded one as soon as it is up. */
function startCore(outboxKey: Promise<string>, onRestart: (access: CoreAccess) => void): StartedCore {
  if (flags.core !== null) {
    const get = net.fetch.bind(net) as typeof fetch;
    return coreElsewhere({
      url: flags.core,
      token,
      enrolment,
      dataDir,
      outboxKey,
      get,
      onToken: onRestart,
      log,
    });
  }
  const readiness = createReadiness();
  let first: (access: CoreAccess) => void = () => undefined;
  const access = new Promise<CoreAccess>((resolve) => {
    first = resolve;
  });
  const onReady = (ready: CoreAccess): void => {
    readiness.up();
    first(ready);
    onRestart(ready);
  };
  const onFailed = (): void => readiness.trouble('core_failed');
  const { station } = flags;
  const role = flags.kiosk === null ? flags.role : 'kiosk';
  const child = superviseCore({ outDir, dataDir, station, role, traces, onReady, onFailed, log });
  return { access, child, readiness, renew: () => child.post({ type: 'token' }) };
}

/** Of a package only: a build for development is made anew, not updated. */
function readUpdates({ updates: policy }: Policy) {
  if (!app.isPackaged) return null;
  const resources = process.resourcesPath;
  const get = net.fetch.bind(net) as typeof fetch;
  const of = { version: app.getVersion(), station: flags.station, isKiosk: flags.kiosk !== null };
  return updatesOf({ policy, resources, dataDir, ...of, get, now: Date.now, log });
}

/** Starts the same console again, with the same secrets from its environment. */
function startAgain(): void {
  if (token !== '') process.env.KAIROS_TOKEN = token;
  app.relaunch();
}

/** What is replicated at all times: a kiosk knows whoever is expected here, and no queue. */
const wantedScopes = (): string[] =>
  flags.kiosk === null
    ? [
        `station:${flags.station}`,
        ...queuesOf(flags.station).map((queue) => `queue:${queue}`),
        `opened:${flags.station}`,
      ]
    : [`station:${flags.station}`];

/** Where the core is another's and no token was given, people sign in: a kiosk has nobody who could, a station need not. */
const signsIn =
  flags.core !== null &&
  token === '' &&
  flags.kiosk === null &&
  !isStation(join(dataDir, 'station.json'), enrolment);

function failed(error: unknown): void {
  log(`the console cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  app.exit(1);
}

async function run(): Promise<void> {
  const kiosk = readKiosk();
  // Key store and utility processes are there from now on only.
  await app.whenReady();
  const policy = policyHere(app.isPackaged, flags.core);
  const updates = readUpdates(policy);
  const installed = await updates?.installWaiting();
  if (installed && 'version' in installed) {
    if (flags.smoke === null) startAgain();
    else process.stdout.write(`${JSON.stringify({ smoke: 'installed', ...installed })}\n`);
    return app.exit(0);
  }
  // No menu, so no shortcuts for DevTools, reload or new windows (S35); macOS needs one for copy and paste.
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
  const gate = protectionGate(
    join(dataDir, 'keys.json'),
    systemKeyStore(),
    flags.protection === 'unprotected' && policy.unprotected,
  );
  const choose = await keepKeysClosed(gate, policy);
  const simulated = flags.core === null && flags.demo;
  const outboxKey = gate.unlocked.then(({ keys }) => keys.outbox);
  const core = startCore(outboxKey, (access) => desk.setAccess(access));
  const desk = createDesk({
    ...{ outDir, dataDir, gate, log, traces, core: core.access, operator: flags.operator },
    station: {
      station: flags.station,
      wanted: wantedScopes(),
      simulation: simulated ? { speed: flags.speed } : null,
    },
    people: signsIn ? { lockAfter: flags.lockAfter * 60_000 } : null,
    onTokenNeeded: core.renew,
    onCover: () => cover(windows.all(), url),
  });
  desk.started.catch(failed);
  const demo = simulated
    ? core.access.then((access) => superviseDemo(outDir, flags, access, log))
    : Promise.resolve(null);

  const known = new Set<number>();
  const allowed = (url: string): boolean =>
    isOwnUrl(url) || (devServer !== null && url.startsWith(`${devServer}/`));
  guardContents(allowed, (what, url) => log(`refused ${what} ${url}`));
  const session = sessions.fromPartition('persist:console');
  const devTools = policy.devTools || devServer !== null;
  hardenSession(session, devServer, devTools);
  serveScheme(session, join(outDir, '..', 'renderer'));

  handleCall('protection.state', known, allowed, () => gate.state());
  handleCall('protection.choose', known, allowed, choose);
  handleCall('csp.violation', known, allowed, violationLog(log));
  handleCall('port.request', known, allowed, async (_input, id): Promise<PortAnswer> => {
    // The replica works without the core, but it is not started before the embedded one has been there once.
    const early = await Promise.race([desk.started.then(() => null), core.readiness.outcome()]);
    if (early !== null) return { trouble: early };
    await desk.started;
    const running = await desk.replica();
    const trouble = await running?.ready();
    if (trouble) return { trouble };
    if (running === null || running !== (await desk.replica())) throw new Error('nobody has signed in');
    const window = windows.find(id);
    const nonce = randomUUID();
    // After the answer, so that the page knows the nonce before the port arrives.
    setImmediate(
      () => window !== undefined && !window.isDestroyed() && running.handOver(window.webContents, nonce),
    );
    return { nonce };
  });

  handleCall('processes', known, allowed, (): ProcessView[] =>
    app.getAppMetrics().map(({ type, name, memory }) => ({
      type: name ?? type,
      bytes: memory.workingSetSize * 1024,
    })),
  );
  const updater = updates?.start() ?? null;
  const serve = (channel: string, handler: (input: unknown) => unknown) =>
    handleCall(channel, known, allowed, handler);
  serve('sign-in.state', (seen) => desk.state(seen));
  serve('sign-in.wish', (wish) => desk.signIn()?.wish(wish));
  offerUpdates(updates, updater, serve, () => {
    startAgain();
    kiosk?.release();
    app.quit();
  });
  handleCall('file.save', known, allowed, (input, id) =>
    kiosk === null ? saveFile(windows.find(id), input) : 'failed',
  );
  handleCall('link.next', known, allowed, (_input, id) => linksOf(id).next());
  handleCall('window.new', known, allowed, () => kiosk === null && windows.open() !== null);
  handleCall('kiosk.state', known, allowed, () => kiosk?.state());
  handleCall('kiosk.staff', known, allowed, (input) => kiosk?.staff(input));
  handleCall('kiosk.end', known, allowed, () => kiosk?.endVisit());

  const url = devServer === null ? `${ORIGIN}/index.html` : `${devServer}/index.html`;
  const make = (size: Size): BrowserWindow => {
    const setup = {
      preload: join(outDir, '..', 'preload', 'preload.cjs'),
      ...{ session, version: app.getVersion(), url, size, kiosk: kiosk?.setting ?? null },
      ...{ devTools, contentProtection: policy.contentProtection },
    };
    const made = openMainWindow(setup, known);
    followHands(made, desk.signIn);
    kiosk?.hold(made, url);
    return made;
  };
  const windows = createWindows(make, kiosk === null ? join(dataDir, 'window.json') : null, flags);
  const window = windows.open() as BrowserWindow;
  followMachine(desk.signIn);
  if (kiosk === null) followLinks(windows.current);
  let shownAt = 0;
  window.once('ready-to-show', () => {
    shownAt = Date.now();
  });
  const stop = async (): Promise<void> => {
    await (await demo)?.stop(0);
    await desk.stop();
    await core.child?.stop(3_000);
  };
  // A page may close its own window, and nothing asks before: a kiosk has another one at once.
  const again = (): boolean => (kiosk?.isHeld() ?? false) && windows.open() !== null;
  endWithWindows(stop, () => kiosk?.release(), again);
  if (flags.smoke !== null) {
    const report = await runSmoke(
      window,
      flags.smoke,
      startedAt,
      () => shownAt,
      () => desk.sqlite(),
    );
    const update = await updater?.look();
    process.stdout.write(`${JSON.stringify({ ...report, version: app.getVersion(), update })}\n`);
    await stop();
    app.exit(report.smoke === 'ok' ? 0 : 1);
  }
}

/** [S30] Links wait for the window in which they are offered. */
const links = new Map<number, Links>();
function linksOf(contentsId: number): Links {
  const own = links.get(contentsId) ?? createLinks();
  links.set(contentsId, own);
  return own;
}

/** [S30] Links that the system hands over, at the start or later, are offered to the window in use. A kiosk takes none. */
function followLinks(current: () => BrowserWindow | undefined): void {
  const offer = (text: string | null): void => {
    const window = current();
    if (window === undefined || window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
    linksOf(window.webContents.id).offer(text);
  };
  const window = current();
  if (window !== undefined) linksOf(window.webContents.id).offer(linkIn(process.argv));
  app.on('second-instance', (_event, words) => offer(linkIn(words)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    offer(linkIn([link]));
  });
}

/**
 * Quits when the last window is closed, unless there is one `again`, or the system asks to, after the children have
 * ended in order.
 */
function endWithWindows(stop: () => Promise<void>, onOrder: () => void, again: () => boolean): void {
  let stopped = false;
  app.on('window-all-closed', () => again() || app.quit());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      onOrder();
      app.quit();
    });
  }
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
}

process.on('unhandledRejection', (reason) =>
  log(`unhandled: ${reason instanceof Error ? (reason.stack ?? '') : String(reason)}`),
);

if (app.requestSingleInstanceLock()) {
  run().catch((error: unknown) => {
    if (error instanceof NoKioskCode || error instanceof BadPolicy) {
      const code = 'A kiosk needs its staff code, 6 to 12 digits, in KAIROS_KIOSK_CODE.';
      process.stderr.write(`${error instanceof BadPolicy ? `The policy: ${error.message}.` : code}\n`);
      app.exit(2);
      return;
    }
    failed(error);
  });
} else {
  process.stderr.write('The console is already running with this data folder.\n');
  app.exit(0);
}
