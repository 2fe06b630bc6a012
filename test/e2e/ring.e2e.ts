/** Screen pop: whoever calls is on screen while it still rings, told by the telephony system's own door. */
import { expect, test } from '@playwright/test';
import { live, openStation, type Station } from './station.ts';
import { told } from './tasks.ts';

let station: Station;
const page = () => station.console.page;
const shots = process.env.KAIROS_SHOTS;
const bar = () => page().locator('.ring');
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

async function post(door: string, body: object): Promise<void> {
  const answer = await fetch(`${station.core.url}${door}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${station.core.writeKey}:`).toString('base64')}`,
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

const passenger = (userId: string, firstName: string, phone: string, booking: string) => [
  { type: 'identify', userId, traits: { firstName, lastName: 'Weber', phone } },
  {
    ...{ type: 'track', userId, event: 'Booking Created' },
    properties: {
      booking,
      segments: [
        {
          ...{
            segment: 1,
            flight: 'LH400',
            date: tomorrow,
            from: 'FRA',
            to: 'JFK',
            cabin: 'economy',
            seat: '1A',
          },
          ...{ status: 'confirmed', departs: `${tomorrow}T20:00:00Z`, arrives: `${tomorrow}T23:59:00Z` },
        },
      ],
    },
  },
];

const call = (
  id: string,
  state: string,
  value: string,
  at: Partial<{ station: string; queue: string }> = {},
) =>
  post('/v1/contacts', {
    ...{ id, kind: 'call', state, queue: 'support', station: 'FRA', at: new Date().toISOString() },
    identity: { type: 'phone', value },
    ...at,
  });

test.beforeAll(async () => {
  station = await openStation();
  const people = [
    ...passenger('u1', 'Anna', '+4917612345678', 'QX7R2M'),
    ...passenger('u2', 'Ida', '+4930555666', 'AB7R2M'),
    ...passenger('u3', 'Bo', '+4930555666', 'CD7R2M'),
  ];
  const source = { timestamp: new Date().toISOString(), context: { app: { name: 'dcs' } } };
  await post('/v1/batch', { batch: people.map((one) => ({ ...one, ...source })) });
  await live(page());
  await expect(page().locator('.bottom')).toHaveAttribute('data-profiles', '3');
});
test.afterAll(() => station.end());

/** Notes that the page plays from now on. */
const listen = () =>
  page().evaluate(() => {
    const heard = { notes: 0 };
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function play(when) {
      heard.notes += 1;
      start.call(this, when);
    };
    Object.assign(window, { heard });
  });
const notesHeard = () =>
  page().evaluate(() => (window as unknown as { heard: { notes: number } }).heard.notes);

test('[P37] [P39] who calls is opened while it rings, heard once, and can be said to be the wrong one', async () => {
  await listen();
  await call('c1', 'ringing', '+4917612345678');
  await expect(page().locator('h1')).toHaveText('Anna Weber');
  await expect(bar()).toContainText('Phone +49');
  await expect.poll(notesHeard).toBe(2);
  if (shots) await page().screenshot({ path: `${shots}/ring-known.png` });
  await page().keyboard.press('u');
  await expect(page().locator('h1')).toHaveText('Nobody is open');
  await expect(bar()).toHaveCount(0);
  await call('c1', 'ended', '+4917612345678');
});

test('[P37] several who have the number are offered by name, also none of them', async () => {
  await call('c2', 'ringing', '+4930555666');
  await expect(bar()).toContainText('2 people have this number');
  if (shots) await page().screenshot({ path: `${shots}/ring-several.png` });
  const second = await bar().locator('.action').nth(1).textContent();
  await page().keyboard.press('Alt+2');
  await expect(page().locator('h1')).toContainText((second ?? '').split(/\s/u)[0] as string);
  await call('c2', 'ended', '+4930555666');
  await expect(bar()).toHaveCount(0);
});

test('[P37] nothing is taken out of the operator’s hand: a call during a dialog waits in the bar', async () => {
  await page().keyboard.press('t');
  await expect(page().getByRole('dialog')).toBeVisible();
  const before = await page().locator('h1').textContent();
  await call('c3', 'ringing', '+4917612345678');
  await expect(bar()).toContainText('Anna Weber');
  expect(await page().locator('h1').textContent()).toBe(before);
  await page().keyboard.press('Escape');
  await expect(page().getByRole('dialog')).toHaveCount(0);
  await page().keyboard.press('i');
  await expect(page().locator('h1')).toHaveText('Anna Weber');
  await call('c3', 'ended', '+4917612345678');
  await expect(bar()).toHaveCount(0);
});

test('[P37] an unknown caller is said to be one', async () => {
  await call('c4', 'ringing', '+4940123456');
  await expect(bar()).toContainText('Unknown caller');
  await expect(page().locator('h1')).toHaveText('+4940123456');
  if (shots) await page().screenshot({ path: `${shots}/ring-unknown.png` });
  await page().keyboard.press('u');
  await expect(bar()).toHaveCount(0);
  await call('c4', 'ended', '+4940123456');
});

test('[W1] a call is wrapped up by the draft of what was done, and leaves the list at once', async () => {
  await call('c5', 'active', '+4917612345678');
  const row = page().locator('.left').getByText('Anna Weber');
  await expect(row).toBeVisible();
  await expect(page().locator('h1')).toHaveText('Anna Weber');
  await page().keyboard.press('s');
  await page().getByRole('dialog').getByRole('textbox').fill('12A');
  await page().keyboard.press('Enter');
  await expect(page().getByRole('dialog')).toHaveCount(0);
  const began = Date.now();
  await page().keyboard.press('m');
  const dialog = page().getByRole('dialog');
  await expect(dialog.getByRole('textbox')).toHaveValue(/12A/u);
  await expect(dialog.getByRole('radio', { name: 'Seat changed' })).toBeFocused();
  if (shots) await page().screenshot({ path: `${shots}/wrap-up.png` });
  const confirmed = Date.now();
  await page().keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(row).toHaveCount(0);
  told({ task: 'confirm the drafted wrap-up', keys: 1, ms: Date.now() - confirmed });
  told({ task: 'wrap up a call, from the key that opens the draft', keys: 2, ms: Date.now() - began });
  await expect(page().locator('.did').getByText('Wrap-up: Seat changed')).toBeVisible();
});
