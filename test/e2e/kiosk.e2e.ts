/** A kiosk in real Electron: served by nobody, in either language, offline too, and nothing is left of whoever has gone. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type CDPSession, expect, test } from '@playwright/test';
import { settingsText } from '../screenshots/settings.ts';
import { type Cable, type Console, type Core, layCable, openConsole, root, startCore } from './station.ts';

const CODE = '482913';
const shots = process.env.KAIROS_SHOTS;
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
/** The day of the year, as boarding passes name it. */
const julian = String(
  Math.round((Date.parse(tomorrow) - Date.UTC(Number(tomorrow.slice(0, 4)), 0, 1)) / 86_400_000) + 1,
).padStart(3, '0');
const PASS = `M1OKONKWO/IDA         EAB7R2M FRAJFKLH 0400 ${julian}Y014C0025 100`;

let folder: string;
let core: Core;
let cable: Cable;
let kiosk: Console;
let scanner: string;
const page = () => kiosk.page;
const press = (name: string | RegExp) =>
  page()
    .getByRole('button', { name, exact: typeof name === 'string' })
    .click();
const take = () => page().locator('.kiosk-offer .kiosk-main').first().click();
const heading = () => page().locator('h1');
const at = (text: string | RegExp) => expect(heading()).toHaveText(text);

