/** The console's screen by itself: by keyboard alone, for everybody (axe), and holding still under hand and eye. */
import { expect, test } from '@playwright/test';
import { leaks } from '../screenshots/leaks.ts';
import { openStage, type Stage, untilShown } from '../screenshots/stage.ts';
import { scanInto } from './scanner.ts';

let stage: Stage;
test.beforeAll(async () => {
  stage = await openStage();
});
test.afterAll(async () => {
  await stage.close();
});

const page = () => stage.page;
const done = () => page().locator('.did-line');
const dialog = () => page().getByRole('dialog');
const press = (key: string) => page().keyboard.press(key);
/** The card could have been read by now: before that it takes no answer. */
const ready = () => page().locator('.card-answers[data-ready=true]').waitFor();
/** In the page itself, because a look from here may come after the time in which nobody can have read the card. */
const strikeOnceShown = (key: string, title: string) =>
  page().evaluate(
    ([key, title]) =>
      new Promise<void>((struck) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector('.card-title')?.textContent !== title) return;
          observer.disconnect();
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          struck();
        });
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
      }),
    [key, title] as const,
  );
/** A key that is struck while a dialog is still open belongs to the dialog. */
const closed = () => expect(dialog()).toHaveCount(0);

/** The settings sheet, at its keys. */
async function openKeys(): Promise<void> {
  await press('Control+,');
  await expect(page().getByRole('tab', { name: 'Look' })).toBeFocused();
  await press('ArrowRight');
  await expect(page().getByRole('tab', { name: 'Keys' })).toBeFocused();
}

/** A scene and the keys that lead to what is looked at. */
type Seen = [scene: string, ...keys: string[]];
const STATES: Seen[] = [
  ...['nobody', 'empty', 'offline', 'stale', 'rebooked', 'parked', 'forbidden', 'unsure', 'upgrade', 'gone'],
  ...[
    'starting',
    'loading',
    'refused',
    'disk-full',
    'strange-rules',
    'salvaged',
    'in-use',
    'revoked',
    'link',
  ],
  ...['choose', 'locked', 'kiosk'],
].map((scene): Seen => [scene]);
const LISTS: Seen[] = [
  ['conflict', 'o'],
  ['away', 'a'],
  ['drafts', 'o', 'j', 'h'],
  ['full', 'o'],
  ['disruption', 'z', 'a', 'b'],
];
const SHEETS = [
  ['Control+,', 'ArrowRight'],
  ['Control+Shift+d'],
  ['Control+,', 'ArrowRight', 'ArrowRight'],
  ['Control+Shift+m', 'w'],
  ['Control+Shift+m', 'w', 'Control+Shift+m'],
  ...['w', 'n', '2', 'y', 's', 'b', 't', 'p', 'c', 'm', '>', '#', ',', '?', 'Control+k', 'Control+,'].map(
    (key) => [key],
  ),
  ...[2, 3, 4, 5].map((tab) => [`Control+${tab}`]),
].map((keys): Seen => ['counter', ...keys]);

test.describe('every word comes from the catalogue or from the data', () => {
  for (const [where, seen] of Object.entries({ states: STATES, lists: LISTS, sheets: SHEETS })) {
    test(where, async () => {
      const found: string[] = [];
      for (const [scene, ...keys] of seen) {
        await page().goto(`${stage.url}?scene=${scene}&pseudo`);
        await untilShown(page());
        if (scene === 'counter') await ready();
        for (const key of keys) await page().keyboard.press(key, { delay: 80 });
        found.push(...(await leaks(page())).map((leak) => `${scene} ${keys.join(' ')}: ${leak}`));
      }
      expect(found).toEqual([]);
    });
  }
});

