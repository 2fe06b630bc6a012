/** Pictures of the counter at work. */
import { expect, test } from '@playwright/test';
import { Airport } from './station.ts';

let airport: Airport;
test.beforeAll(async () => {
  airport = await Airport.open();
});
test.afterAll(() => airport.close());

test('the counter at work', async () => {
  await airport.page.locator('.work-row', { hasText: 'Weber' }).first().click();
  await expect(airport.page.locator('.card-title')).toBeVisible();
  await airport.take('airport-counter-light-en');
  await airport.page.keyboard.press('w');
  await expect(airport.page.locator('.why')).toBeVisible();
  await airport.take('airport-why-light-en');
});

test('dark, in German', async () => {
  await airport.look('dark', 'de', 1440, 900);
  await expect(airport.page.locator('.card-title')).toBeVisible();
  await airport.take('airport-counter-dark-de');
});

test('at 1024 x 768', async () => {
  await airport.look('light', 'en', 1024, 768);
  await expect(airport.page.locator('.card-title')).toBeVisible();
  await airport.take('airport-counter-light-en-1024x768');
});
