/**
 * From an event sent over HTTP to the changed text on the screen of a real console, ten events a second. Floor: a bare
 * socket in a utility process, a port, one text node. Both are stamped alike: at the first frame after the text was painted.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Server } from 'socket.io';
import { chance } from '../../src/demo/random.ts';
import { CoreProcess } from './core-process.ts';
import { inFolder } from './folder.ts';
import type { Page } from './page.ts';
import { type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, quantile } from './stats.ts';
import { consoleProgram, floorProgram, WindowProgram } from './windows.ts';

const RATE = 10;
const USER = 'K9000001';
const BOOKING = 'BENCH1';
/** As long as a seat is awaited before it counts as never shown. */
const LATE_MS = 3_000;

/**
 * Notes for each value of the form S000001 when it was on screen: ms since 1970 at the first frame after the one that
 * painted it. A change made between frames is painted by the next one, a change made by a frame's own callback by that one.
 */
const WATCH = `(() => {
  window.benchSeen = {};
  const raf = window.requestAnimationFrame.bind(window);
  const after = new MessageChannel();
  let inFrame = false;
  after.port1.onmessage = () => {
    inFrame = false;
  };
  window.requestAnimationFrame = (callback) => raf((time) => {
    inFrame = true;
    after.port2.postMessage(0);
    callback(time);
  });
  const note = (text) => {
    for (const value of text.match(/S\\d{6}/g) ?? []) {
      if (window.benchSeen[value] !== undefined) continue;
      window.benchSeen[value] = 0;
      const stamp = () => {
        window.benchSeen[value] = performance.timeOrigin + performance.now();
      };
      if (inFrame) raf(stamp);
      else raf(() => raf(stamp));
    }
  };
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      note(target.nodeType === Node.TEXT_NODE ? target.data : '');
      for (const node of addedNodes) note(node.textContent ?? '');
    }
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true });
})()`;

const clock = (): number => performance.timeOrigin + performance.now();
const pad = (n: number): string => `S${String(n).padStart(6, '0')}`;

type Way = { page: Page; send: (value: string) => Promise<void> };

