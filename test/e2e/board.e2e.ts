/** The supervisor's board on a real core, beside an operator's console: what is shown, what can be set, and how fast. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import type { Analytics } from '@segment/analytics-node';
import { type HookServer, hookServer } from '../integration/receivers.ts';
import { settingsText } from '../screenshots/settings.ts';
import { type Console, flushed, layCable, live, openConsole, openStation, type Station } from './station.ts';

const HOUR = 3_600_000;
const shots = process.env.KAIROS_BOARD_SHOTS;
const departs = new Date(Math.ceil(Date.now() / HOUR) * HOUR + 5 * HOUR);
const PEOPLE = Array.from({ length: 24 }, (_, index) => `guest-${index}`);

async function prepare(segment: Analytics): Promise<void> {
  for (const [index, userId] of ['anna', ...PEOPLE].entries()) {
    segment.identify({
      userId,
      context: { app: { name: 'crm' } },
      timestamp: new Date(Date.now() - 2 * HOUR),
      traits: {
        firstName: index === 0 ? 'Anna' : 'Guest',
        lastName: index === 0 ? 'Weber' : `Number${index}`,
        tier: index % 2 === 0 ? 'Senator' : 'none',
        consents: { marketing: true },
        zone: 'Europe/Berlin',
      },
    });
    segment.track({
      userId,
      event: 'Booking Created',
      context: { app: { name: 'dcs' } },
      timestamp: new Date(Date.now() - HOUR),
      properties: {
        booking: `QX7R${String(index).padStart(2, '0')}`,
        segments: [
          {
            ...{
              segment: 1,
              flight: 'LH400',
              date: departs.toISOString().slice(0, 10),
              from: 'FRA',
              to: 'JFK',
            },
            ...{ cabin: 'economy', seat: `${index + 1}C`, status: 'confirmed' },
            departs: departs.toISOString(),
            arrives: new Date(departs.getTime() + 9 * HOUR).toISOString(),
          },
        ],
      },
    });
  }
  await flushed(segment);
}

let station: Station;
/** Refuses what it is told. */
let partner: HookServer;
let boss: Console;
let cable: Awaited<ReturnType<typeof layCable>>;
const page = (): Page => boss.page;
const operator = (): Page => station.console.page;

