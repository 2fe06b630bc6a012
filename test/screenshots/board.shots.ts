/** Pictures of the supervisor's board. */
import { expect, test } from '@playwright/test';
import { Airport } from './station.ts';

let airport: Airport;
test.beforeAll(async () => {
  airport = await Airport.open(['--role', 'supervisor']);
});
test.afterAll(() => airport.close());

for (const [theme, language, width, height] of [
  ['light', 'en', 1440, 900],
  ['dark', 'en', 1440, 900],
  ['light', 'de', 1440, 900],
  ['light', 'en', 1024, 768],
  ['dark', 'de', 1024, 768],
] as const) {
  test(`the board, ${theme}, ${language}, ${width} x ${height}`, async () => {
    await airport.look(theme, language, width, height);
    await airport.page.keyboard.press('v');
    await expect(airport.page.locator('.queue').first()).toBeVisible();
    await airport.take(`board-${theme}-${language}-${width}`);
  });
}
