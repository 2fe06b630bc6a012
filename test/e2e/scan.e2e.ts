/** Paper that is scanned from anywhere: whose it is, what stands on it, and what could not be read. */
import { expect, test } from '@playwright/test';
import { encode } from 'bcbp';
import { scanInto } from './scanner.ts';
import { live, openStation, type Station } from './station.ts';

let station: Station;
const page = () => station.console.page;
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const shots = process.env.KAIROS_SHOTS;

const person = (userId: string, firstName: string, lastName: string) => [
  { type: 'identify', userId, traits: { firstName, lastName } },
  {
    type: 'track',
    userId,
    event: 'Booking Created',
    properties: {
      booking: 'QX7R2M',
      segments: [
        {
          ...{ segment: 1, flight: 'LH400', date: tomorrow, from: 'FRA', to: 'JFK', cabin: 'economy' },
          ...{ seat: '14C', status: 'confirmed', departs: `${tomorrow}T20:00:00Z` },
          arrives: `${tomorrow}T23:59:00Z`,
        },
      ],
    },
  },
];

const leg = {
  operatingCarrierPNR: 'QX7R2M',
  departureAirport: 'FRA',
  arrivalAirport: 'JFK',
  operatingCarrierDesignator: 'LH',
  flightNumber: '0400',
  flightDate: new Date(`${tomorrow}T00:00:00Z`),
  compartmentCode: 'Y',
  seatNumber: '014C',
  checkInSequenceNumber: '0025',
  passengerStatus: '1',
};
const passengerName = 'MUELLER/ANNA MRS';
const pass = encode({ data: { passengerName, legs: [leg] } });
/** With all that an airline may print on it. */
const full = {
  ...leg,
  airlineNumericCode: '220',
  serialNumber: '1234567890',
  frequentFlyerAirlineDesignator: 'LH',
  frequentFlyerNumber: '9920036671930352',
  freeBaggageAllowance: '2PC',
  airlineInfo: 'LX58Z '.repeat(7),
};
const longPass = encode({ data: { passengerName, legs: [full, full, full, full] } });

const scan = (text: string) => scanInto(page(), text);

test.beforeAll(async () => {
  station = await openStation();
  const batch = [...person('u1', 'Anna', 'Müller'), ...person('u2', 'Ida', 'Müller')].map((one) => ({
    ...one,
    timestamp: new Date().toISOString(),
    context: { app: { name: 'dcs' } },
  }));
  const answer = await fetch(`${station.core.url}/v1/batch`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${station.core.writeKey}:`).toString('base64')}`,
    },
    body: JSON.stringify({ batch }),
  });
  expect(answer.status).toBe(200);
  await live(page());
  await expect(page().locator('.bottom')).toHaveAttribute('data-profiles', '2');
});
test.afterAll(() => station.end());

test('[P22] a boarding pass opens its bearer, also where others travel on the same booking', async () => {
  await scan(`${pass}\n`);
  await expect(page().locator('h1')).toHaveText('Anna Müller');
});

test('[P22] what stands on a pass, however long it is, is shown beside those who travel on it', async () => {
  expect(longPass.length).toBeGreaterThan(500);
  await scan(longPass);
  await expect(page().locator('.paper-legs > li')).toHaveCount(4);
  await expect(page().locator('.paper')).toContainText('Anna Mueller');
  await expect(page().locator('.paper')).toContainText('LH 400 FRA–JFK');
  await expect(page().getByRole('option')).toHaveCount(2);
  await expect(page().getByRole('option').first()).toContainText('Anna Müller');
  if (shots) await page().screenshot({ path: `${shots}/scan-pass.png` });
  await page().keyboard.press('Escape');
});

test('[S30] paper presses no keys: a short code is looked for, and a long one does no more than open', async () => {
  const outbox = () => page().locator('.bottom').textContent();
  await scan(`${pass}\n`);
  await expect(page().locator('h1')).toHaveText('Anna Müller');
  await expect(page().locator('.card-answers[data-ready=true]')).toBeVisible();
  const before = await outbox();
  // Struck without a gap, however busy the machine is that sends the keys.
  const strike = (code: string) =>
    page().evaluate(
      (keys) => {
        for (const key of keys)
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      },
      [...code, 'Enter'],
    );
  // Each of these keys would answer, open or close something; nobody's hand follows one with Enter that soon.
  for (const code of ['y', 'x', 's', 'n1', '.']) {
    await strike(code);
    await expect(page().locator('.entry-input')).toHaveValue(code);
    await page().keyboard.press('Escape');
    await page().keyboard.press('Escape');
  }
  await expect(page().locator('h1')).toHaveText('Anna Müller');
  await expect(page().locator('.card-answers[data-ready=true]')).toBeVisible();
  expect([await page().getByRole('dialog').count(), await outbox()]).toEqual([0, before]);
});

test('[P22] a passport in two lines finds who is called so, and says what was not read cleanly', async () => {
  // The document's number is another than its check digit says; each line ends with Enter.
  await scan('P<D<<MUELLER<<IDA<SOPHIE<<<<<<<<<<<<<<<<<<<<\nC01X00T578D<<6408125F2702283<<<<<<<<<<<<<<<4');
  await expect(page().locator('.paper')).toContainText('Ida Sophie Mueller');
  await expect(page().locator('.paper')).toContainText('Not read cleanly: number');
  await expect(page().getByRole('option')).toHaveCount(1);
  if (shots) await page().screenshot({ path: `${shots}/scan-passport.png` });
  await page().keyboard.press('Escape');
});
