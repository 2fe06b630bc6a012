/** Pictures of the real console on the embedded core and the simulated airport, as `npm start` shows them. */
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
  app = await electron.launch({
    args: [root, '--data', data, '--protection', 'unprotected', '--disable-gpu', ...switches],
    env: environment as { [name: string]: string },
  });
  page = await app.firstWindow();
  await expect(page.locator('.work-row').first()).toBeVisible({ timeout: 60_000 });
});
test.afterAll(async () => {
  await app.close();
  rmSync(data, { recursive: true, force: true });
});

const take = (name: string): Promise<unknown> =>
  page.screenshot({ path: join(folder, `airport-${name}.png`) });

async function look(
  theme: 'light' | 'dark',
  language: 'en' | 'de',
  width: number,
  height: number,
): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
    { width, height },
  );
  await page.evaluate(
    (kept) => localStorage.setItem('kairos.session', kept),
    JSON.stringify({ theme, language, tab: 'timeline' }),
  );
  await page.reload();
  await expect(page.locator('.work-row').first()).toBeVisible();
}

test('the counter at work', async () => {
  await page.locator('.work-row', { hasText: 'Weber' }).first().click();
  await expect(page.locator('.card-title')).toBeVisible();
  await take('counter-light-en');
  await page.keyboard.press('w');
  await expect(page.locator('.why')).toBeVisible();
  await take('why-light-en');
});

test('dark, in German', async () => {
  await look('dark', 'de', 1440, 900);
  await expect(page.locator('.card-title')).toBeVisible();
  await take('counter-dark-de');
});

test('at 1024 x 768', async () => {
  await look('light', 'en', 1024, 768);
  await expect(page.locator('.card-title')).toBeVisible();
  await take('counter-light-en-1024x768');
});
