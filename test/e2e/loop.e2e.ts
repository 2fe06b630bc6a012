/** The whole loop on real input, as the person at the counter sees it (proof of the first issue, point 2). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { Analytics } from '@segment/analytics-node';
import { flushed, live, openStation, type Station } from './station.ts';
import { told } from './tasks.ts';

const HOUR = 3_600_000;
/** Between two keys in ms; faster ones are taken for a scanner's. */
const AS_A_PERSON = 60;
const departs = new Date(Math.ceil(Date.now() / HOUR) * HOUR + 5 * HOUR);
const date = departs.toISOString().slice(0, 10);
const anna = { userId: 'anna' };

const app = { app: { name: 'app' } };
const dcs = { app: { name: 'dcs' } };

/** Two passengers of the same flight and one at another airport, who must never be seen here. */
async function prepare(segment: Analytics): Promise<void> {
  const booked = (userId: string, booking: string, from: string, seat: string): void =>
    segment.track({
      userId,
      event: 'Booking Created',
      context: dcs,
      timestamp: new Date(Date.now() - HOUR),
      properties: {
        booking,
        segments: [
          {
            ...{
              segment: 1,
              flight: 'LH400',
              date,
              from,
              to: 'JFK',
              cabin: 'economy',
              seat,
              status: 'confirmed',
            },
            departs: departs.toISOString(),
            arrives: new Date(departs.getTime() + 9 * HOUR).toISOString(),
          },
        ],
      },
    });
  const known = (userId: string, firstName: string, lastName: string): void =>
    segment.identify({
      userId,
      context: { app: { name: 'crm' } },
      timestamp: new Date(Date.now() - 2 * HOUR),
      traits: {
        firstName,
        lastName,
        email: `${userId}@example.org`,
        language: 'de',
        tier: 'Senator',
        zone: 'Europe/Berlin',
      },
    });
  known('anna', 'Anna', 'Weber');
  known('chidi', 'Chidi', 'Okafor');
  known('far', 'Fern', 'Away');
  booked('anna', 'QX7R2M', 'FRA', '14C');
  booked('chidi', 'K4TPLW', 'FRA', '20A');
  booked('far', 'ZZ9ZZZ', 'MUC', '1A');
  await flushed(segment);
}

let station: Station;
const page = (): Page => station.console.page;
const seatTile = () => page().locator('.tile', { hasText: 'Seat' }).first();
const outbox = (state: string) => page().locator('.outbox').getByText(state, { exact: true });

async function open(name: string): Promise<void> {
  await page().keyboard.press('Escape');
  await page().keyboard.press('/');
  await page().keyboard.type(name, { delay: AS_A_PERSON });
  await expect(page().getByRole('option').first()).toContainText(name);
  await page().keyboard.press('Enter');
  await expect(page().getByRole('heading', { level: 1 })).toContainText(name);
}

async function changeSeat(seat: string): Promise<void> {
  await page().keyboard.press('s');
  await page().getByLabel('New seat').fill(seat);
  await page().keyboard.press('Enter');
  await expect(page().getByRole('dialog')).toHaveCount(0);
}

async function addNote(text: string): Promise<void> {
  await page().keyboard.press('t');
  await page().getByRole('dialog').getByRole('textbox').fill(text);
  await page().keyboard.press('Control+Enter');
  await expect(page().getByRole('dialog')).toHaveCount(0);
}

const asOperator = async (path: string): Promise<{ [name: string]: unknown }> => {
  const answer = await fetch(`${station.core.url}${path}`, {
    headers: { authorization: `Bearer ${station.core.consoleToken}` },
  });
  return (await answer.json()) as { [name: string]: unknown };
};

async function factOf(name: string): Promise<unknown> {
  const { profile } = (await asOperator('/v1/profiles/by/userId/anna')) as {
    profile: { facts: { [name: string]: { value: unknown } } };
  };
  return profile.facts[name]?.value;
}

type Happening = { type: string; properties: { text?: string; outcome?: string } };

/** How many lines of Anna's timeline are like this, in the core. */
async function happened(like: (event: Happening) => boolean): Promise<number> {
  const { profile } = (await asOperator('/v1/profiles/by/userId/anna')) as { profile: { id: string } };
  const { events } = (await asOperator(`/v1/profiles/${profile.id}/events?limit=100`)) as {
    events: Happening[];
  };
  return events.filter(like).length;
}

const notes = (text: string): Promise<number> => happened((event) => event.properties.text === text);
const outcomes = (): Promise<number> => happened((event) => event.type === 'outcome');

