/** What a screen reader finds and hears: roles and names of each flow, and what changes, said once. */
import { expect, test } from '@playwright/test';
import { openStage, type Stage } from '../screenshots/stage.ts';

let stage: Stage;
test.beforeAll(async () => {
  stage = await openStage();
});
test.afterAll(() => stage.close());

const page = () => stage.page;
const press = (key: string) => page().keyboard.press(key);
const dialog = () => page().getByRole('dialog');
const ready = () => expect(page().locator('.card-answers[data-ready=true]')).toBeVisible();

/** Writes down all that live regions say from now on, as a reader would: the whole of a status, what is new in a log. */
const listen = (): Promise<void> =>
  page().evaluate(() => {
    const LIVE = '[role=status], [role=alert], [role=log]';
    const heard: string[] = [];
    Object.assign(window, { heard });
    const elementOf = (node: Node): Element | null => (node instanceof Element ? node : node.parentElement);
    new MutationObserver((changes) => {
      const said = new Map<Element, string>();
      for (const { target, addedNodes } of changes) {
        const region = elementOf(target)?.closest(LIVE);
        if (region && region.getAttribute('role') !== 'log') said.set(region, region.textContent ?? '');
        else if (region)
          for (const node of addedNodes) {
            const line = elementOf(node);
            if (line && node !== line.ownerDocument) said.set(line, node.textContent ?? '');
          }
      }
      heard.push(...[...said.values()].map((text) => text.replace(/\s+/gu, ' ').trim()).filter(Boolean));
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
const heard = (sentence: string): Promise<number> =>
  page().evaluate(
    (part) => (window as unknown as { heard: string[] }).heard.filter((said) => said.includes(part)).length,
    sentence,
  );

/** What each flow is to somebody who does not see it: the scene, the keys that lead there, and what has to be found. */
const FLOWS: [name: string, scene: string, keys: string[], tree: string][] = [
  [
    'the counter',
    'counter',
    [],
    `
    - navigation "Views":
      - button "Work list"
      - button "Outbox"
    - banner:
      - search:
        - combobox "Scan or type a customer"
      - status: /Live/
    - main:
      - region "Work":
        - heading "Work" [level=2]
        - list:
          - listitem:
            - button /Chidi Okafor .* Connection LH 568 at risk/
      - region "Customer":
        - heading "Anna Weber" [level=1]
        - list "What is wrong":
          - listitem:
            - strong: /LH 400 .* is cancelled/
        - list "What is true now":
          - listitem: /Seat dcs · 51 min 14C/
        - tablist "Customer, in detail":
          - tab "Timeline" [selected]
      - complementary "What to do":
        - region "Next":
          - article "Rebook to LH 402, tomorrow 08:10":
            - list "Reasons":
              - listitem:
                - img "for it"
              - listitem:
                - img "against it"
            - button "Accept Y"
            - button "Not now L"
            - button "No N"
        - region "You did"
    - log "Messages"
  `,
  ],
  [
    'search',
    'counter',
    ['/', 'w', 'a', 'n'],
    `
    - combobox "Scan or type a customer" [expanded]
    - listbox "People":
      - option /Wang Xiaoming expected here/
  `,
  ],
  [
    'the palette',
    'counter',
    ['Control+k'],
    `
    - dialog "All commands":
      - combobox "All commands" [expanded]
      - listbox "All commands":
        - option "Search or scan /"
  `,
  ],
  [
    'a conflict',
    'conflict',
    ['o'],
    `
    - main:
      - region "Outbox":
        - heading "Needs you 2" [level=3]
        - list:
          - listitem:
            - button /Seat 12A, QX7R2M conflict/
      - region "Customer":
        - article "Seat 12A, LH 400":
          - table:
            - rowgroup:
              - row /What Base/:
                - columnheader "What"
            - rowgroup:
              - row /Seat LH 400 14C 12A 12K/:
                - rowheader "Seat LH 400"
          - button "Redo mine, 12A R"
          - button "Discard mine, keep 12K D"
  `,
  ],
  [
    'disturbed flights',
    'disruption',
    ['z'],
    `
    - heading "Disturbed flights" [level=1]
    - region "Disturbed flights":
      - listbox "Disturbed flights":
        - option /LH 400 FRA–JFK .* 1 needs you/ [selected]
    - region "Passengers":
      - group "Show":
        - button "All 10" [pressed]
      - listbox "Passengers":
        - option /Folake Adeyemi .* rebooked/ [disabled]
      - status: /Space chooses/
  `,
  ],
  [
    'the preview of a rebooking',
    'disruption',
    ['z', 'a', 'b'],
    `
    - dialog "Rebook 7 passengers?":
      - heading "Rebook 7 passengers?" [level=2]
      - list "Passengers":
        - listitem:
          - text: /Lena Bauer/
      - status: 1 has no flight and is left out
      - button "Back"
      - button "Rebook 6 now"
  `,
  ],
  [
    'a covered desk',
    'covered',
    [],
    `
    - main:
      - heading "Anna Berger has this station" [level=1]
      - group "Who goes on?":
        - button "Anna Berger" [pressed]
      - textbox "Desk code of Anna Berger"
      - button "Go on as Anna Berger"
  `,
  ],
  [
    'a kiosk',
    'kiosk',
    [],
    `
    - main:
      - heading /Welcome/ [level=1]
      - button "English"
      - button "Deutsch"
      - button "Español"
    - contentinfo:
      - button "Staff"
  `,
  ],
];

test('every flow has its roles and names', async () => {
  for (const [name, scene, keys, tree] of FLOWS) {
    await stage.show(scene);
    if (scene === 'counter') await ready();
    for (const key of keys) await page().keyboard.press(key, { delay: 80 });
    await test.step(name, () => expect(page().locator('body')).toMatchAriaSnapshot(tree));
  }
});

test('what is done is said once, and so is what went wrong', async () => {
  await stage.show('counter');
  await ready();
  await listen();
  await press('y');
  await expect(page().locator('.toast')).toContainText('Accepted: Rebook to LH 402');
  expect(await heard('Accepted: Rebook to LH 402')).toBe(1);
  await press('s');
  await expect(page().getByLabel('New seat')).toBeFocused();
  await page().keyboard.type('99x');
  await press('Enter');
  await expect(dialog()).toContainText('A seat is a row');
  await expect(dialog()).toMatchAriaSnapshot(`
    - dialog "Change seat":
      - heading "Change seat" [level=2]
      - textbox /New seat/
      - button "Discard"
      - button "Change seat"
  `);
});

test('a macro is recorded, gets name and key, does its steps and says where it stops', async () => {
  await stage.show('counter');
  await ready();
  await listen();
  await press('Control+Shift+m');
  await expect(page().getByRole('region', { name: 'Recording' })).toContainText('Do what the macro is to do');
  await press('2');
  await expect(page().locator('.recording')).toContainText('1 step,');
  await press('w');
  await expect(page().locator('.recording')).toContainText('2 steps');
  expect(await heard('1 step, last: Open the second suggestion')).toBe(1);
  await press('Control+Shift+m');
  await expect(dialog().getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page().keyboard.type('Look closer');
  await press('Enter');
  const row = dialog().getByRole('listitem').filter({ hasText: 'Look closer' });
  await expect(row).toContainText('Open the second suggestion → Why this');
  await row.getByRole('button', { name: 'Look closer: none. Press to change.' }).focus();
  await press('Enter');
  await press('y');
  await expect(dialog().getByRole('alert')).toContainText('Y belongs to');
  await press('Control+Shift+y');
  await expect(row.getByRole('button', { name: 'Look closer: Ctrl Shift Y.' })).toBeVisible();
  expect(await stage.complaints()).toEqual([]);
  await press('Escape');
  await expect(dialog()).toHaveCount(0);

  await page().reload();
  await ready();
  await listen();
  await press('Control+Shift+y');
  await expect(page().locator('.card-title')).toContainText('UA 989');
  await expect(page().locator('[aria-expanded=true]', { hasText: 'what would change it' })).toBeVisible();
  await press('?');
  await expect(dialog()).toContainText('Look closer');
  await press('Escape');
  await ready();
  await press('y');
  await expect(page().locator('.card-answered')).toBeVisible();
  await press('Control+Shift+y');
  await expect(page().locator('.toast-critical')).toContainText('“Look closer” stopped at step 1 of 2');
  expect(await heard('“Look closer” stopped at step 1 of 2')).toBe(1);
});

test('the tour points at the screen, goes on by doing, ends by Escape, and comes once', async () => {
  await stage.show('nobody');
  await page().getByRole('button', { name: 'Show me' }).focus();
  await listen();
  await press('Enter');
  const tour = page().getByRole('region', { name: 'Tour' });
  await expect(tour).toMatchAriaSnapshot(`
    - region "Tour":
      - status:
        - text: 1 of 6
        - strong: Who waits
        - text: /Press J to open the next one/
      - button "Skip Esc"
      - button "Next →"
  `);
  // Whoever is in hand goes first: the tour waits until somebody else is open.
  await press('j');
  await expect(page().locator('h1')).toHaveText('Anna Weber');
  await expect(tour).toHaveCount(0);
  await press('j');
  await expect(tour).toContainText('2 of 6');
  await press('ArrowRight');
  await expect(tour).toContainText('3 of 6');
  await expect(tour).toContainText('Press W');
  await press('ArrowLeft');
  await press('ArrowRight');
  await press('w');
  await expect(tour).toContainText('4 of 6');
  expect(await heard('4 of 6')).toBe(1);
  expect(await stage.complaints()).toEqual([]);
  // A dialog goes first, and the tour goes on after it.
  await press('?');
  await expect(tour).toHaveCount(0);
  await press('Escape');
  await expect(tour).toContainText('4 of 6');
  await press('Escape');
  await expect(tour).toHaveCount(0);
  await page().reload();
  await press('x');
  await expect(page().locator('h1')).toHaveText('Nobody is open');
  await expect(page().getByRole('button', { name: 'Show me' })).toHaveCount(0);
  await press('?');
  await dialog().getByRole('button', { name: 'Tour of the screen' }).press('Enter');
  await expect(tour).toContainText('1 of 6');
});
