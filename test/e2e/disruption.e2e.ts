/**
 * A cancelled flight with 180 passengers at the counter, on real processes: found by one key, rebooked in bulk without
 * the core, answered person by person when it is back. Prints keys, seconds and the longest frame; none is asserted.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { settingsText } from '../screenshots/settings.ts';
import { live, openStation, type Station } from './station.ts';
import { told } from './tasks.ts';

const HOUR = 3_600_000;
const PASSENGERS = 180;
/** Whom somebody else rebooks while the cable is out. */
const isContested = (i: number): boolean => i % 30 === 0;
const CONTESTED = Array.from({ length: PASSENGERS }, (_, i) => i).filter(isContested).length;
/** Whom the app offered a flight. */
const wasOffered = (i: number): boolean => i % 20 === 1;

const shots = process.env.KAIROS_DISRUPTION_SHOTS;
const departs = new Date(Math.ceil(Date.now() / HOUR) * HOUR + 3 * HOUR);
const date = departs.toISOString().slice(0, 10);
const tomorrow = new Date(departs.getTime() + 24 * HOUR).toISOString().slice(0, 10);
const bookingOf = (i: number): string => `D${String(i).padStart(3, '0')}XY`;
const nameOf = (i: number): string => `Weber-${String(i).padStart(3, '0')}`;
const at = (hours: number): string => new Date(departs.getTime() + hours * HOUR).toISOString();

let station: Station;
const page = (): Page => station.console.page;

/** Events through the core's public door, as a source sends them. */
async function send(batch: { [name: string]: unknown }[]): Promise<void> {
  for (let i = 0; i < batch.length; i += 250) {
    const answer = await fetch(`${station.core.url}/v1/batch`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${station.core.writeKey}:`).toString('base64')}`,
      },
      body: JSON.stringify({
        batch: batch.slice(i, i + 250).map((one) => ({
          ...{ timestamp: new Date().toISOString(), context: { app: { name: 'dcs' } } },
          ...one,
        })),
      }),
    });
    expect(answer.status).toBe(200);
  }
}

const segment = (flight: string, i: number): { [name: string]: unknown } => ({
  ...{ segment: 1, flight, date, from: 'FRA', to: 'JFK', cabin: 'economy', status: 'confirmed' },
  ...{ seat: `${10 + Math.floor(i / 6)}${'ABCDEF'[i % 6]}`, departs: at(0), arrives: at(9) },
});
const onward = { segment: 2, flight: 'AA12', date, from: 'JFK', to: 'BOS', departs: at(11), arrives: at(12) };
const track = (i: number, event: string, properties: object): { [name: string]: unknown } => ({
  ...{ type: 'track', userId: `d${i}`, event, properties: { booking: bookingOf(i), ...properties } },
});
const status = (
  flight: string,
  from: string,
  to: string,
  properties: object,
): { [name: string]: unknown } => ({
  ...{ type: 'track', anonymousId: `flight/${flight}/${date}/${from}`, event: 'Flight Status' },
  properties: { flight, date, from, to, ...properties },
});

const aboard = (): { [name: string]: unknown }[] =>
  Array.from({ length: PASSENGERS }, (_, i) => {
    const segments = i % 9 === 0 ? [segment('LH400', i), onward] : [segment('LH400', i)];
    const traits = {
      firstName: 'Anna',
      lastName: nameOf(i),
      language: 'de',
      tier: i % 12 === 0 ? 'Senator' : '',
    };
    return [
      { type: 'identify', userId: `d${i}`, traits },
      track(i, 'Booking Created', { segments }),
      ...(i % 4 === 0 ? [track(i, 'Bag Accepted', { tag: `0220${i}`, weightKg: 20 })] : []),
      ...(wasOffered(i)
        ? [track(i, 'Rebooking Viewed', { options: [{ flight: 'LH402', date: tomorrow }] })]
        : []),
    ];
  }).flat();

/** Two who land late: one of them misses his connection here. */
const late = (): { [name: string]: unknown }[] => [
  { type: 'identify', userId: 'd900', traits: { firstName: 'Ada', lastName: 'Okafor' } },
  track(900, 'Booking Created', {
    segments: [
      { segment: 1, flight: 'LH9', date, from: 'HAM', to: 'FRA', departs: at(-2), arrives: at(-1) },
      { segment: 2, flight: 'LH404', date, from: 'FRA', to: 'JFK', departs: at(0.5), arrives: at(9) },
    ],
  }),
  { type: 'identify', userId: 'd901', traits: { firstName: 'Lea', lastName: 'Sommer' } },
  track(901, 'Booking Created', {
    segments: [{ segment: 1, flight: 'LH9', date, from: 'HAM', to: 'FRA', departs: at(-2), arrives: at(-1) }],
  }),
];

