/** Pictures of the supervisor's board on the embedded core and the simulated airport. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron, expect, type Page, test } from '@playwright/test';

const folder = process.env.KAIROS_SHOTS ?? 'out/screenshots';
const root = join(import.meta.dirname, '..', '..');
const data = mkdtempSync(join(tmpdir(), 'kairos-shots-'));

let app: ElectronApplication;
let page: Page;
test.beforeAll(async () => {
  const { ELECTRON_RUN_AS_NODE: _unset, ...environment } = process.env;
  const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const flags = ['--data', data, '--role', 'supervisor', '--protection', 'unprotected', '--disable-gpu'];
  app = await electron.launch({
    args: [root, ...flags, ...switches],
    env: environment as { [name: string]: string },
  });
  page = await app.firstWindow();
  await expect(page.locator('.work-row').first()).toBeVisible({ timeout: 60_000 });
});
test.afterAll(async () => {
  await app.close();
  rmSync(data, { recursive: true, force: true });
});

for (const [theme, language, width, height] of [
  ['light', 'en', 1440, 900],
  ['dark', 'en', 1440, 900],
  ['light', 'de', 1440, 900],
  ['light', 'en', 1024, 768],
] as const) {
  test(`the board, ${theme}, ${language}, ${width} x ${height}`, async () => {
    await app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    );
    await page.evaluate(
      (kept) => localStorage.setItem('kairos.session', kept),
      JSON.stringify({ theme, language }),
    );
    await page.reload();
    await expect(page.locator('.work-row').first()).toBeVisible();
    await page.keyboard.press('v');
    await expect(page.locator('.queue').first()).toBeVisible();
    await page.screenshot({ path: join(folder, `board-${theme}-${language}-${width}.png`) });
  });
}
