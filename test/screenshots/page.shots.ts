/** The pictures of docs/screens.md: every screen once, and one of them in every look. Small, for a page. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type Form, openStage, type Stage } from './stage.ts';

const folder = join(process.env.KAIROS_SHOTS ?? 'out/screenshots', 'screens');

type Picture = [name: string, scene: string, keys: string[], form?: Partial<Form>];
const DARK: Partial<Form> = { theme: 'dark' };
const GERMAN: Partial<Form> = { language: 'de' };
const SPANISH: Partial<Form> = { language: 'es' };
const SMALL: Partial<Form> = { width: 1024, height: 768 };

const PICTURES: Picture[] = [
  ['counter', 'counter', []],
  ['counter-dark', 'counter', [], DARK],
  ['counter-german', 'counter', [], GERMAN],
  ['counter-spanish', 'counter', [], SPANISH],
  ['counter-compact', 'counter', [], { density: 'compact' }],
  ['counter-small', 'counter', [], SMALL],
  ['counter-zoomed', 'counter', [], { ...GERMAN, zoom: 2 }],
  ['counter-contrast', 'counter', [], { contrast: 'more' }],
  ['counter-forced', 'counter', [], { ...DARK, contrast: 'forced' }],
  ['nobody', 'nobody', []],
  ['why', 'counter', ['w']],
  ['decline', 'counter', ['n']],
  ['note', 'counter', ['t']],
  ['seat', 'counter', ['s'], GERMAN],
  ['wrap-up', 'counter', ['m'], DARK],
  ['outbox', 'conflict', ['o']],
  ['offline', 'offline', [], DARK],
  ['away', 'away', ['a'], GERMAN],
  ['drafts', 'drafts', ['o', 'j', 'h']],
  ['link', 'link', []],
  ['disruption', 'disruption', ['z']],
  ['disruption-rebook', 'disruption', ['z', 'a', 'b'], { ...GERMAN, ...DARK }],
  ['palette', 'counter', ['Control+k']],
  ['keys', 'counter', ['?'], GERMAN],
  ['settings', 'counter', ['Control+,']],
  ['settings-keys', 'counter', ['Control+,', 'ArrowRight'], DARK],
  ['settings-macros', 'counter', ['Control+Shift+m', '2', 'w', 'Control+Shift+m'], SPANISH],
  ['recording', 'counter', ['Control+Shift+m', '2', 'w'], GERMAN],
  ['tour', 'nobody', ['Tab:Show me', 'Enter', 'ArrowRight', 'ArrowRight']],
  ['reveal', 'masked', ['Control+3', 'Tab:Show Phone', 'Enter'], SMALL],
  ['diagnostics', 'counter', ['Control+Shift+d']],
  ['kiosk', 'kiosk', [], SMALL],
  ['sign-in', 'sign-in', []],
  ['covered', 'covered', [], { ...GERMAN, ...DARK }],
  ['desk-code', 'sign-in-ended', ['Control+k', 'd', 'e', 's', 'k', 'Enter'], SMALL],
  ['starting', 'starting', []],
  ['refused', 'refused', [], GERMAN],
  ['revoked', 'revoked', [], DARK],
  ['choose', 'choose', [], GERMAN],
];

/** A key, or `Tab:NAME`: on to the button of this name, as Tab leads there. */
async function strike(page: Page, key: string): Promise<void> {
  if (key.startsWith('Tab:')) await page.getByRole('button', { name: key.slice(4) }).focus();
  else await page.keyboard.press(key, { delay: 80 });
}

let stage: Stage;
test.beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  stage = await openStage();
});
test.afterAll(() => stage.close());

for (const [name, scene, keys, form] of PICTURES) {
  test(`screens/${name}`, async () => {
    await stage.show(scene, form);
    if (scene === 'counter') await expect(stage.page.locator('.card-answers[data-ready=true]')).toBeVisible();
    for (const key of keys) await strike(stage.page, key);
    await stage.page.waitForFunction(() =>
      document.getAnimations().every((one) => one.playState !== 'running'),
    );
    writeFileSync(join(folder, `${name}.jpg`), await stage.small());
    expect(readFileSync(join(folder, `${name}.jpg`)).length).toBeLessThan(60_000);
  });
}