/** Accepts what is suggested, which the card shows before the next decision takes its place. */
async function acceptSuggestion(): Promise<void> {
  await expect(page().locator('.card-answers[data-ready=true]')).toBeVisible();
  const began = Date.now();
  await page().keyboard.press('y');
  const accepted = page().locator('.card-answered', { hasText: 'Accepted' });
  // A rebooking asks for its flight first.
  const flight = page().getByLabel('To flight');
  await expect(accepted.or(flight)).toBeVisible();
  if (!(await flight.isVisible())) told({ task: 'accept the suggestion', keys: 1, ms: Date.now() - began });
  if (await flight.isVisible()) {
    await flight.fill('LH 402');
    await page().keyboard.press('Enter');
  }
  await expect(accepted).toBeVisible();
  await expect(page().getByText('Suggestion accepted').first()).toBeVisible();
}

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  station = await openStation(prepare);
  await live(page());
});

test.afterAll(() => station.end());

test('an event from a source changes the open customer, and the change is listed', async () => {
  await open('Anna Weber');
  await expect(seatTile()).toContainText('14C');
  await expect(page().locator('.card-title')).toBeVisible();
  station.segment.track({
    ...anna,
    event: 'Seat Changed',
    context: app,
    properties: { booking: 'QX7R2M', segment: 1, seat: '15A' },
  });
  await flushed(station.segment);
  await expect(seatTile()).toContainText('15A');
  await expect(seatTile().locator('s')).toHaveText('14C');
  await expect(page().getByText('since you opened')).toBeVisible();
});

test('what is saved for support has versions and sizes, and not one byte of a customer or an operator', async () => {
  const file = join(station.folder, 'support.json');
  await station.console.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await page().keyboard.press('Control+Shift+d');
  const panel = page().getByRole('dialog');
  await expect(panel).toContainText('SQLite');
  await expect(panel).toContainText('kairos-replica');
  await page().keyboard.press('Enter');
  await expect(page().locator('.toasts')).toContainText('Saved to the file');
  await page().keyboard.press('Escape');
  const saved = readFileSync(file, 'utf8');
  expect(JSON.parse(saved)).toMatchObject({
    format: 'kairos-diagnostics-1',
    connection: { state: 'live' },
    replica: { protocol: 'kairos-sync/1', profiles: 2 },
  });
  for (const personal of [
    'anna',
    'weber',
    'chidi',
    'okafor',
    'qx7r2m',
    'k4tplw',
    'example.org',
    'brandt',
    'fra',
  ])
    expect([personal, saved.toLowerCase().includes(personal)]).toEqual([personal, false]);
});

test('a cancelled flight turns the suggestion to help, with reasons', async () => {
  station.segment.track({
    anonymousId: `flight/LH400/${date}/FRA`,
    event: 'Flight Status',
    context: dcs,
    properties: {
      flight: 'LH400',
      date,
      from: 'FRA',
      to: 'JFK',
      status: 'cancelled',
      departs: departs.toISOString(),
      reason: 'no crew',
    },
  });
  await flushed(station.segment);
  await expect(
    page()
      .getByText(/LH 400 .*cancelled/u)
      .first(),
  ).toBeVisible();
  await open('Chidi Okafor');
  await expect(page().locator('.card-title')).toBeVisible();
  await expect(page().locator('.reasons')).toContainText('cancelled');
  await expect(page().locator('.work-row', { hasText: 'Fern' })).toHaveCount(0);
});

test('a seat changed late from offline is refused as a conflict with both values', async () => {
  await open('Anna Weber');
  await expect(seatTile()).toContainText('15A');
  station.cable.cut();
  await expect(page().getByText(/Offline since/u)).toBeVisible();
  await changeSeat('12A');
  await expect(seatTile()).toContainText('12A');
  station.segment.track({
    ...anna,
    event: 'Seat Changed',
    context: app,
    properties: { booking: 'QX7R2M', segment: 1, seat: '12K' },
  });
  await flushed(station.segment);
  station.cable.mend();
  await live(page());
  await page().keyboard.press('o');
  await page().locator('.outbox').getByRole('button', { name: /12A/u }).click();
  const conflict = page().locator('.conflict');
  await expect(conflict).toContainText('12A');
  await expect(conflict).toContainText('12K');
  await expect(conflict).toContainText('15A');
  expect(await factOf('trip.QX7R2M.1.seat')).toBe('12K');
});

test('the conflict is settled by sending mine again over what holds now', async () => {
  await page().locator('.conflict').getByRole('button', { name: /Redo/u }).click();
  await expect.poll(() => factOf('trip.QX7R2M.1.seat')).toBe('12A');
  await expect(page().locator('.conflict')).toHaveCount(0);
  await page().keyboard.press('o');
});