const post = async (
  path: string,
  body: object,
  authorization: string,
): Promise<{ [name: string]: unknown }> => {
  const answer = await fetch(`${station.core.url}${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { [name: string]: unknown };
};
const bearer = (): string => `Bearer ${station.core.consoleToken}`;

/** Decisions as other channels make them, and what became of them: enough for the plots. */
async function history(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await Promise.all(
      PEOPLE.map(async (value, index) => {
        const identity = { type: 'userId', value };
        const { id } = await post('/v1/decide', { identity, channel: 'web' }, bearer());
        const outcome = (index * 7 + turn * 3) % 10 < 4 ? 'positive' : 'customer-declined';
        const told = { decisionId: id, at: new Date().toISOString() };
        await post('/v1/outcomes', { ...told, outcome: 'presented' }, bearer());
        await post(
          '/v1/outcomes',
          {
            ...told,
            outcome,
            ...(outcome === 'positive' ? {} : { reason: index % 3 ? 'not-needed' : 'price' }),
          },
          bearer(),
        );
      }),
    );
  }
}

const writeKey = (): string => `Basic ${Buffer.from(`${station.core.writeKey}:`).toString('base64')}`;

async function contacts(): Promise<void> {
  const key = writeKey();
  const tell = (id: string, state: string, agoSeconds: number, queue = 'support-de', kind = 'call') =>
    post(
      '/v1/contacts',
      { id, kind, state, queue, at: new Date(Date.now() - agoSeconds * 1000).toISOString() },
      key,
    );
  for (let index = 0; index < 5; index += 1) {
    await tell(`quick-${index}`, 'waiting', 600);
    await tell(`quick-${index}`, 'active', 590);
    await tell(`quick-${index}`, 'ended', 400);
  }
  await tell('slow-1', 'waiting', 300);
  await tell('slow-2', 'waiting', 95);
  await tell('visit-1', 'waiting', 120, 'counter-fra', 'visit');
  await tell('visit-2', 'active', 60, 'counter-fra', 'visit');
}

async function complaints(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: page() }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

async function look(
  theme: 'light' | 'dark',
  language: 'en' | 'de',
  size: { width: number; height: number },
): Promise<void> {
  await boss.app.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    size,
  );
  await page().evaluate(
    (kept) => localStorage.setItem('kairos.settings', kept),
    settingsText({ theme, language }),
  );
  await page().reload();
  await live(page());
  await page().keyboard.press('v');
  await expect(page().locator('.acceptance tbody tr').first()).toBeVisible();
  await expect(page().locator('.chart-own').first()).toBeVisible();
}

const take = async (name: string): Promise<void> => {
  if (shots) await page().screenshot({ path: join(shots, `board-${name}.png`) });
};
/** What was learned lies below the fold. */
const takeCharts = async (name: string): Promise<void> => {
  if (shots)
    await page()
      .locator('.board-learned')
      .screenshot({ path: join(shots, `charts-${name}.png`) });
};
const LARGE = { width: 1440, height: 900 };

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  if (shots) mkdirSync(shots, { recursive: true });
  partner = await hookServer();
  partner.answer = (response) => response.writeHead(422).end();
  const feed = {
    ...{ name: 'crm', url: partner.url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
    events: { 'Booking Created': ['booking'] },
  };
  const best = { name: 'best', when: { fact: 'tier', op: 'eq', value: 'Senator' } };
  station = await openStation(prepare, {
    'feeds.json': { feeds: [feed] },
    'audiences.json': { audiences: [best] },
  });
  await history();
  await contacts();
  const { token } = await post(
    '/dev/token',
    {
      subject: 'C. Nowak',
      role: 'supervisor',
      scopes: ['station:*', 'queue:*', 'profile:*'],
      ttlSeconds: 7_200,
    },
    bearer(),
  );
  cable = await layCable(station.core.url);
  boss = await openConsole({ url: cable.url, consoleToken: token as string }, join(station.folder, 'boss'));
  await live(page());
  await live(operator());
});

test.afterAll(async () => {
  await boss.close();
  await cable.close();
  await station.end();
  await partner.close();
});

test('an operator has no board', async () => {
  await operator().keyboard.press('v');
  await expect(operator().getByRole('button', { name: 'Board' })).toHaveCount(0);
  await expect(operator().locator('.board')).toHaveCount(0);
});

test('queues, consoles and acceptance, in both themes and languages, without a complaint of axe', async () => {
  await look('light', 'en', LARGE);
  await expect(page().locator('.queue', { hasText: 'Phone, German' })).toContainText('2 ·');
  await expect(page().locator('.queue', { hasText: 'Phone, German' })).toContainText(
    '71 % in 20 s, below 80 %',
  );
  await expect(page().locator('.queue', { hasText: 'Counter FRA' })).toContainText('1 ·');
  await expect(page().locator('.station')).toHaveCount(2);
  await expect(page().locator('.station', { hasText: 'C. Nowak' })).toContainText('live');
  expect(await complaints()).toEqual([]);
  await take('light-en');
  await takeCharts('light-en');
  await look('dark', 'en', LARGE);
  expect(await complaints()).toEqual([]);
  await take('dark-en');
  await takeCharts('dark-en');
  await look('light', 'de', LARGE);
  await take('light-de');
  await takeCharts('light-de');
  await look('light', 'en', { width: 1024, height: 768 });
  expect(await complaints()).toEqual([]);
  await take('light-en-1024x768');
  await takeCharts('light-en-1024x768');
  await look('light', 'en', LARGE);
});

test('from an action down to one decision with its candidates, reasons and inputs', async () => {
  await page().locator('.acceptance-action').first().press('Enter');
  await page().locator('.drill-row').first().press('Enter');
  const sheet = page().getByRole('dialog');
  await expect(sheet.locator('.figures-chosen')).toHaveCount(1);
  await expect(sheet.getByText('What was known')).toBeVisible();
  await expect(sheet.locator('.record-inputs')).toContainText('crm');
  expect(await complaints()).toEqual([]);
  await take('decision-light-en');
  await page().keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await page().locator('.acceptance-action').first().press('Enter');
});

test('a pause reaches the core and an open suggestion of another console, and is taken back by one key', async () => {
  await operator().keyboard.press('/');
  await operator().keyboard.type('Weber', { delay: 60 });
  await operator().getByRole('option').first().waitFor();
  await operator().keyboard.press('Enter');
  const card = operator().locator('[data-suggestion]');
  await expect(card).toBeVisible();
  const action = (await card.getAttribute('data-suggestion')) as string;
  const started = Date.now();
  await page().locator(`.lever[data-action="${action}"] [role=switch]`).press('Enter');
  await expect(
    operator()
      .locator('.card-newer')
      .or(operator().locator(`[data-suggestion]:not([data-suggestion="${action}"])`)),
  ).toBeVisible();
  const reached = Date.now() - started;
  await expect(page().locator(`.lever[data-action="${action}"]`)).toContainText('paused');
  test.info().annotations.push({ type: 'pause to another console', description: `${reached} ms` });
  process.stdout.write(`pause to another console's card: ${reached} ms\n`);
  await expect(page().getByText('C. Nowak,')).toBeVisible();
  await take('paused-light-en');
  await page().keyboard.press('Control+z');
  await expect(page().locator(`.lever[data-action="${action}"] [role=switch]`)).toHaveAttribute(
    'aria-checked',
    'true',
  );
});