test.describe('by keyboard alone', () => {
  test('search, open, and go through the work list', async () => {
    await stage.show('nobody');
    await press('/');
    await page().keyboard.type('okaf');
    await expect(page().getByRole('option')).toHaveCount(1);
    await press('Enter');
    await expect(page().locator('h1')).toHaveText('Chidi Okafor');
    await press('j');
    await expect(page().locator('h1')).toHaveText('Nguyễn Thị Hà');
    await press('k');
    await expect(page().locator('h1')).toHaveText('Chidi Okafor');
    await press('x');
    await expect(page().locator('h1')).toHaveText('Nobody is open');
  });

  test('accept a suggestion and take it back', async () => {
    await stage.show('counter');
    const before = await done().count();
    await press('2');
    await expect(page().locator('.card-title')).toContainText('UA 989');
    await press('1');
    await ready();
    await press('y');
    await expect(page().locator('.card-answered')).toContainText('Accepted');
    await expect(done()).toHaveCount(before + 1);
    await press('Control+z');
    await expect(done()).toHaveCount(before);
  });

  test('keys are changed, refused where another command has them, and shown where they act', async () => {
    await stage.show('counter');
    await openKeys();
    const later = dialog().getByRole('button', { name: /^Suggestion: not now/u });
    await later.focus();
    await press('Enter');
    await press('y');
    await expect(dialog().getByRole('alert')).toHaveText(
      'Y belongs to “Accept the suggestion”. Press another one.',
    );
    await press('Enter');
    await expect(dialog().getByRole('alert')).toContainText('the same everywhere');
    await press('Control+Shift+l');
    await expect(later).toHaveText('Ctrl Shift L');
    await press('Escape');
    await closed();
    const button = page().locator('.card-answers').getByRole('button', { name: 'Not now' });
    await expect(button).toContainText('Ctrl Shift L');
    await ready();
    await press('l');
    await press('Control+Shift+l');
    await expect(page().locator('.answered')).toContainText('Put off');
    await press('?');
    await expect(dialog().getByText('Ctrl Shift L')).toBeVisible();
    await press('Escape');
    await closed();
    await page().reload();
    await expect(button).toContainText('Ctrl Shift L');
  });

  test('function keys of a counter act in the entry box, too, and letters write there', async () => {
    await stage.show('counter');
    await openKeys();
    await press('Tab');
    await expect(page().getByRole('radio', { name: /^Letters/u })).toBeFocused();
    await press('ArrowRight');
    await expect(page().getByRole('radio', { name: /^Function keys/u })).toBeChecked();
    await press('Escape');
    await closed();
    await ready();
    await expect(page().locator('.card-answers').getByRole('button', { name: 'Accept' })).toContainText('F4');
    await press('F3');
    await page().keyboard.type('y');
    await expect(page().getByRole('combobox')).toHaveValue('y');
    await press('F4');
    await expect(page().locator('.card-answered')).toContainText('Accepted');
  });

  test('decline with one key for the reason', async () => {
    await stage.show('counter');
    await ready();
    await press('n');
    await expect(page().getByText('Why not? One key.')).toBeVisible();
    await press('Escape');
    await press('n');
    await press('2');
    await expect(page().locator('.answered')).toContainText('Declined');
  });

  test('every command, with what is wrong said in place and drafts kept', async () => {
    await stage.show('counter');
    await press('s');
    await expect(page().getByLabel('New seat')).toBeFocused();
    await page().keyboard.type('12');
    await press('Enter');
    await expect(dialog()).toContainText('A seat is a row');
    await press('Escape');
    await closed();
    await press('s');
    await expect(page().getByLabel('New seat')).toBeFocused();
    await expect(page().getByLabel('New seat')).toHaveValue('12');
    await page().keyboard.type('K');
    await press('Enter');
    await expect(done().first()).toContainText('Seat 12K');
    await closed();

    await press('b');
    await expect(page().getByLabel('To flight')).toBeFocused();
    await page().keyboard.type('lh404');
    await press('Enter');
    await expect(done().first()).toContainText('to LH 404');
    await closed();

    await press('t');
    await expect(dialog().getByRole('textbox')).toBeFocused();
    await page().keyboard.type('Travels with a cello');
    await press('Control+Enter');
    await expect(done().first()).toContainText('Travels with a cello');
    await closed();

    await press('p');
    await expect(dialog()).toBeVisible();
    await press('Tab');
    await press('Space');
    await press('Enter');
    await expect(done().first()).toContainText('Seat: window');
    await closed();

    await press('c');
    await expect(dialog()).toBeVisible();
    await press('Tab');
    await press('Space');
    await press('Enter');
    await expect(done().first()).toContainText('Case 8841: Rebooked');
  });

  test('a conflict: mine again, something else, or theirs', async () => {
    for (const [key, left] of [
      ['r', 1],
      ['d', 1],
    ] as const) {
      await stage.show('conflict');
      await expect(page().locator('.conflict')).toContainText('12K');
      await press(key);
      await expect(page().locator('.conflict')).toHaveCount(0);
      await expect(page().locator('.rail-badge')).toHaveText(String(left));
    }
    await stage.show('conflict');
    await expect(page().locator('.conflict')).toBeVisible();
    await press('e');
    await expect(page().getByLabel('New seat')).toHaveValue('12A');
  });

  test('an unsent action is held, let go and taken back, where it is looked at and where it was done', async () => {
    await stage.show('counter');
    const line = done().filter({ hasText: 'Seat 12A' });
    await expect(line).toContainText('Hold');
    await press('h');
    await expect(line).toContainText('you hold it');
    await press('o');
    const row = page().locator('.outbox-item', { hasText: 'Seat 12A' });
    await row.getByRole('button', { name: /Seat 12A/u }).click();
    await row.getByRole('button', { name: /Let go/u }).click();
    await expect(row).not.toContainText('you hold it');
    await press('e');
    await expect(page().getByLabel('New seat')).toHaveValue('12A');
    await press('Escape');
    await closed();
    await press('Control+z');
    // It keeps its place under the pointer, as what it is.
    await expect(row).toHaveClass(/outbox-gone/u);
    await page().locator('.bottom').hover();
    await expect(row).toHaveCount(0);
  });

  test('[O21] what was refused says what happened and what can be done', async () => {
    for (const [scene, said, advice, keys] of [
      ['forbidden', 'your role may not do this', 'Ask somebody who may', 'D'],
      ['parked', 'the core failed on it', 'Tell the administrator', 'RED'],
      ['unsure', 'not known whether it took effect', 'if it is missing there', 'RED'],
    ] as const) {
      await stage.show(scene);
      const question = page().locator('.question');
      await expect(question).toContainText(said);
      await expect(question).toContainText(advice);
      expect((await question.locator('.key').allTextContents()).join('')).toBe(keys);
    }
  });

  test('[O21] the strip at a fact leads to what asks about it', async () => {
    await stage.show('rebooked');
    const mark = page().locator('.tile .own-mark');
    await expect(mark).toHaveText('Your LH 402 waits above');
    await mark.click();
    await expect(page().locator('.outbox .work-row[aria-current]')).toContainText('to LH 402');
    await expect(page().locator('.sides tbody tr')).toHaveCount(2);
    await expect(page().locator('.sides')).toContainText('A. Rossi');
  });

  test('[O19] what was begun is listed and goes on where it was left', async () => {
    await stage.show('drafts');
    await press('o');
    await page().locator('.outbox [data-draft]').getByRole('button').first().click();
    await expect(dialog().getByRole('textbox')).toHaveValue(/Her bags stay with LH 402/u);
    await page().keyboard.type(' 207');
    await press('Escape');
    await closed();
    await expect(page().locator('.outbox [data-draft]')).toContainText('Her bags stay');
    const kept = await page().evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toContain('bags');
    await page().locator('.outbox [data-draft]').getByRole('button', { name: 'Discard' }).click();
    await page().locator('.bottom').hover();
    await expect(page().locator('[data-draft]')).toHaveCount(0);
  });

  test('[P34] the strip after a gap: shown, followed, and seen', async () => {
    await stage.show('away');
    await press('a');
    const strip = page().locator('.away');
    await expect(strip).toContainText('4 of 7 changed');
    await expect(strip).toContainText('1 gap still open');
    await strip.getByRole('button', { name: /Chidi Okafor/u }).click();
    await expect(page().locator('h1')).toHaveText('Chidi Okafor');
    await expect(page().locator('.since')).toContainText('LH 568: late');
    await press('Escape');
    await expect(page().locator('.top-away, .away')).toHaveCount(0);
    await press('a');
    await expect(page().locator('.top-away, .away')).toHaveCount(0);
    await expect(page().locator('.since')).toContainText('Nothing has changed');
  });

  test('keys, palette, panes and tabs', async () => {
    await stage.show('counter');
    await press('?');
    await expect(dialog()).toContainText('Work list');
    await press('Escape');
    await press('Control+k');
    await page().keyboard.type('trips');
    await press('Enter');
    await expect(page().getByRole('tab', { selected: true })).toContainText('Trips');
    await press('o');
    await expect(page().locator('.outbox')).toBeVisible();
    await press('q');
    await expect(page().locator('.outbox')).toHaveCount(0);
  });

  test('the focus can be seen wherever Tab leads', async () => {
    await stage.show('counter');
    for (let step = 0; step < 30; step++) {
      await press('Tab');
      const seen = await page().evaluate(() => {
        const focused = document.activeElement;
        if (!focused || focused === document.body) return 'body';
        const box = focused.closest('.entry-box') ?? focused;
        const { outlineStyle, boxShadow } = getComputedStyle(box);
        return outlineStyle !== 'none' || boxShadow !== 'none' ? 'seen' : focused.outerHTML.slice(0, 120);
      });
      expect(['seen', 'body']).toContain(seen);
    }
  });
});

