/**
 * A shift of 8 hours without the core, on screen: what is queued, what is missed, and the return. Small in `npm test`;
 * `npm run -s offline` takes 500 commands and 20,000 changes (proof of the issue on sync, point 5).
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { CallInput } from '../../src/bridge/contract.ts';
import { type Clock, moveable } from './clock.ts';
import { calls } from './port.ts';
import { live, openStation, type Station } from './station.ts';

const FULL = process.env.KAIROS_OFFLINE === 'full';
const CUSTOMERS = FULL ? 100 : 20;
const COMMANDS = FULL ? 500 : 100;
const CHANGES = FULL ? 20_000 : 1_000;
const HOUR = 3_600_000;
const AWAY = 8 * HOUR;
/** Customers whose seat somebody else changes meanwhile: one of five. */
const isContested = (i: number): boolean => i % 5 === 0;

const shots = process.env.KAIROS_SHOTS;
const departs = new Date(Math.ceil(Date.now() / HOUR) * HOUR + 20 * HOUR);
const date = departs.toISOString().slice(0, 10);
const flightOf = (i: number): string => `LH${400 + (i % 5)}`;
const bookingOf = (i: number): string => `B${String(i).padStart(3, '0')}XY`;

let station: Station;
let clock: Clock;
let ids: string[] = [];
const page = (): Page => station.console.page;

/** Events through the core's public door, as a source sends them. */
async function send(batch: { [name: string]: unknown }[]): Promise<void> {
  for (let i = 0; i < batch.length; i += 250) {
    const timestamp = new Date(Date.now() + (clock?.ahead ?? 0)).toISOString();
    const answer = await fetch(`${station.core.url}/v1/batch`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${station.core.writeKey}:`).toString('base64')}`,
      },
      body: JSON.stringify({
        batch: batch.slice(i, i + 250).map((one) => ({
          timestamp,
          context: { app: { name: 'dcs' } },
          ...one,
        })),
      }),
    });
    expect(answer.status).toBe(200);
  }
}

const track = (i: number, event: string, properties: object) => ({
  ...{
    type: 'track',
    userId: `u${i}`,
    event,
    properties: { booking: bookingOf(i), segment: 1, ...properties },
  },
});

const passengers = (): { [name: string]: unknown }[] =>
  Array.from({ length: CUSTOMERS }, (_, i) => [
    {
      type: 'identify',
      userId: `u${i}`,
      traits: { firstName: 'Anna', lastName: `Weber-${i}`, language: 'de' },
    },
    {
      ...track(i, 'Booking Created', {}),
      properties: {
        booking: bookingOf(i),
        segments: [
          {
            ...{ segment: 1, flight: flightOf(i), date, from: 'FRA', to: 'JFK', cabin: 'economy' },
            ...{ seat: `${10 + Math.floor(i / 5)}C`, status: 'confirmed', departs: departs.toISOString() },
            arrives: new Date(departs.getTime() + 9 * HOUR).toISOString(),
          },
        ],
      },
    },
  ]).flat();

/** What the operator does for customer `i`, the `n`th time round. */
function command(i: number, n: number): CallInput['enqueue'] {
  const profileId = ids[i] as string;
  const seen: CallInput['enqueue']['seen'] = [];
  if (n === 0)
    return {
      ...{ name: 'change-seat', profileId, seen },
      args: { booking: bookingOf(i), segment: 1, seat: `${10 + Math.floor(i / 5)}A` },
    };
  if (n === 1) return { name: 'set-preference', profileId, seen, args: { name: 'meal', value: 'vegan' } };
  return { name: 'add-note', profileId, seen, args: { text: `note ${n} of ${i}` } };
}

/** Everything that is missed: gates, bags and clicks, a cancellation, and seats that others change. */
function missed(part: number, parts: number): { [name: string]: unknown }[] {
  const events: { [name: string]: unknown }[] = [];
  for (let n = 0; n < CHANGES / parts; n++) {
    const i = n % CUSTOMERS;
    events.push(
      n % 3 === 0
        ? track(i, 'Bag Status', { tag: `0220${i}`, status: n % 2 === 0 ? 'loaded' : 'accepted' })
        : { type: 'screen', userId: `u${i}`, name: `Trip Overview ${part}`, properties: {} },
    );
  }
  return events;
}