/** Sends for so many seconds, jittered so that no beat with the frames arises; answers what was seen, in ms. */
async function watch(way: Way, seconds: number, from: number): Promise<number[]> {
  const luck = chance(`bench/pixel/${from}`);
  const sent = new Map<string, number>();
  const open: Promise<void>[] = [];
  const start = performance.now();
  const count = seconds * RATE;
  for (let i = 0; i < count; i++) {
    const due = start + ((i + luck.next() * 0.6) * 1000) / RATE;
    await pause(Math.max(0, due - performance.now()));
    const value = pad(from + i);
    sent.set(value, clock());
    open.push(way.send(value));
  }
  await Promise.all(open);
  const deadline = performance.now() + LATE_MS;
  let seen: { [value: string]: number } = {};
  while (performance.now() < deadline) {
    seen = await way.page.evaluate('window.benchSeen');
    if ([...sent.keys()].every((value) => (seen[value] ?? 0) > 0)) break;
    await pause(50);
  }
  return [...sent].flatMap(([value, at]) => ((seen[value] ?? 0) > 0 ? [(seen[value] as number) - at] : []));
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function seatEvent(value: string, n: string): object {
  return {
    type: 'track',
    event: 'Seat Changed',
    userId: USER,
    messageId: `bench-${n}`,
    timestamp: new Date().toISOString(),
    properties: { booking: BOOKING, segment: 1, seat: value },
    context: { app: { name: 'app' } },
  };
}

/** One customer of today who waits at the counter. */
async function furnish(core: CoreProcess): Promise<void> {
  const at = new Date();
  const departs = new Date(at.getTime() + 5 * 3_600_000).toISOString();
  const arrives = new Date(at.getTime() + 13 * 3_600_000).toISOString();
  const [flight, date] = ['LH400', departs.slice(0, 10)];
  const segment = {
    segment: 1,
    flight,
    date,
    from: 'FRA',
    to: 'JFK',
    departs,
    arrives,
    cabin: 'economy',
    status: 'confirmed',
  };
  const common = { userId: USER, timestamp: at.toISOString(), context: { app: { name: 'crs' } } };
  const traits = { firstName: 'Anna', lastName: 'Weber', phone: '+4915112345678', language: 'de' };
  await core.batch(
    json({
      batch: [
        { type: 'identify', messageId: 'bench-identify', traits, ...common },
        {
          type: 'track',
          event: 'Booking Created',
          messageId: 'bench-booking',
          properties: { booking: BOOKING, segments: [{ ...segment, seat: '11A' }] },
          ...common,
        },
      ],
    }),
  );
  await core.post(
    '/v1/contacts',
    json({
      id: 'bench-contact',
      kind: 'visit',
      state: 'waiting',
      queue: 'support-de',
      station: 'FRA',
      identity: { type: 'userId', value: USER },
      at: at.toISOString(),
    }),
  );
}

/** Opens the customer as a person would and waits until his seat stands there. */
const OPEN = `new Promise((resolve) => {
  const look = () => {
    if (document.body?.innerText.includes('11A')) return resolve(true);
    document.querySelector('[data-work-item]')?.click();
    setTimeout(look, 200);
  };
  look();
})`;

async function openConsole(
  folder: string,
  core: CoreProcess,
): Promise<{ program: WindowProgram; page: Page }> {
  const program = consoleProgram(join(folder, 'console'), core.access.url, core.access.consoleToken);
  const late = pause(60_000, null, { ref: false }).then(() => {
    throw new Error('the customer did not open');
  });
  try {
    const page = await program.page();
    await Promise.race([page.evaluate(OPEN), late]);
    return { program, page };
  } catch (error) {
    await program.end();
    throw error;
  }
}

type Floor = { program: WindowProgram; page: Page; emit: (value: string) => void; end: () => Promise<void> };

async function openFloor(folder: string): Promise<Floor> {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const connected = new Promise((resolve) => server.once('connection', resolve));
  const program = new WindowProgram([
    floorProgram('floor-pixel'),
    `--bench-data=${join(folder, 'floor')}`,
    `--bench-url=${url}`,
  ]);
  const page = await program.page();
  await connected;
  return {
    program,
    page,
    emit: (value) => server.emit('event', { value }),
    end: async () => {
      await server.close();
    },
  };
}

async function run(folder: string, options: Options, report: Report): Promise<void> {
  const core = await CoreProcess.start(join(folder, 'core'));
  try {
    await furnish(core);
    const kairos = await openConsole(folder, core);
    try {
      const floor = await openFloor(folder);
      try {
        await compare({ core, kairos: kairos.page, floor }, options, report);
      } finally {
        await floor.program.end();
        await floor.end();
      }
    } finally {
      await kairos.program.end();
    }
  } finally {
    await core.end();
  }
}

type Compared = { core: CoreProcess; kairos: Page; floor: Floor };

async function compare(
  { core, kairos, floor }: Compared,
  { rounds, quick }: Options,
  report: Report,
): Promise<void> {
  const acknowledged: number[] = [];
  await kairos.evaluate(WATCH);
  await floor.page.evaluate(WATCH);
  const seconds = quick ? 3 : 5;
  const ways: { [name: string]: Way } = {
    kairos: {
      page: kairos,
      send: async (value) => {
        const start = performance.now();
        await core.post('/v1/track', json(seatEvent(value, value)));
        acknowledged.push(performance.now() - start);
      },
    },
    floor: { page: floor.page, send: async (value) => floor.emit(value) },
  };
  let next = 1;
  const of = (name: string) => async () => {
    const from = next;
    next += seconds * RATE;
    return watch(ways[name] as Way, seconds, from);
  };
  const took = await interleaved(rounds, [
    { name: 'kairos', run: of('kairos') },
    { name: 'floor', run: of('floor') },
  ]);
  tell(took, acknowledged, rounds * seconds * RATE, report);
}

function tell(took: Map<string, number[][]>, acknowledged: number[], sent: number, report: Report): void {
  // All rounds together: one round alone is too short for a p99.
  const all = (name: string): number[] => (took.get(name) ?? []).flat();
  const [ours, floor] = [all('kairos'), all('floor')];
  const both = (values: number[]) => ({
    n: values.length,
    unit: 'ms (p99)',
    p50: quantile(values, 0.5),
    p99: quantile(values, 0.99),
  });
  const value = (values: number[]): number => quantile(values, 0.99);
  const missed = sent - ours.length;
  const beside = `10 events/s, sent over HTTP to text on screen${missed > 0 ? `, ${missed} never shown` : ''}`;
  report({ ...both(ours), case: beside, value: value(ours), floor: value(floor) });
  report({
    ...both(ours),
    case: 'the same, p50 against p50',
    unit: 'ms (p50)',
    value: quantile(ours, 0.5),
    floor: quantile(floor, 0.5),
  });
  report({
    ...both(acknowledged),
    case: 'of it: sent to acknowledged (durable, folded)',
    value: value(acknowledged),
  });
  report({ ...both(floor), case: 'bare socket, port and text node', value: value(floor) });
}

const options = readOptions();
await inFolder((folder) => run(folder, options, reporter('pixel', options)));