test('a scan anywhere goes into the entry and triggers nothing', async () => {
  await stage.show('counter');
  await expect(page().locator('.card')).toBeVisible();
  await scanInto(page(), 'NYQX7R2M');
  await expect(page().locator('.entry-input')).toHaveValue('NYQX7R2M');
  await expect(page().locator('.declining, .card-answered')).toHaveCount(0);
});

test.describe('holds still', () => {
  test('[P34] what somebody points at, while the strip after a gap waits in the top bar', async () => {
    await stage.show('counter');
    await page().locator('.tile').first().hover();
    await stage.show('away');
    await expect(page().locator('.top-away')).toContainText('While you were away: 4 changed');
    const top = () =>
      page()
        .locator('.tile')
        .first()
        .evaluate((tile) => tile.getBoundingClientRect().top);
    const before = await top();
    await page().locator('.tile').nth(1).hover();
    await expect(page().locator('.away')).toHaveCount(0);
    expect(await top()).toBe(before);
    await page().locator('.bottom').hover();
    await expect(page().locator('.away')).toBeVisible();
    await page().locator('.tile').first().hover();
    await expect(page().locator('.away')).toBeVisible();
  });

  test('the answered suggestion, although the next is there at once; a second Y answers nobody', async () => {
    await stage.show('counter');
    const before = await done().count();
    await ready();
    await press('y');
    await expect(page().locator('.card-answered')).toContainText('Accepted');
    const struck = strikeOnceShown('y', 'Lounge until 22:00');
    await page().evaluate('preview.suggestAnew("Lounge until 22:00")');
    await press('y');
    await expect(page().locator('.card-title')).toContainText('LH 402');
    await struck;
    await expect(page().locator('.card-title')).toHaveText('Lounge until 22:00');
    await ready();
    await expect(done()).toHaveCount(before + 1);
    await press('y');
    await expect(done()).toHaveCount(before + 2);
  });

  test('the timeline under the pointer', async () => {
    await stage.show('counter');
    const first = page().locator('.timeline-row').first();
    await first.hover();
    const at = (await first.locator('time').textContent()) ?? '';
    await page().evaluate('preview.changeSeat("12K")');
    await expect(page().locator('.timeline-waiting')).toContainText('1 new above');
    await expect(first).toContainText(at);
    await page().locator('.bottom').hover();
    await expect(first).toContainText('12K');
  });

  test('the suggestion that may have been read, until the newer is asked for', async () => {
    await stage.show('counter');
    const title = page().locator('.card-title');
    await title.hover();
    await page().evaluate('preview.suggestAnew("Lounge until 22:00")');
    await expect(page().locator('.card-newer')).toContainText('Lounge until 22:00');
    await expect(title).toContainText('LH 402');
    await press('g');
    await expect(title).toHaveText('Lounge until 22:00');
  });

  test('a changed fact is shown beside the old one, and the place of the cells stays', async () => {
    await stage.show('counter');
    const boxes = () =>
      page()
        .locator('.tile')
        .evaluateAll((all) => all.map((tile) => tile.getBoundingClientRect().top));
    const before = await boxes();
    await page().evaluate('preview.changeSeat("12K")');
    await expect(page().locator('.tile-changed s')).toHaveText('14C');
    await expect(page().locator('.since')).toContainText('14C → 12K');
    expect(await boxes()).toEqual(before);
  });
});

test('[S41] a name cannot turn the line around', async () => {
  await stage.show('names');
  await expect(page().locator('h1')).toContainText('‹U+202E›');
});

/** `npm run screenshots` holds every state against axe; here are those with the most on them. */
const LOOKED_AT: [scene: string, key: string | null][] = [
  ['counter', null],
  ['conflict', 'o'],
  ['choose', null],
  ['counter', 's'],
  ['counter', 'Control+k'],
];

for (const theme of ['light', 'dark'] as const) {
  for (const [scene, key] of LOOKED_AT) {
    test(`axe finds nothing: ${scene}${key ? ` after ${key}` : ''}, ${theme}`, async () => {
      await stage.show(scene, { theme });
      if (key) {
        await expect(page().locator('.card')).toBeVisible();
        await press(key);
        await expect(page().locator('[role=dialog], .outbox')).toBeVisible();
        await page().waitForFunction(() =>
          document.getAnimations().every((one) => one.playState !== 'running'),
        );
      }
      expect(await stage.complaints()).toEqual([]);
    });
  }
}