test('with the core killed the operator searches, opens, decides and acts; afterwards each is applied once', async () => {
  await station.core.kill('SIGKILL');
  await expect(page().getByText(/Offline since/u)).toBeVisible();
  await open('Chidi Okafor');
  await expect(page().locator('.card-title')).toBeVisible();
  await expect(page().getByText(/Made offline/u)).toBeVisible();
  await open('Anna Weber');
  await addNote('bags stay with LH 402');
  await changeSeat('11D');
  await acceptSuggestion();
  await station.restartCore();
  await live(page());
  await expect.poll(() => factOf('trip.QX7R2M.1.seat')).toBe('11D');
  await expect.poll(() => notes('bags stay with LH 402')).toBe(1);
  await expect.poll(outcomes).toBe(1);
});

test('the replica killed in the middle is back by itself with nothing lost', async () => {
  station.cable.cut();
  await open('Anna Weber');
  await addNote('before the replica died');
  const pid = await station.console.app.evaluate(
    ({ app: running }) =>
      running
        .getAppMetrics()
        .find((metric) => metric.serviceName === 'kairos-replica' || metric.name === 'kairos-replica')?.pid,
  );
  // As a fault in it would end it: a kill leaves no dump anyway.
  process.kill(pid as number, 'SIGSEGV');
  await addNoteWhenBack('after the replica died');
  station.cable.mend();
  await live(page());
  await expect.poll(() => notes('before the replica died')).toBe(1);
  await expect.poll(() => notes('after the replica died')).toBe(1);
});

/** The keys answer again as soon as the window has a new port. */
async function addNoteWhenBack(text: string): Promise<void> {
  await expect(async () => {
    await page().keyboard.press('Escape');
    await open('Anna Weber');
    await addNote(text);
  }).toPass({ timeout: 20_000 });
}

test('[S38] the window killed in the middle comes back, what was waiting is sent, and no dump of its memory is written', async () => {
  station.cable.cut();
  await addNoteWhenBack('before the window died');
  await station.console.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
  const pause = (): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), 1_000));
  // A question to a page that dies meanwhile is never answered: each is given up after a second.
  const shown = (): Promise<boolean> =>
    Promise.race([
      pause(),
      station.console.app.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        return window?.webContents.executeJavaScript(
          "document.querySelector('.work-row') !== null",
        ) as Promise<boolean>;
      }),
    ]);
  await expect.poll(() => shown().catch(() => false)).toBe(true);
  station.cable.mend();
  await expect.poll(() => notes('before the window died')).toBe(1);
  const files = readdirSync(join(station.folder, 'console'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => /\.dmp$|(?:^|\/)core(?:\.\d+)?$/u.test(name))).toEqual([]);
});

test('the whole console killed with actions waiting sends them at the next start', async () => {
  await station.console.close();
  await station.reopen();
  await live(page());
  station.cable.cut();
  await expect(page().getByText(/Offline since/u)).toBeVisible();
  await open('Anna Weber');
  await addNote('before the console was killed');
  const process_ = station.console.app.process();
  const ended = new Promise((resolve) => process_.once('exit', resolve));
  process_.kill('SIGKILL');
  await ended;
  station.cable.mend();
  await station.reopen();
  await live(page());
  await expect.poll(() => notes('before the console was killed')).toBe(1);
  await page().keyboard.press('o');
  await expect(outbox('Needs you')).toHaveCount(0);
});

test('[O19] a half-written note survives the end of the window and of the console, and goes when it is sent', async () => {
  const text = 'her cello travels in seat 14D and';
  const begin = async (): Promise<void> => {
    await page().keyboard.press('t');
    await expect(page().getByRole('dialog').getByRole('textbox')).toBeFocused();
  };
  await open('Anna Weber');
  await begin();
  await page().keyboard.type(text, { delay: 10 });
  await page().reload();
  await expect(page().locator('h1')).toContainText('Anna Weber');
  await begin();
  await expect(page().getByRole('dialog').getByRole('textbox')).toHaveValue(text);
  await page().keyboard.type(' needs a belt', { delay: 10 });
  const stored = await page().evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(stored).not.toContain('cello');
  const process_ = station.console.app.process();
  const ended = new Promise((resolve) => process_.once('exit', resolve));
  process_.kill('SIGKILL');
  await ended;
  await station.reopen();
  await live(page());
  await page().keyboard.press('o');
  await page()
    .locator('.outbox [data-draft]')
    .getByRole('button', { name: /her cello/u })
    .click();
  const box = page().getByRole('dialog').getByRole('textbox');
  await expect(box).toHaveValue(`${text} needs a belt`);
  await box.press('Control+Enter');
  await expect.poll(() => notes(`${text} needs a belt`)).toBe(1);
  await page().locator('.bottom').hover();
  await expect(page().locator('.outbox [data-draft]')).toHaveCount(0);
});
