/** Links of other programs, as the system hands them over: by a second start of the console. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { live, openStation, root, type Station } from './station.ts';

let station: Station;
const page = () => station.console.page;
const shots = process.env.KAIROS_SHOTS;
const bar = () => page().locator('.ring');
const entry = () => page().locator('.entry-input');

test.beforeAll(async () => {
  station = await openStation();
  await live(page());
});
test.afterAll(() => station.end());

/** What a browser or a mail program does; resolves with the exit code. */
function open(link: string): Promise<number | null> {
  const [exe = '', ...args] = station.console.app.process().spawnargs;
  const known = args.filter((word) => !/^--(inspect|remote-debugging)/u.test(word));
  const child = spawn(exe, [...known.filter((word) => word !== '-r' && !word.endsWith('loader.js')), link], {
    cwd: root,
    stdio: 'ignore',
  });
  return new Promise((resolve) => child.once('exit', resolve));
}

test('[S30] a link of another program waits until somebody wishes it', async () => {
  await page().keyboard.press('/');
  await page().keyboard.type('abc');
  expect(await open('tel:+49-69-5550-142;phone-context=x')).toBe(0);
  await expect(bar()).toContainText('+49695550142');
  // Whoever types goes on typing.
  await page().keyboard.type('d');
  await expect(entry()).toHaveValue('abcd');
  await page().keyboard.press('Escape');
  await page().keyboard.press('Escape');
  if (shots) await page().screenshot({ path: join(shots, 'link.png') });
  await page().keyboard.press('i');
  await expect(bar()).toHaveCount(0);
  await expect(entry()).toHaveValue('+49695550142');
  await expect(page().locator('.customer-body')).toHaveCount(0);
  await page().keyboard.press('Escape');
});

test('[S30] a link that is put away, or is none, does nothing', async () => {
  expect(await open('kairos://find?text=QX7R2M')).toBe(0);
  await expect(bar()).toContainText('QX7R2M');
  await page().keyboard.press('Escape');
  await page().keyboard.press('0');
  await expect(bar()).toHaveCount(0);
  expect(await open('kairos://accept?id=1')).toBe(0);
  expect(await open('kairos://find?text=after')).toBe(0);
  await expect(bar()).toContainText('after');
  await expect(entry()).toHaveValue('');
});