async function post(door: string, body: object): Promise<{ token?: string }> {
  const answer = await fetch(`${core.url}${door}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`,
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { token?: string };
}

const source = { timestamp: new Date().toISOString(), context: { app: { name: 'dcs' } } };
const passenger = (userId: string, firstName: string, lastName: string, booking: string) => [
  { type: 'identify', userId, traits: { firstName, lastName, phone: '+4917612345678' } },
  {
    ...{ type: 'track', userId, event: 'Booking Created' },
    properties: {
      booking,
      segments: [
        {
          ...{
            segment: 1,
            flight: 'LH400',
            date: tomorrow,
            from: 'FRA',
            to: 'JFK',
            cabin: 'economy',
            seat: '14C',
          },
          ...{ status: 'confirmed', departs: `${tomorrow}T20:00:00Z`, arrives: `${tomorrow}T23:59:00Z` },
        },
      ],
    },
  },
  { type: 'track', userId, event: 'Rebooking Viewed', properties: { booking, options: ['LH402'] } },
];

/** As an administrator makes the code that enrols a station. */
function enrolmentCode(): string {
  const order = ['station', 'add', '--data', join(folder, 'core'), '--name', 'Kiosk B42', '--role', 'kiosk'];
  const admin = [join(root, 'out/main/admin.js'), ...order, '--grant', 'station:FRA'];
  return (JSON.parse(execFileSync(process.execPath, admin, { encoding: 'utf8' })) as { code: string }).code;
}

/** [C1] The first start enrols the kiosk, later ones sign in with the key that it made: nobody gives it a token. */
async function open(): Promise<void> {
  process.env.KAIROS_KIOSK_CODE = CODE;
  if (!existsSync(join(folder, 'console', 'station.json'))) process.env.KAIROS_ENROLMENT = enrolmentCode();
  kiosk = await openConsole({ url: cable.url, consoleToken: '' }, join(folder, 'console'), [
    '--kiosk',
    '--idle',
    '10',
    '--needs',
    `scanner=${scanner}`,
  ]);
  delete process.env.KAIROS_KIOSK_CODE;
  delete process.env.KAIROS_ENROLMENT;
  await page().evaluate(
    (kept) => localStorage.setItem('kairos.settings', kept),
    settingsText({ theme: 'light', language: 'en' }),
  );
  await page().reload();
  await at(/Willkommen/u);
}

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-kiosk-'));
  scanner = join(folder, 'scanner');
  writeFileSync(scanner, '');
  core = await startCore(join(folder, 'core'));
  const people = [
    ...passenger('u1', 'Anna', 'Weberling', 'QX7R2M'),
    ...passenger('u2', 'Ida', 'Okonkwo', 'AB7R2M'),
    ...passenger('u3', 'Bo', 'Okonkwo', 'AB7R2M'),
  ];
  await post('/v1/batch', { batch: people.map((one) => ({ ...one, ...source })) });
  await post('/v1/track', {
    ...source,
    anonymousId: `flight/LH400/${tomorrow}/FRA`,
    event: 'Flight Status',
    properties: {
      flight: 'LH400',
      date: tomorrow,
      from: 'FRA',
      to: 'JFK',
      status: 'cancelled',
      reason: 'crew',
    },
  });
  cable = await layCable(core.url);
  await open();
});
test.afterAll(async () => {
  // The system's order to end: a window that is only destroyed comes back.
  kiosk.app.process().kill('SIGTERM');
  await kiosk.close();
  await cable.close();
  await core.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

async function look(name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: page() }).setLegacyMode(true).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' '))}`)).toEqual(
    [],
  );
  if (shots) await page().screenshot({ path: `${shots}/kiosk-${name}.png` });
}

/** Every target that a finger may want is at least 48 px high and wide. */
async function areTouchable(): Promise<void> {
  const small = await page().evaluate(() =>
    [...document.querySelectorAll('button')]
      .map((button) => ({ text: button.textContent, box: button.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 48 || box.height < 48)
      .map(({ text }) => text),
  );
  expect(small).toEqual([]);
}

async function end(): Promise<void> {
  await press(/clear screen|Beenden und löschen/u);
  await at(/Willkommen/u);
}

async function proveAnna(): Promise<void> {
  await press('English');
  await at(/Scan your boarding pass/u);
  for (const key of 'QX7R2M') await press(key);
  await press('Next');
  await at('How does your last name begin?');
  for (const key of 'WEB') await press(key);
  await press('Next');
  await at('Hello Anna');
}

test('[S37] a code and the beginning of a name lead to what can be done, and a choice is done with a receipt', async () => {
  await look('attract');
  await areTouchable();
  await press('English');
  await at(/Scan your boarding pass/u);
  await look('code');
  await areTouchable();
  for (const key of 'QX7R2M') await press(key);
  await press('Next');
  await at('How does your last name begin?');
  expect(await page().content()).not.toContain('Anna');
  await look('name');
  await areTouchable();
  await press('X');
  await press('Next');
  await expect(page().locator('.kiosk-problem')).toContainText('Something is missing');
  for (const key of 'WEB') await press(key);
  await press('Next');
  await at('Hello Anna');
  await expect(page().locator('.kiosk-trip')).toContainText('LH 400');
  await expect(page().locator('.kiosk-offer-title').first()).toHaveText('Fly with LH 402');
  await look('offers');
  await areTouchable();
  await take();
  await at('Done');
  await expect(page().locator('.kiosk-number')).toContainText(/Receipt [0-9A-Z]{6}/u);
  await look('done');
  await end();
});

test('[S37] a pass that is scanned asks no more than whether it is his; the language is the guest’s, not the station’s', async () => {
  await page().keyboard.type(PASS);
  await page().keyboard.press('Enter');
  await at('Are you Ida O.?');
  await press('Deutsch');
  await at('Sind Sie Ida O.?');
  await look('confirm-de');
  await press('Ja, das bin ich');
  await at('Guten Tag Ida');
  await expect(page().locator('.kiosk-offer-title').first()).toHaveText('Mit LH 402 fliegen');
  await look('offers-de');
  await end();
  await press('Staff');
  await at('Staff code');
  await end();
});

test('[S37] two of one name on one booking are told apart; three wrong names lead to people', async () => {
  await press('English');
  await page().keyboard.type('AB7R2M');
  await page().keyboard.press('Enter');
  await at('How does your last name begin?');
  await page().keyboard.type('oko');
  await page().keyboard.press('Enter');
  await at('Which of you is here?');
  await look('which');
  await press('None of these');
  await at(/Scan your boarding pass/u);
  await page().keyboard.type('QX7R2M');
  await page().keyboard.press('Enter');
  await at('How does your last name begin?');
  for (const name of ['AAA', 'BBB', 'CCC']) {
    await page().keyboard.type(name);
    await page().keyboard.press('Enter');
  }
  await at('We could not make sure who you are');
  await end();
});

test('[S37] without a connection a choice waits here and says so, and is done when the line is back', async () => {
  cable.cut();
  await expect(page().locator('.kiosk-line')).toContainText('No connection since');
  await page().keyboard.type(PASS);
  await page().keyboard.press('Enter');
  await at('Are you Ida O.?');
  await press('Yes, that is me');
  await at('Hello Ida');
  await look('offline');
  await take();
  await at('It will be done');
  await look('waits');
  cable.mend();
  await at('Done');
  await expect(page().locator('.kiosk-line')).toHaveCount(0);
  await end();
});

/** Everything that the page's engine holds: DOM, stores, closures, the undo of an input; a superset of all stores. */
async function heapOf(cdp: CDPSession): Promise<string> {
  const parts: string[] = [];
  const keep = ({ chunk }: { chunk: string }): void => void parts.push(chunk);
  cdp.on('HeapProfiler.addHeapSnapshotChunk', keep);
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  cdp.off('HeapProfiler.addHeapSnapshotChunk', keep);
  return parts.join('');
}

const TRACES = ['Weberling', 'QX7R2M', 'Fly with LH 402'];

test('[S37] after the idle reset nothing of the guest is left: DOM, memory, storage, title, clipboard', async () => {
  const cdp = await page().context().newCDPSession(page());
  await proveAnna();
  await kiosk.app.evaluate(({ clipboard }) => clipboard.writeText('QX7R2M'));
  const during = await heapOf(cdp);
  expect(TRACES.filter((trace) => during.includes(trace))).toContain('Weberling');
  // Nobody touches it any more: it asks, then it clears.
  await expect(page().getByRole('timer')).toContainText('Are you still there?');
  await look('asking');
  await page().getByRole('button', { name: 'More time' }).click();
  await expect(page().getByRole('timer')).toContainText('When you go');
  await expect(page().getByRole('timer')).toContainText('Are you still there?');
  await at(/Willkommen/u);
  await expect(page().locator('.kiosk-foot')).toContainText('Nothing of you stays');
  const after = await page().evaluate(() => ({
    html: document.documentElement.outerHTML,
    session: JSON.stringify({ ...sessionStorage }),
    local: JSON.stringify({ ...localStorage }),
    title: document.title,
    address: location.href,
    history: history.length,
  }));
  const clipboard = await kiosk.app.evaluate(({ clipboard: one }) => one.readText());
  const fresh = await page().context().newCDPSession(page());
  const heap = await heapOf(fresh);
  const everything = [...Object.values(after).map(String), clipboard, heap].join('\n');
  expect(TRACES.filter((trace) => everything.includes(trace))).toEqual([]);
  expect(after.session).toBe('{}');
});

test('[S37] no key, gesture or order of a page leads out', async () => {
  const before = page().url();
  for (const key of [
    'F5',
    'F11',
    'F12',
    'Control+r',
    'Control+p',
    'Control+w',
    'Control+Shift+i',
    'Control+Equal',
    'Alt+F4',
    'Alt+ArrowLeft',
    'Meta+d',
    'ContextMenu',
  ])
    await kiosk.app.evaluate(({ BrowserWindow }, struck) => {
      const parts = struck.split('+');
      const keyCode = (parts.pop() ?? '').replace('Equal', '=').replace('ArrowLeft', 'Left');
      const modifiers = parts.map((part) => part.toLowerCase()) as 'control'[];
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      contents?.sendInputEvent({ type: 'keyDown', keyCode, modifiers });
      contents?.sendInputEvent({ type: 'keyUp', keyCode, modifiers });
    }, key);
  const heard = await page().evaluate(() => {
    const told: string[] = [];
    window.addEventListener('keydown', (event) => told.push(event.key));
    (window as unknown as { told: string[] }).told = told;
    history.back();
    return window.open('https://example.org') === null;
  });
  expect(heard).toBe(true);
  const state = await kiosk.app.evaluate(({ BrowserWindow, Menu }) => {
    const window = BrowserWindow.getAllWindows()[0];
    window?.webContents.setZoomLevel(2);
    window?.webContents.emit('zoom-changed', { preventDefault: () => undefined }, 'in');
    window?.webContents.openDevTools();
    window?.close();
    return {
      windows: BrowserWindow.getAllWindows().length,
      kiosk: window?.isKiosk(),
      zoom: window?.webContents.getZoomLevel(),
      devTools: window?.webContents.isDevToolsOpened(),
      menu: Menu.getApplicationMenu(),
    };
  });
  expect(state).toEqual({ windows: 1, kiosk: true, zoom: 0, devTools: false, menu: null });
  expect(page().url()).toBe(before);
  await at(/Willkommen/u);
});

test('[S37] a page that closes its own window is there again at once', async () => {
  const next = kiosk.app.waitForEvent('window');
  await kiosk.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('setTimeout(() => window.close(), 50)'),
  );
  kiosk.page = await next;
  await at(/Willkommen/u);
  const held = await kiosk.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.isKiosk()),
  );
  expect(held).toEqual([true]);
});

test('[S37] a missing device takes it out of service until it is back', async () => {
  rmSync(scanner);
  await at('Out of service');
  await expect(page().locator('.kiosk-question')).toContainText('scanner');
  await look('no-scanner');
  writeFileSync(scanner, '');
  await at(/Willkommen/u);
});

test('[S37] staff go in and out by their code; wrong ones are counted on the disk, and then locked', async () => {
  const enter = async (code: string): Promise<void> => {
    for (const key of code) await press(key);
    await press('Next');
  };
  await press('Staff');
  await at('Staff code');
  await areTouchable();
  await enter(CODE);
  await at('This kiosk is in service');
  await look('staff');
  await press('Take out of service');
  await at('This kiosk is out of service');
  await press('Back');
  await at('Out of service');
  await press('Staff');
  await at('Staff code');
  await enter(CODE);
  await press('Back into service');
  await at('This kiosk is in service');
  await press('Back');
  await at(/Willkommen/u);
  await press('Staff');
  await at('Staff code');
  for (let wrong = 1; wrong <= 5; wrong += 1) {
    await enter('000000');
    await expect(page().locator('.kiosk-problem')).toContainText(
      wrong < 5 ? 'Wrong code' : 'Locked for 1 minute',
    );
    await expect(page().locator('.kiosk-typed')).toHaveText('');
  }
  await enter(CODE);
  await expect(page().locator('.kiosk-problem')).toContainText('Locked');
  const kept = readFileSync(join(folder, 'console', 'kiosk.json'), 'utf8');
  expect(JSON.parse(kept)).toMatchObject({ failures: 5, closed: false });
  expect(kept).not.toContain(CODE);
});
