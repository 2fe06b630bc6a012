/**
 * The clocks of a console under test, moved by hand: that of its replica and that of its window. Nothing in the product
 * knows of it: the replica's process is started through a small file that shifts `Date` and then loads the real entry,
 * and the page gets the same shift before its own code runs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { live, type Station } from './station.ts';

const SHIFTED = `
const Real = Date;
globalThis.Date = class Date extends Real {
  constructor(...args) {
    if (args.length === 0) super(Real.now() + AHEAD());
    else super(...args);
  }
  static now() {
    return Real.now() + AHEAD();
  }
};`;

export type Clock = {
  /** How far the console's and the core's clocks are ahead of the system's, ms. */
  ahead: number;
  /** Moves all of them. */
  to(ahead: number): Promise<void>;
};

const REPLICA = 'kairos-replica';

/** Gives a station clocks that can be moved; its replica and its page begin anew. */
export async function moveable(station: Station): Promise<Clock> {
  const { app, page } = station.console;
  const folder = join(station.folder, 'clock');
  mkdirSync(folder, { recursive: true });
  const told = join(folder, 'ahead.txt');
  writeFileSync(told, '0');
  const entry = join(folder, 'shifted.mjs');
  writeFileSync(
    entry,
    `import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
let read = 0;
let ahead = 0;
const AHEAD = () => {
  const now = performance.now();
  if (now - read > 20) {
    read = now;
    ahead = Number(readFileSync(${JSON.stringify(told)}, 'utf8'));
  }
  return ahead;
};
${SHIFTED}
await import(pathToFileURL(process.argv.at(-1)).href);
`,
  );
  const pid = await app.evaluate(
    ({ app: running, utilityProcess }, { shifted, name }) => {
      const fork = utilityProcess.fork.bind(utilityProcess);
      utilityProcess.fork = (path, args, options) =>
        options?.serviceName === name
          ? fork(shifted, [...(args ?? []), path], options)
          : fork(path, args, options);
      return running.getAppMetrics().find((one) => one.serviceName === name || one.name === name)?.pid;
    },
    { shifted: entry, name: REPLICA },
  );
  process.kill(pid as number, 'SIGKILL');
  await page.addInitScript(`const AHEAD = () => Number(sessionStorage.getItem('ahead') ?? 0);${SHIFTED}`);
  await page.reload();
  await live(page);
  const clock: Clock = {
    ahead: 0,
    async to(ahead) {
      clock.ahead = ahead;
      writeFileSync(told, String(ahead));
      await page.evaluate((value) => sessionStorage.setItem('ahead', String(value)), ahead);
      const answer = await fetch(`${station.core.url}/dev/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ offsetSeconds: Math.round(ahead / 1000) }),
      });
      expect(answer.ok).toBe(true);
    },
  };
  return clock;
}