const key = async (...keys: string[]): Promise<void> => {
  for (const one of keys) {
    pressed += 1;
    await page().keyboard.press(one);
  }
};
let pressed = 0;

/** The longest time between two frames from now on, in ms. */
const watchFrames = (): Promise<void> =>
  page().evaluate(() => {
    const seen = { longest: 0, last: performance.now(), on: true };
    const frame = (now: number): void => {
      seen.longest = Math.max(seen.longest, now - seen.last);
      seen.last = now;
      if (seen.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { framesSeen: seen });
  });
const longestFrame = (): Promise<number> =>
  page().evaluate(() => {
    const { framesSeen } = window as unknown as { framesSeen: { longest: number; on: boolean } };
    framesSeen.on = false;
    return Math.round(framesSeen.longest);
  });

async function complaints(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: page() }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

async function picture(name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page().screenshot({ path: join(shots, `disruption-${name}.png`) });
}

const list = () => page().locator('[data-list="passengers"]');
const flight = () => page().locator('.flight-row', { hasText: 'LH 400' });
const row = (i: number) => page().locator('.passenger', { hasText: nameOf(i) });
const dialog = () => page().getByRole('dialog');

/** The flight of passenger `i` in the core. */
async function flightOf(i: number): Promise<unknown> {
  const answer = await fetch(`${station.core.url}/v1/profiles/by/userId/d${i}`, {
    headers: { authorization: `Bearer ${station.core.consoleToken}` },
  });
  const { profile } = (await answer.json()) as { profile: { facts: { [name: string]: { value: unknown } } } };
  return profile.facts[`trip.${bookingOf(i)}.1.flight`]?.value;
}

test.describe.configure({ mode: 'serial' });
test.setTimeout(180_000);

test.beforeAll(async () => {
  station = await openStation();
  await live(page());
});
test.afterAll(() => station.end());

test('[X1] without a disturbed flight the screen says so', async () => {
  await key('z');
  await expect(page().getByRole('heading', { name: 'No flight is disturbed' })).toBeVisible();
  expect(await complaints()).toEqual([]);
  await picture('empty');
  await key('Escape');
  await expect(page().locator('.left')).toContainText('Work');
});

test('[X1] [X2] [X4] one key shows who is aboard of what is cancelled or late, and what each one misses', async () => {
  await send([...aboard(), ...late()]);
  await send([
    status('LH400', 'FRA', 'JFK', { status: 'cancelled', reason: 'no crew' }),
    status('LH9', 'HAM', 'FRA', { status: 'delayed', arrives: at(0.1), reason: 'fog' }),
  ]);
  await expect(page().locator('.bottom')).toHaveAttribute('data-profiles', String(PASSENGERS + 2));
  pressed = 0;
  await key('z');
  await expect(flight()).toContainText(`${PASSENGERS} aboard`);
  await expect(flight()).toContainText('20 miss a connection');
  await expect(page().locator('.flight-row', { hasText: 'LH 9' })).toContainText('1 misses a connection');
  await expect(list()).toBeFocused();
  await expect(row(0)).toContainText('then AA 12 to BOS');
  await expect(row(0)).toContainText('1 bag');
  await expect(row(1)).toContainText('offered in the app');
  await expect(row(2)).toContainText('as offered to most');
  expect(await page().locator('.passenger').count()).toBeLessThan(PASSENGERS / 2);
  expect(await complaints()).toEqual([]);
  await picture('open');
});

test('[X5] a preview can be left, and another flight given for all', async () => {
  await key('a');
  await expect(page().getByRole('button', { name: `Rebook ${PASSENGERS} passengers` })).toBeEnabled();
  await key('Enter');
  await dialog()
    .getByRole('textbox', { name: /^Flight/u })
    .fill('4');
  await expect(dialog().getByRole('button', { name: /^Rebook/u })).toBeDisabled();
  await dialog()
    .getByRole('textbox', { name: /^Flight/u })
    .fill('LH404');
  await expect(dialog().locator('.bulk-line').first()).toContainText('LH 404');
  expect(await complaints()).toEqual([]);
  await picture('preview');
  await key('Escape');
  await expect(dialog()).toHaveCount(0);
  await expect(list()).toBeFocused();
  await key('a');
  await expect(page().locator('.passenger[aria-selected="true"]')).toHaveCount(0);
});

test('[X5] [X6] all of them are rebooked without a connection, with a preview, by keys alone', async () => {
  pressed = 1;
  station.cable.cut();
  await expect(page().getByText(/Offline since/u)).toBeVisible();
  await expect(page().getByText('Without a connection')).toBeVisible();
  await watchFrames();
  const begun = Date.now();
  await key('a');
  await expect(page().getByRole('button', { name: `Rebook ${PASSENGERS} passengers` })).toBeEnabled();
  await key('Enter');
  await expect(dialog()).toContainText(`Rebook ${PASSENGERS} passengers?`);
  await expect(dialog().locator('.bulk-line').first()).toContainText('seat 10A is lost');
  await expect(dialog().locator('.bulk-line').first()).toContainText('LH 402');
  await key('Enter');
  await expect(flight()).toContainText(`${PASSENGERS} on the way`, { timeout: 60_000 });
  const seconds = (Date.now() - begun) / 1000;
  await expect(page().locator('.status')).toContainText(`${PASSENGERS} actions wait`);
  const frame = await longestFrame();
  told({ task: `rebook ${PASSENGERS} passengers offline`, keys: pressed, ms: seconds * 1000, frame });
  expect(pressed).toBeLessThanOrEqual(4);
  await expect(row(0)).toHaveAttribute('data-state', 'waiting');
  await picture('queued');
});

test('[X3] [X5] the cable is back: everybody has an answer of his own', async () => {
  const others = Array.from({ length: PASSENGERS }, (_, i) => i).filter(isContested);
  await send(others.map((i) => track(i, 'Booking Changed', { segments: [segment('LH408', i)] })));
  await watchFrames();
  station.cable.mend();
  await live(page());
  const begun = Date.now();
  await expect(flight()).toContainText(`${PASSENGERS - CONTESTED} rebooked`, { timeout: 60_000 });
  await expect(flight()).toContainText(`${CONTESTED} need you`);
  const seconds = (Date.now() - begun) / 1000;
  const answered = `${PASSENGERS} receipts once the cable is back`;
  told({ task: answered, keys: 0, ms: seconds * 1000, frame: await longestFrame() });
  await expect(flight()).toContainText(`${PASSENGERS} aboard`);
  await expect(row(1)).toHaveAttribute('data-state', 'applied');
  await expect(row(0)).toHaveAttribute('data-state', 'conflict');
  await expect(row(0)).toContainText('somebody changed it meanwhile');
  for (let i = 0; i < PASSENGERS; i++) expect(await flightOf(i)).toBe(isContested(i) ? 'LH408' : 'LH402');
  expect(await complaints()).toEqual([]);
  await picture('answered');
});

test('[X3] whoever needs a person is found by one filter and opened with his question', async () => {
  await page()
    .getByRole('button', { name: /^Need you/u })
    .press('Enter');
  await expect(page().locator('.passenger')).toHaveCount(CONTESTED);
  await list().focus();
  await page().keyboard.press('ArrowRight');
  await expect(page().locator('h1')).toHaveText(`Anna ${nameOf(0)}`);
  await expect(page().locator('.question.conflict')).toContainText('LH 408');
});

const LOOKS = [
  ['light', 'de', 1440, 900],
  ['dark', 'en', 1440, 900],
  ['dark', 'de', 1024, 768],
  ['light', 'en', 1024, 768],
] as const;
for (const [theme, language, width, height] of LOOKS)
  test(`axe finds nothing: ${theme}, ${language}, ${width} x ${height}`, async () => {
    await station.console.app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    );
    await page().evaluate(
      (kept) => localStorage.setItem('kairos.settings', kept),
      settingsText({ theme, language }),
    );
    await page().reload();
    await live(page());
    await page().keyboard.press('z');
    await expect(page().locator('.passenger').first()).toBeVisible();
    expect(await complaints()).toEqual([]);
    await picture(`${theme}-${language}-${width}`);
    await page().locator('.flight-row', { hasText: 'LH 9' }).click();
    await list().focus();
    await list().press('Enter');
    await expect(dialog()).toBeVisible();
    expect(await complaints()).toEqual([]);
    await picture(`${theme}-${language}-${width}-one`);
    await page().keyboard.press('Escape');
  });

test('axe finds nothing at 200 %', async () => {
  await station.console.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.setContentSize(1440, 900);
    window?.webContents.setZoomFactor(2);
  });
  await expect(page().locator('.passenger').first()).toBeVisible();
  expect(await complaints()).toEqual([]);
  await picture('zoom');
});