/** Looks at the screen every 50 ms until told to stop, and keeps what was not there. */
const watch = (): Promise<void> =>
  page().evaluate(() => {
    const seen = { looks: 0, blank: [] as string[] };
    const text = (selector: string): string => document.querySelector(selector)?.textContent?.trim() ?? '';
    const timer = setInterval(() => {
      seen.looks += 1;
      const missing = [
        text('h1') === '' ? 'name' : '',
        document.querySelectorAll('.tile').length === 6 ? '' : 'facts',
        document.querySelectorAll('.left .work-row:not(.skeleton)').length > 0 ? '' : 'list',
        text('.timeline') === '' ? 'timeline' : '',
        text('.next-body') === '' ? 'next' : '',
        text('.status') === '' ? 'status' : '',
      ].filter(Boolean);
      if (missing.length > 0) seen.blank.push(`${missing.join(' ')} at look ${seen.looks}`);
    }, 50);
    const watched = (): typeof seen => {
      clearInterval(timer);
      return seen;
    };
    Object.assign(window, { watched });
  });
const watched = (): Promise<{ looks: number; blank: string[] }> =>
  page().evaluate(() => (window as unknown as { watched(): { looks: number; blank: string[] } }).watched());

async function picture(name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page().screenshot({ path: join(shots, `offline-${name}.png`) });
}

const asOperator = async (path: string): Promise<{ [name: string]: unknown }> => {
  const answer = await fetch(`${station.core.url}${path}`, {
    headers: { authorization: `Bearer ${station.core.consoleToken}` },
  });
  return (await answer.json()) as { [name: string]: unknown };
};

/** The facts of customer `i` in the core. */
async function factsOf(i: number): Promise<{ [name: string]: { value: unknown } | undefined }> {
  const { profile } = (await asOperator(`/v1/profiles/by/userId/u${i}`)) as {
    profile: { facts: { [name: string]: { value: unknown } } };
  };
  return profile.facts;
}

/** Texts of the notes of a customer in the core. */
async function notes(profileId: string): Promise<string[]> {
  const { events } = (await asOperator(`/v1/profiles/${profileId}/events?limit=500`)) as {
    events: { type: string; properties: { text?: string } }[];
  };
  return events.filter((one) => one.type === 'note').map((one) => one.properties.text ?? '');
}

test.describe.configure({ mode: 'serial' });
test.setTimeout(FULL ? 600_000 : 120_000);

test.beforeAll(async () => {
  station = await openStation();
  await send(passengers());
  await live(page());
  clock = await moveable(station);
  await expect(page().locator('.bottom')).toHaveAttribute('data-profiles', String(CUSTOMERS));
  const found = await calls(
    page(),
    Array.from({ length: CUSTOMERS }, (_, i) => ({
      name: 'search' as const,
      input: { text: bookingOf(i), limit: 1 },
    })),
  );
  ids = found.map((one) => one.hits[0]?.profileId ?? '');
  expect(new Set(ids).size).toBe(CUSTOMERS);
  // Somebody to look at for the whole shift: he is in trouble, so that he is on the list.
  await send([track(0, 'Complaint Opened', { caseId: 'c0', topic: 'seat', text: 'wants a window' })]);
  await page().locator('.work-row', { hasText: 'Weber-0' }).click();
  await expect(page().locator('h1')).toHaveText('Anna Weber-0');
});
test.afterAll(() => station.end());