test('why not X is answered for any action of the catalogue from the palette', async () => {
  await operator().keyboard.press('Control+k');
  await operator().keyboard.type('why not hotel', { delay: 60 });
  await operator().keyboard.press('Enter');
  const sheet = operator().getByRole('dialog');
  await expect(sheet.getByRole('heading')).toContainText('Why not');
  await expect(sheet.locator('.why-list li').first()).toContainText(/Does not apply|not/iu);
  if (shots) await operator().screenshot({ path: join(shots, 'why-not-light-en.png') });
  await operator().keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
});

test('the switch that stops all asks once, leaves operational duties, and its version can be gone back from', async () => {
  await page().keyboard.press('Control+Shift+P');
  await page().getByRole('button', { name: 'Pause all now' }).press('Enter');
  await expect(page().getByRole('button', { name: 'All suggestions are paused' })).toBeVisible();
  await expect(page().locator('.lever', { hasText: 'operational duty' }).first()).not.toContainText('paused');
  await expect(page().locator('[role=switch][aria-checked=true]')).toHaveCount(3);
  await page().keyboard.press('Control+z');
  await expect(page().locator('[role=switch][aria-checked=false]')).toHaveCount(0);
});

test('[P37] a call takes nobody off the board, and waits in the bar of the desk', async () => {
  const call = { id: 'ring-1', kind: 'call', queue: 'support-de', station: 'FRA' };
  const identity = { type: 'userId', value: 'anna' };
  await post(
    '/v1/contacts',
    { ...call, identity, state: 'ringing', at: new Date().toISOString() },
    writeKey(),
  );
  // The board has heard of it: the call is among those that wait.
  await expect(page().locator('.queue', { hasText: 'Phone, German' }).first()).toContainText('3 ·');
  await expect(page().locator('.acceptance')).toBeVisible();
  await page().keyboard.press('Escape');
  await expect(page().locator('.ring')).toContainText('Anna Weber');
  await page().keyboard.press('i');
  await expect(page().locator('h1')).toHaveText('Anna Weber');
  await page().keyboard.press('v');
  await expect(page().locator('.queue').first()).toBeVisible();
  await post('/v1/contacts', { ...call, identity, state: 'ended', at: new Date().toISOString() }, writeKey());
});

