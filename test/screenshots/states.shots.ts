/** Pictures of every state in light and dark, English and German, at every size; each must also pass axe. */
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type Form, openStage, type Stage } from './stage.ts';

const folder = process.env.KAIROS_SHOTS ?? 'out/screenshots';

const SIZES = [
  [1440, 900],
  [1280, 800],
  [1024, 768],
] as const;
const FORMS: Partial<Form>[] = (['light', 'dark'] as const).flatMap((theme) =>
  (['en', 'de'] as const).flatMap((language) =>
    SIZES.map(([width, height]) => ({ theme, language, width, height })),
  ),
);
/** The extremes: what fits in these fits in the others. */
const SOME: Partial<Form>[] = [
  {},
  { theme: 'dark', language: 'de', width: 1280, height: 800 },
  { theme: 'dark', language: 'es', width: 1024, height: 768 },
];
const ZOOMED: Partial<Form> = { zoom: 2, language: 'de' };
const CONTRASTS: Partial<Form>[] = [
  { contrast: 'more' },
  { contrast: 'more', theme: 'dark' },
  { contrast: 'forced' },
  { contrast: 'forced', theme: 'dark' },
];

const nameOf = (
  what: string,
  {
    theme = 'light',
    language = 'en',
    width = 1440,
    height = 900,
    zoom = 1,
    contrast = 'usual',
  }: Partial<Form>,
): string =>
  `${what}-${theme}-${language}-${width}x${height}${zoom === 1 ? '' : `-zoom${zoom}`}${contrast === 'usual' ? '' : `-${contrast}`}.png`;

/** Scenes that are shown as they are after the start. */
const STATES = [
  'nobody',
  'empty',
  'offline',
  'stale',
  'away',
  'rebooked',
  'parked',
  'forbidden',
  'unsure',
  'drafts',
  'upgrade',
  'gone',
  'names',
  'chinese',
  'starting',
  'loading',
  'refused',
  'disk-full',
  'strange-rules',
  'salvaged',
  'in-use',
  'revoked',
  'reconnecting',
  'choose',
  'locked',
  'sign-in',
  'sign-in-away',
  'covered',
  'sign-in-ended',
];

/** What is opened by keys alone, on which scene. */
const OPENED: [what: string, scene: string, keys: string[]][] = [
  ['conflict', 'conflict', ['o']],
  ['away-strip', 'away', ['a']],
  ['away-outbox', 'away', ['a', 'o']],
  ['rebooked-outbox', 'rebooked', ['o']],
  ['drafts-outbox', 'drafts', ['o', 'j', 'h']],
  ['full', 'full', ['o']],
  ['stuck', 'stuck', ['o']],
  ['why', 'counter', ['w']],
  ['decline', 'counter', ['n']],
  ['alternative', 'counter', ['2']],
  ['accepted', 'counter', ['y']],
  ['trips', 'counter', ['Control+2']],
  ['profile', 'counter', ['Control+3']],
  ['cases', 'counter', ['Control+4']],
  ['consents', 'counter', ['Control+5']],
  ['seat', 'counter', ['s', 'Enter']],
  ['rebook', 'counter', ['b']],
  ['note', 'counter', ['t']],
  ['preference', 'counter', ['p']],
  ['case', 'counter', ['c']],
  ['wrap-up', 'counter', ['m']],
  ['help', 'counter', ['?']],
  ['palette', 'counter', ['Control+k']],
  ['settings', 'counter', ['Control+,']],
  ['recording', 'counter', ['Control+Shift+m', '2', 'w']],
  ['macros', 'counter', ['Control+Shift+m', '2', 'w', 'Control+Shift+m']],
];

let stage: Stage;
test.beforeAll(async () => {
  stage = await openStage();
});
test.afterAll(async () => {
  await stage.close();
});

async function take(what: string, form: Partial<Form>): Promise<void> {
  await stage.take(join(folder, nameOf(what, form)));
  expect([what, await stage.complaints()]).toEqual([what, []]);
}

for (const form of [...FORMS, ZOOMED, ...CONTRASTS]) {
  test(nameOf('counter', form), async () => {
    await stage.show('counter', form);
    await take('counter', form);
  });
}

for (const scene of STATES) {
  for (const form of SOME) {
    test(nameOf(scene, form), async () => {
      await stage.show(scene, form);
      if (scene === 'reconnecting')
        await expect(stage.page.locator('[data-connection=reconnecting]')).toBeVisible();
      await expect(stage.page.locator('.customer[aria-busy=true]')).toHaveCount(0);
      await take(scene, form);
    });
  }
}

for (const [what, scene, keys] of OPENED) {
  for (const form of SOME) {
    test(nameOf(what, form), async () => {
      await stage.show(scene, form);
      await expect(stage.page.locator('.card-answers[data-ready=true]')).toBeVisible();
      for (const key of keys) await stage.page.keyboard.press(key, { delay: 80 });
      await stage.page.waitForFunction(() =>
        document.getAnimations().every((one) => one.playState !== 'running'),
      );
      await take(what, form);
    });
  }
}

for (const form of [...SOME, ZOOMED]) {
  test(nameOf('tour', form), async () => {
    await stage.show('nobody', form);
    await stage.page.locator('.tour-offer button').first().press('Enter');
    for (let step = 1; step <= 2; step++) await stage.page.keyboard.press('ArrowRight', { delay: 80 });
    await take('tour', form);
  });
}

for (const form of SOME) {
  test(nameOf('search', form), async () => {
    await stage.show('counter', form);
    await stage.page.keyboard.press('/');
    await stage.page.keyboard.type('wan');
    await expect(stage.page.getByRole('option')).toHaveCount(1);
    await take('search', form);
  });

  test(nameOf('changed', form), async () => {
    await stage.show('counter', form);
    await expect(stage.page.locator('.tile')).toHaveCount(6);
    await stage.page.evaluate('preview.changeSeat("12K")');
    await expect(stage.page.locator('.tile-changed')).toContainText('12K');
    await take('changed', form);
  });
}
