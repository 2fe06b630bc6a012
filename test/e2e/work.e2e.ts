/** Work at a real console by keyboard alone, beside a colleague at another console of the same core. */
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { live, openConsole, openStation, type Station } from './station.ts';
import { told } from './tasks.ts';

let station: Station;
let colleague: Awaited<ReturnType<typeof openConsole>>;
const page = (): Page => station.console.page;
const shots = process.env.KAIROS_SHOTS;
/** Between two keys in ms; faster ones are taken for a scanner's. */
const AS_A_PERSON = 60;
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const row = (of: Page, name: string) => of.locator('.work-list .work-row', { hasText: name });

async function post(door: string, body: object, authorization?: string): Promise<Response> {
  const key = `Basic ${Buffer.from(`${station.core.writeKey}:`).toString('base64')}`;
  const answer = await fetch(`${station.core.url}${door}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: authorization ?? key },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return answer;
}

function passenger(userId: string, firstName: string, booking: string) {
  const times = { departs: `${tomorrow}T20:00:00Z`, arrives: `${tomorrow}T23:59:00Z` };
  const flight = { segment: 1, flight: 'LH400', date: tomorrow, from: 'FRA', to: 'JFK', cabin: 'economy' };
  return [
    { type: 'identify', userId, traits: { firstName, lastName: 'Weber' } },
    {
      ...{ type: 'track', userId, event: 'Booking Created' },
      properties: { booking, segments: [{ ...flight, ...times, seat: '1A', status: 'confirmed' }] },
    },
  ];
}

const visit = (id: string, userId: string, minutes: number) =>
  post('/v1/contacts', {
    ...{ id, kind: 'visit', state: 'waiting', queue: 'counter-fra', station: 'FRA' },
    at: new Date(Date.now() - minutes * 60_000).toISOString(),
    identity: { type: 'userId', value: userId },
  });

/** Keys that were pressed, and since when. */
const work = { keys: 0, since: 0 };
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    work.keys += 1;
    await page().keyboard.press(key, { delay: AS_A_PERSON });
  }
}
function begin(): void {
  Object.assign(work, { keys: 0, since: Date.now() });
}
const report = (task: string): void => told({ task, keys: work.keys, ms: Date.now() - work.since });

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  station = await openStation();
  const people = [...passenger('u1', 'Anna', 'QX7R2M'), ...passenger('u2', 'Ida', 'AB7R2M')];
  const source = { timestamp: new Date().toISOString(), context: { app: { name: 'dcs' } } };
  await post('/v1/batch', { batch: people.map((one) => ({ ...one, ...source })) });
  await visit('v1', 'u1', 12);
  await visit('v2', 'u2', 3);
  const answer = await post('/dev/token', {
    ...{ subject: 'bo', role: 'operator', ttlSeconds: 3600 },
    scopes: ['station:*', 'queue:*', 'opened:*'],
  });
  const { token } = (await answer.json()) as { token: string };
  colleague = await openConsole(
    { url: station.core.url, consoleToken: token },
    join(station.folder, 'colleague'),
  );
  await live(page());
  await live(colleague.page);
});
test.afterAll(async () => {
  await colleague.close();
  await station.end();
});

test('[WK7] [WK9] the next one is the one whose time is over first, taken by one key', async () => {
  await expect(row(page(), 'Anna').locator('.level-over')).toBeVisible();
  if (shots) await page().screenshot({ path: `${shots}/work-waiting.png` });
  begin();
  await press('.');
  await expect(page().locator('h1')).toHaveText('Anna Weber');
  await expect(row(page(), 'Anna')).toContainText('Yours until');
  report('take the next one');
  await expect(row(colleague.page, 'Anna')).toContainText('With');
  await expect(row(colleague.page, 'Anna').locator('.work-timer')).toHaveCount(0);
  if (shots) await page().screenshot({ path: `${shots}/work-mine.png` });
});

test('[WK4] handed over with context, by keyboard alone', async () => {
  begin();
  await press('>');
  await expect(page().getByRole('dialog')).toBeVisible();
  await press('Tab');
  await page().keyboard.type('wants a window seat', { delay: 10 });
  work.keys += 19;
  if (shots) await page().screenshot({ path: `${shots}/work-hand-over.png` });
  await press('Control+Enter');
  await expect(page().getByRole('dialog')).toHaveCount(0);
  report('hand over with a sentence');
  await expect(row(colleague.page, 'Anna')).toContainText('From');
  await row(colleague.page, 'Anna').click();
  await expect(colleague.page.locator('.timeline').getByText('wants a window seat')).toBeVisible();
});

test('[WK8] offline a claim says that it is not confirmed; the colleague who had it first is named', async () => {
  station.cable.cut();
  await expect(page().locator('[data-connection="offline"]')).toBeVisible();
  begin();
  await press('.');
  await expect(page().locator('h1')).toHaveText('Ida Weber');
  await expect(row(page(), 'Ida')).toContainText('Yours, not confirmed yet');
  report('take the next one offline');
  if (shots) await page().screenshot({ path: `${shots}/work-offline.png` });
  await row(colleague.page, 'Ida').click();
  await colleague.page.keyboard.press('+');
  await expect(row(colleague.page, 'Ida')).toContainText('Yours until');
  station.cable.mend();
  await live(page());
  await expect(page().getByText('Ida Weber: bo has taken this contact')).toBeVisible();
  await expect(row(page(), 'Ida')).toContainText('With bo');
  await expect(page().locator('.rail')).not.toContainText('needs you');
  if (shots) await page().screenshot({ path: `${shots}/work-refused.png` });
});

test('[WK4] [WK5] parked, and a callback promised', async () => {
  await row(page(), 'Anna').click();
  await expect(page().locator('h1')).toHaveText('Anna Weber');
  begin();
  await press(',', 'ArrowRight', 'Enter');
  await expect(row(page(), 'Anna')).toContainText('Parked until');
  report('park for half an hour');
  begin();
  await press('#', 'Enter');
  await expect(page().getByRole('dialog')).toHaveCount(0);
  report('promise a callback');
  await expect(row(page(), 'Anna')).toHaveCount(2);
});

test('two customers in two windows: colleagues see who is with each of them', async () => {
  await row(page(), 'Anna').first().click();
  const next = station.console.app.waitForEvent('window');
  await press('Control+Shift+n');
  const second = await next;
  await live(second);
  await row(second, 'Ida').click();
  await expect(second.locator('h1')).toHaveText('Ida Weber');
  await expect(page().locator('h1')).toHaveText('Anna Weber');
  for (const name of ['Anna', 'Ida']) {
    await row(colleague.page, name).first().click();
    await expect(colleague.page.locator('.presence')).toContainText('is viewing');
  }
  await second.close();
  await expect(colleague.page.locator('.presence')).not.toContainText('is viewing');
  await row(colleague.page, 'Anna').first().click();
  await expect(colleague.page.locator('.presence')).toContainText('is viewing');
});