test('a lever is set by the arrow keys', async () => {
  const slider = page().locator('.lever-slider input').first();
  await slider.focus();
  await page().keyboard.press('ArrowRight');
  await expect(page().getByText('lever set')).toBeVisible();
  await expect(slider).toHaveValue('5');
});

test('a second thought before the answer is here takes back all the same', async () => {
  const switched = page().locator('.lever [role=switch]').last();
  await expect(page().getByText('Taken back')).toHaveCount(0);
  await switched.press('Enter');
  await page().keyboard.press('Control+z');
  await expect(page().getByText('Taken back')).toBeVisible();
  await expect(switched).toHaveAttribute('aria-checked', 'true');
});

test('without the core the board stays as it was last heard, with its age, and comes back by itself', async () => {
  cable.cut();
  await expect(page().getByText('Last heard at')).toBeVisible();
  await expect(page().locator('.queue').first()).toBeVisible();
  await take('offline-light-en');
  cable.mend();
  await expect(page().getByText('Last heard at')).toHaveCount(0, { timeout: 30_000 });
});

test('the connections of the core: what a partner has not taken is looked at and sent again', async () => {
  await look('light', 'en', LARGE);
  await post('/v1/track', { userId: 'anna', event: 'Booking Cancelled' }, writeKey());
  await post('/v1/batch', { batch: [{ type: 'track', userId: 'anna' }] }, writeKey());
  await page().keyboard.press('Control+Shift+X');
  const sheet = page().getByRole('dialog', { name: 'Connections' });
  const crm = sheet.getByRole('region', { name: 'Who is told' }).getByRole('listitem').first();
  await expect(crm.getByRole('button')).toHaveText('25 dead letters');
  await expect(sheet.getByText('13 members')).toBeVisible();
  await expect(sheet.getByText('A track needs the name of its event.')).toBeVisible();
  expect(await complaints()).toEqual([]);
  await take('connections-light-en');
  await crm.getByRole('button').click();
  const letters = sheet.locator('.letter', { hasText: 'HTTP 422 · 1 attempt' });
  await expect(letters).toHaveCount(25);
  await take('connections-letters-light-en');
  partner.answer = (response) => response.writeHead(200).end();
  const [before] = [partner.hooks.length];
  await letters.first().getByRole('button', { name: 'Send again' }).click();
  await expect(letters).toHaveCount(24);
  await expect(crm.getByRole('button').first()).toHaveText('24 dead letters');
  await partner.until(before + 1);
  partner.answer = (response) => response.writeHead(partner.hooks.length % 12 === 0 ? 422 : 200).end();
  await sheet.getByRole('button', { name: 'Send all again' }).click();
  await expect(
    crm.getByText(/all 24 letters sent again: \d+ taken, 0 to come, [12] not taken/),
  ).toBeVisible();
  await crm.getByRole('button').first().click();
  await sheet.getByRole('button', { name: 'Discard all ...' }).click();
  await page().keyboard.type('He has them by mail');
  expect(await complaints()).toEqual([]);
  await take('connections-discard-light-en');
  await page().keyboard.press('Enter');
  await expect(crm.getByText(/discarded \(He has them by mail\), 0 to come/)).toBeVisible();
  // What had the focus is gone.
  await expect(sheet).toBeFocused();
  await page().keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await look('dark', 'de', { width: 1024, height: 768 });
  await page().keyboard.press('Control+Shift+X');
  await expect(
    page()
      .getByRole('dialog', { name: 'Verbindungen' })
      .getByText(/verworfen \(He has them by mail\)/),
  ).toBeVisible();
  await take('connections-dark-de-1024');
});
