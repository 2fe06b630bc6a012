/**
 * Main makes windows, guards them, supervises replica, embedded core and simulated airport, and hands out ports. It
 * never sees a customer's data.
 */
import { join } from 'node:path';
import { app, type BrowserWindow, Menu, net, session as sessions } from 'electron';
import { queuesOf } from '../domain/queues.ts';
import { createDesk } from './desk.ts';
import { type Flags, parseFlags } from './flags.ts';
import { holdGestures } from './kiosk/hold.ts';
import { createKiosk, type Kiosk, serveKiosk } from './kiosk/kiosk.ts';
import { NoKioskCode } from './kiosk/staff.ts';
import { openLog } from './log.ts';
import { policyHere } from './policy/here.ts';
import { BadPolicy, type Policy } from './policy/policy.ts';
import { keepKeysClosed } from './policy/protection.ts';
import { portFor } from './port.ts';
import { handleCall, type Serve } from './security/calls.ts';
import { guardContents } from './security/guard.ts';
import { ORIGIN } from './security/headers.ts';
import { registerScheme, serveScheme } from './security/scheme.ts';
import { hardenSession, isOwnUrl } from './security/session.ts';
import { violationLog } from './security/violations.ts';
import { systemKeyStore } from './settings/key-store.ts';
import { openGate } from './settings/protection.ts';
import { cover, followHands, followMachine } from './sign-in/hands.ts';
import { runSmoke } from './smoke.ts';
import { isStation } from './station/sign-in.ts';
import { type CoreAccess, superviseCore } from './supervise/core.ts';
import { superviseDemo } from './supervise/demo.ts';
import { coreElsewhere, type StartedCore } from './supervise/elsewhere.ts';
import { createReadiness } from './supervise/readiness.ts';
import { offerUpdates } from './update/offer.ts';
import { updatesOf } from './update/updates.ts';
import { endWithWindows } from './windows/ending.ts';
import { followLinks } from './windows/follow-links.ts';
import { openMainWindow } from './windows/main-window.ts';
import { serveWindows } from './windows/serve.ts';
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
// Of a build for development: in a package it would be anybody's page with our shell.
const devServer = app.isPackaged ? null : (process.env.ELECTRON_RENDERER_URL ?? null);
// A certificate that nobody has proved is none, whatever the environment says.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
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

const cannotStart = (error: unknown): void =>
  log(`the console cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);

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
  const gate = openGate(
    join(dataDir, 'keys.json'),
    systemKeyStore(),
    flags.protection === 'unprotected' && policy.unprotected,
  );
  const choose = await keepKeysClosed(gate, policy);
  const simulated = flags.core === null && flags.demo;
  const outboxKey = gate.unlocked.then(({ keys }) => keys.outbox);
  // Said by the desk, which waits for it as well.
  outboxKey.catch(() => undefined);
  const core = startCore(outboxKey, (access) => desk.setAccess(access));
  const desk = createDesk({
    ...{ outDir, dataDir, gate, log, traces, core: core.access, operator: flags.operator },
    station: {
      station: flags.station,
      wanted: wantedScopes(),
      simulation: simulated ? { speed: flags.speed } : null,
    },
    people: signsIn ? { lockAfter: (policy.lockAfter ?? flags.lockAfter) * 60_000 } : null,
    onTokenNeeded: core.renew,
    onCover: () => cover(windows.all(), url),
  });
  desk.started.catch(cannotStart);
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

  const updater = updates?.start() ?? null;
  const serve: Serve = (channel, handler) => handleCall(channel, known, allowed, handler);
  serve('protection.state', () => gate.state());
  serve('protection.choose', choose);
  serve('csp.violation', violationLog(log));
  serve('port.request', (_input, id) => portFor({ desk, core: core.readiness, find: windows.find }, id));
  serve('sign-in.state', (seen) => desk.state(seen));
  serve('sign-in.wish', (wish) => desk.signIn()?.wish(wish));
  serveKiosk(serve, kiosk);
  offerUpdates(updates, updater, serve, () => {
    startAgain();
    kiosk?.release();
    app.quit();
  });

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
  serveWindows(serve, windows, kiosk === null);
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
    cannotStart(error);
    app.exit(1);
  });
} else {
  process.stderr.write('The console is already running with this data folder.\n');
  app.exit(0);
}
