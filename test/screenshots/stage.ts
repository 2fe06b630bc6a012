/** A stage for every state of the console: the built page over a replica of invented customers, in real Electron. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type ElectronApplication, _electron as electron, type Page } from '@playwright/test';
import type { Language } from '../../src/domain/language.ts';
import { buildPreview, servePreview } from './preview/server.ts';
import { settingsText } from './settings.ts';

export type Form = {
  theme: 'light' | 'dark';
  language: Language;
  density: 'comfortable' | 'compact';
  width: number;
  height: number;
  /** 1 is 100 %. */
  zoom: number;
  /** What the operating system says of contrast: nothing, more of it, or its own few colours. */
  contrast: 'usual' | 'more' | 'forced';
};

export const USUAL: Form = {
  theme: 'light',
  language: 'en',
  density: 'comfortable',
  width: 1440,
  height: 900,
  zoom: 1,
  contrast: 'usual',
};

export type Stage = {
  page: Page;
  url: string;
  /** Shows a scene of preview/scenes.ts in a form, as after a start. */
  show(scene: string, form?: Partial<Form>): Promise<void>;
  /** A picture of the whole window, whatever its zoom. */
  take(file: string): Promise<void>;
  /** The same, small enough for a page of pictures: a JPEG 860 px wide. */
  small(): Promise<Buffer>;
  /** What axe has against the page as it is now; empty is good. */
  complaints(): Promise<string[]>;
  close(): Promise<void>;
};

/** Electron as a browser: as root it has no sandbox. */
const switches = (): string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : []);

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-stage-'));
  await buildPreview(folder);
  const server = await servePreview(folder);
  const browser = join(import.meta.dirname, 'preview', 'browser.cjs');
  const app = await electron.launch({ args: [browser, server.url, '--disable-gpu', ...switches()] });
  const page = await app.firstWindow();
  return {
    page,
    url: server.url,
    async show(scene, given = {}) {
      const form = { ...USUAL, ...given };
      await shape(app, form);
      await page.emulateMedia({
        contrast: form.contrast === 'usual' ? null : 'more',
        forcedColors: form.contrast === 'forced' ? 'active' : null,
        colorScheme: form.theme,
      });
      // What an earlier scene left open is none of this one's.
      if (page.url().startsWith(server.url)) await page.evaluate(() => localStorage.clear());
      const { theme, language, density } = form;
      const address = new URLSearchParams({ scene, settings: settingsText({ theme, language, density }) });
      await page.goto(`${server.url}?${address}`);
      await untilShown(page);
      await page.evaluate(() => document.fonts.ready);
    },
    async take(file) {
      await painted(page);
      const picture = await app.evaluate(async ({ BrowserWindow }) => {
        const captured = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
        return captured?.toPNG().toString('base64') ?? '';
      });
      writeFileSync(file, Buffer.from(picture, 'base64'));
    },
    async small() {
      await painted(page);
      const picture = await app.evaluate(async ({ BrowserWindow }) => {
        const captured = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
        const small = captured?.resize({ width: 860, quality: 'best' });
        // Sharp lines of few colours need more bytes than others.
        const [usual, least] = [small?.toJPEG(48), small?.toJPEG(30)];
        return ((usual?.length ?? 0) < 60_000 ? usual : least)?.toString('base64') ?? '';
      });
      return Buffer.from(picture, 'base64');
    },
    async complaints() {
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
    },
    async close() {
      await app.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for the page's heading: in the page, and not by looking again at ever longer intervals as `expect` does. */
export const untilShown = (page: Page): Promise<void> => page.locator('h1').first().waitFor();

/** What the page has is on screen two frames later; a busy machine would give a picture of before. */
const painted = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));

async function shape(app: ElectronApplication, { theme, width, height, zoom }: Form): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow, nativeTheme }, form) => {
      const [window] = BrowserWindow.getAllWindows();
      nativeTheme.themeSource = form.theme;
      window?.setContentSize(form.width, form.height);
      window?.webContents.setZoomFactor(form.zoom);
    },
    { theme, width, height, zoom },
  );
}