test('[O5] [O7] eight hours of work are queued without the core, and nothing of the screen is blank', async () => {
  await watch();
  station.cable.cut();
  await expect(page().getByText(/Offline since/u)).toBeVisible();
  const rounds = COMMANDS / CUSTOMERS;
  for (let n = 0; n < rounds; n++) {
    await clock.to(((n + 1) / rounds) * AWAY);
    const round = ids.map((_, i) => ({ name: 'enqueue' as const, input: command(i, n) }));
    await calls(page(), round);
    await send(missed(n, rounds));
  }
  await send(
    ids.flatMap((_, i) => (isContested(i) ? [track(i, 'Seat Changed', { seat: `${30 + i}K` })] : [])),
  );
  await send([
    {
      ...{ type: 'track', anonymousId: `flight/LH401/${date}/FRA`, event: 'Flight Status' },
      properties: { flight: 'LH401', date, from: 'FRA', to: 'JFK', status: 'cancelled', reason: 'no crew' },
    },
  ]);
  await expect(page().locator('.status')).toContainText(`${COMMANDS} actions wait`);
  await picture('waiting');
});

test('[I3] [P34] back again: everything is settled, nothing was blank, and the strip says what happened', async () => {
  const contested = ids.filter((_, i) => isContested(i)).length;
  station.cable.mend();
  // After a long while away the console tries every 30 s at the latest.
  await expect(page().locator('[data-connection="live"]')).toBeVisible({ timeout: 60_000 });
  await picture('returned');
  await expect(page().locator('.status')).toContainText('nothing waits', { timeout: 120_000 });
  await expect(page().locator('.rail-badge')).toHaveText(String(contested));
  const strip = page().locator('.away');
  await page().keyboard.press('a');
  await expect(strip).toContainText('8 h');
  await expect(strip).toContainText(`${contested} of your actions need you`);
  // The open customer comes first.
  await expect(strip.locator('.away-customer').first()).toContainText('Weber-0');
  await expect(strip.locator('.away-customer').first()).toContainText('10C → 30K');
  await expect(strip.getByRole('button', { name: /^All/u })).toBeVisible();
  await picture('strip');
  const { looks, blank } = await watched();
  expect(looks).toBeGreaterThan(20);
  expect(blank).toEqual([]);
});

test('[I2] every command took effect once, or asks its operator', async () => {
  const rounds = COMMANDS / CUSTOMERS;
  const expected = Array.from({ length: rounds - 2 }, (_, n) => n + 2);
  for (const [i, id] of ids.entries()) {
    expect((await notes(id)).sort()).toEqual(expected.map((n) => `note ${n} of ${i}`).sort());
    const facts = await factsOf(i);
    const mine = `${10 + Math.floor(i / 5)}A`;
    expect(facts[`trip.${bookingOf(i)}.1.seat`]?.value).toBe(isContested(i) ? `${30 + i}K` : mine);
    expect(facts['preference.meal']?.value).toBe('vegan');
  }
});

test('[O11] [O21] a conflict can be read, put away, brought back and sent again', async () => {
  await page().keyboard.press('o');
  await page().locator('.outbox .outbox-item', { hasText: 'Weber-0' }).getByRole('button').first().click();
  const question = page().locator('.question.conflict');
  for (const text of ['10C', '10A', '30K', 'M. Brandt', 'dcs']) await expect(question).toContainText(text);
  await expect(page().locator('.tile .own-mark')).toHaveText('Your 10A waits above');
  await picture('conflict');
  await page().keyboard.press('d');
  await expect(question).toHaveCount(0);
  await page().keyboard.press('Control+z');
  await expect(question).toContainText('30K');
  await page().keyboard.press('r');
  await expect(question).toHaveCount(0);
  const seat = async (): Promise<unknown> => (await factsOf(0))[`trip.${bookingOf(0)}.1.seat`]?.value;
  await expect.poll(seat).toBe('10A');
});

test('[P34] the strip that was seen does not come back with the window', async () => {
  await page().keyboard.press('Escape');
  await expect(page().locator('.away')).toHaveCount(0);
  await page().reload();
  await live(page());
  await expect(page().locator('h1')).toHaveText('Anna Weber-0');
  await expect(page().locator('.tile')).toHaveCount(6);
  await expect(page().locator('.away, .top-away')).toHaveCount(0);
});
