/** The real console on the embedded core and the simulated airport, as `npm start` shows it, for pictures. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron, expect, type Page } from '@playwright/test';
import type { Language } from '../../src/domain/language.ts';
import { settingsText } from './settings.ts';

const root = join(import.meta.dirname, '..', '..');

export class Airport {
  readonly page: Page;
  private readonly app: ElectronApplication;
  private readonly data: string;

  private constructor(app: ElectronApplication, page: Page, data: string) {
    this.app = app;
    this.page = page;
    this.data = data;
  }

  static async open(flags: readonly string[] = []): Promise<Airport> {
    const data = mkdtempSync(join(tmpdir(), 'kairos-shots-'));
    const { ELECTRON_RUN_AS_NODE: _unset, ...environment } = process.env;
    const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const app = await electron.launch({
      args: [root, '--data', data, '--protection', 'unprotected', '--disable-gpu', ...flags, ...switches],
      env: environment as { [name: string]: string },
    });
    const airport = new Airport(app, await app.firstWindow(), data);
    await expect(airport.page.locator('.work-row').first()).toBeVisible({ timeout: 60_000 });
    return airport;
  }

  /** The window anew, in another theme, language and size. */
  async look(theme: 'light' | 'dark', language: Language, width: number, height: number): Promise<void> {
    await this.app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    );
    await this.page.evaluate(
      (kept) => localStorage.setItem('kairos.settings', kept),
      settingsText({ theme, language }),
    );
    await this.page.reload();
    await expect(this.page.locator('.work-row').first()).toBeVisible();
  }

  async take(name: string): Promise<void> {
    const folder = process.env.KAIROS_SHOTS ?? 'out/screenshots';
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.app.close();
    rmSync(this.data, { recursive: true, force: true });
  }
}
