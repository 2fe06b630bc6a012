import { parseArgs } from 'node:util';
import type { Role } from '../domain/role.ts';
import { NO_TRACES, openTraces, readRatio, type TraceSetting, type Traces } from '../telemetry/traces.ts';
import { readMapping } from './auth/mapping.ts';
import type { ProviderSetting } from './auth/provider.ts';
import { type Core, createCore } from './core.ts';
import { backup, restore } from './store/backup.ts';

/**
 * Runs the core on its own (`npm run core`: flags, one JSON line, SIGTERM) or as a utility process of the console
 * (`process.parentPort`: told `start`, answers `ready`; asked for a `token`, answers with a fresh one).
 */

type StartMessage = {
  type: 'start';
  dataDir: string;
  port?: number;
  dev?: boolean;
  station?: string;
  role?: Role;
  traces?: { to: string; ratio: number } | null;
};
type Message = StartMessage | { type: 'token' } | { type: 'stop' };
type ParentPort = {
  on(event: 'message', listener: (event: { data: Message }) => void): void;
  postMessage(message: unknown): void;
};

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;

/** Standard output belongs to the first line; everything else is said on standard error. */
const logger = (line: string): void => void process.stderr.write(`${line}\n`);

/** Ends once, in order, and with 0. */
function enderOf(core: Core, traces: Traces): () => void {
  let ending = false;
  return () => {
    if (ending) return;
    ending = true;
    core
      .close()
      .then(() => traces.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
}

function endOnSignals(end: () => void): void {
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  logger(`kairos-core: ${message}${message.includes(code) ? '' : ` (${code})`}`);
  process.exit(1);
}

/** `backup` and `restore` in place of starting; `--file` names the backup. */
const KEEPING = { backup, restore };

/** @throws Error that says what is missing or wrong */
function providerOf(flags: {
  oidc?: string;
  audience?: string;
  roles?: string;
}): ProviderSetting | undefined {
  const { oidc: issuer, audience, roles } = flags;
  if (issuer === undefined && audience === undefined && roles === undefined) return undefined;
  if (!issuer || !audience || !roles) throw new Error('--oidc, --audience and --roles belong together');
  return { issuer, audience, mapping: readMapping(roles) };
}

async function runAlone(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      dev: { type: 'boolean', default: false },
      station: { type: 'string' },
      database: { type: 'string' },
      oidc: { type: 'string' },
      audience: { type: 'string' },
      roles: { type: 'string' },
      origin: { type: 'string', multiple: true },
      traces: { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('--port needs a number from 0 to 65535');
  if (!values.data) throw new Error('--data needs the folder for the store');
  const [task] = positionals;
  if (task !== undefined) {
    if (task !== 'backup' && task !== 'restore') throw new Error(`${task} is unknown: backup or restore`);
    if (!values.file) throw new Error('--file needs the backup');
    await KEEPING[task]({ dataDir: values.data, database: values.database }, values.file);
    return;
  }
  const traces = await openTraces(tracesOf(values.traces));
  const core = await createCore({
    dataDir: values.data,
    port,
    dev: values.dev,
    keyless: !values.dev,
    station: values.station,
    database: values.database,
    provider: providerOf(values),
    origins: values.origin,
    traces,
    onLeftBehind: fail,
    logger,
  });
  const { url, writeKey, consoleToken } = core;
  // [C8] Standard output of a service is a log: only in development are there secrets in it.
  const secrets = values.dev ? { writeKey, consoleToken } : {};
  process.stdout.write(`${JSON.stringify({ url, ...secrets, pid: process.pid })}\n`);
  endOnSignals(enderOf(core, traces));
}

/** `--traces`, or what every program with OpenTelemetry reads. @throws Error where the ratio is none */
function tracesOf(flag: string | undefined): TraceSetting | null {
  const to = flag ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '';
  return to === ''
    ? null
    : { service: 'kairos-core', to, ratio: readRatio(process.env.OTEL_TRACES_SAMPLER_ARG) };
}

/** The port of the last start, so that reconnects find it again; any free one where it was taken meanwhile. */
async function startEmbedded(
  { dataDir, port = 0, dev = false, station, role }: StartMessage,
  traces: Traces,
): Promise<Core> {
  const options = { dataDir, dev, station, role, logger, traces };
  try {
    return await createCore({ ...options, port });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    return createCore({ ...options, port: 0 });
  }
}

function runEmbedded(port: ParentPort): void {
  let started = false;
  let end: () => void = () => process.exit(0);
  let running: Core | null = null;
  port.on('message', ({ data }) => {
    if (data?.type === 'stop') end();
    if (data?.type === 'token') {
      void running
        ?.issueConsoleToken()
        .then((consoleToken) => port.postMessage({ type: 'token', consoleToken }));
    }
    if (data?.type !== 'start' || started) return;
    started = true;
    let traces = NO_TRACES;
    openTraces(data.traces ? { service: 'kairos-core', ...data.traces } : null)
      .then((opened) => {
        traces = opened;
        return startEmbedded(data, traces);
      })
      .then((core) => {
        running = core;
        end = enderOf(core, traces);
        endOnSignals(end);
        const { url, writeKey, consoleToken } = core;
        port.postMessage({ type: 'ready', url, writeKey, consoleToken });
      })
      .catch((error: unknown) => {
        port.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
        fail(error);
      });
  });
}

process.on('unhandledRejection', fail);
if (parentPort) runEmbedded(parentPort);
else runAlone().catch(fail);
