/** People at one console, with a real identity provider; its pages are pressed by HTTP in the system browser's place. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { AUDIENCE, startProvider } from '../../scripts/oidc/provider.mjs';
import { signInAt } from '../builders/system-browser.ts';
import {
  type Cable,
  type Console,
  type Core,
  flushed,
  layCable,
  live,
  openConsole,
  source,
  startCore,
} from './station.ts';
import { told as counted } from './tasks.ts';

const GRANTS = ['station:*', 'flight:*', 'queue:*', 'opened:*', 'profile:*'];
const ROLES = {
  rules: [
    { claim: 'groups', value: 'counter', role: 'operator', grants: GRANTS },
    { claim: 'groups', value: 'lounge', role: 'restricted', grants: GRANTS },
  ],
};
const PEOPLE = {
  anna: { name: 'Anna Berger', groups: ['counter'] },
  bela: { name: 'Bela Kun', groups: ['counter'] },
  sara: { name: 'Sara Vogt', groups: ['lounge'] },
};
const shots = process.env.KAIROS_SHOTS;

let folder: string;
let provider: Awaited<ReturnType<typeof startProvider>>;
let core: Core;
let cable: Cable;
let desk: Console;
const page = (): Page => desk.page;
const gate = () => page().locator('.gatehouse-card');
const picture = async (name: string): Promise<void> => {
  if (shots) await page().screenshot({ path: join(shots, `${name}.png`) });
};

/** One customer who departs from here today. */
async function prepare(): Promise<void> {
  const segment = source(core);
  const departs = new Date(Date.now() + 5 * 3_600_000).toISOString();
  segment.identify({ userId: 'c1', traits: { firstName: 'Clara', lastName: 'Novak' } });
  segment.track({
    ...{ userId: 'c1', event: 'Booking Created' },
    properties: {
      booking: 'QX7R2M',
      segments: [
        {
          ...{ segment: 1, flight: 'LH400', date: departs.slice(0, 10), from: 'FRA', to: 'JFK' },
          ...{ cabin: 'economy', seat: '14C', status: 'confirmed', departs },
          arrives: new Date(Date.parse(departs) + 9 * 3_600_000).toISOString(),
        },
      ],
    },
  });
  await flushed(segment);
  await segment.closeAndFlush();
}

const openDesk = (extra: string[] = []): Promise<Console> =>
  openConsole({ url: cable.url, consoleToken: '' }, join(folder, 'console'), extra);

/** The system's browser is told an address; here the test is told it. */
const hearBrowser = () =>
  desk.app.evaluate(({ shell }) => {
    const told = globalThis as unknown as { asked: string };
    told.asked = '';
    shell.openExternal = async (url: string) => {
      told.asked = url;
    };
  });

/** @param press what opens the system's browser */
async function inBrowser(press: () => Promise<void>, who: string): Promise<void> {
  await hearBrowser();
  await press();
  let asked = '';
  // The answer of the main process can be lost to its collection of garbage ("promise was garbage collected"): asked again.
  await expect(async () => {
    asked = await desk.app.evaluate(() => (globalThis as unknown as { asked: string }).asked);
    expect(asked).not.toBe('');
  }).toPass({ timeout: 20_000 });
  expect(await signInAt(asked, who)).toBe(200);
}

const signInAs = (who: string): Promise<void> =>
  inBrowser(
    () =>
      page()
        .getByRole('button', { name: /^Sign in with 127/u })
        .press('Enter'),
    who,
  );

const databases = (): string[] =>
  readdirSync(join(folder, 'console', 'replica'))
    .filter((name) => name.endsWith('.db'))
    .map((name) => name.replace(/-[0-9a-f]{16}.*/u, ''))
    .sort();

async function giveCode(code: string): Promise<void> {
  await gate().getByLabel('Desk code of Anna Berger').fill(code);
  await page().keyboard.press('Enter');
}

async function openClara(): Promise<void> {
  const began = Date.now();
  await page().keyboard.press('/');
  await page().keyboard.type('novak', { delay: 60 });
  await expect(page().getByRole('option').first()).toContainText('Novak');
  await page().keyboard.press('Enter');
  await expect(page().getByRole('heading', { level: 1 })).toContainText('Novak');
  counted({ task: 'find somebody by name and open', keys: 7, ms: Date.now() - began });
}

async function addNote(text: string): Promise<void> {
  await page().keyboard.press('t');
  await page().getByRole('dialog').getByRole('textbox').fill(text);
  await page().keyboard.press('Control+Enter');
  await expect(page().getByRole('dialog')).toHaveCount(0);
}

const told = async (path: string, token: string, body?: object): Promise<unknown> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${core.url}${path}`, { ...init, headers })).json();
};

/** Whose command the note was, by the core's audit; undefined where the core has no such note. */
async function writerOf(text: string): Promise<string | undefined> {
  const wish = { subject: 'judge', role: 'supervisor', scopes: GRANTS, ttlSeconds: 600 };
  const { token } = (await told('/dev/token', '', wish)) as { token: string };
  const { profile } = (await told('/v1/profiles/by/userId/c1', token)) as { profile: { id: string } };
  const { events } = (await told(`/v1/profiles/${profile.id}/events?limit=100`, token)) as {
    events: { id: string; properties: { text?: string } }[];
  };
  const note = events.find(({ properties }) => properties.text === text);
  const { entries } = (await told('/v1/audit', token)) as { entries: { subject: string; detail: unknown }[] };
  return note && entries.find(({ detail }) => JSON.stringify(detail).includes(note.id))?.subject;
}

const complaints = async () => {
  const { violations } = await new AxeBuilder({ page: page() }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
};

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-sign-in-'));
  provider = await startProvider({ people: PEOPLE });
  const roles = join(folder, 'roles.json');
  writeFileSync(roles, JSON.stringify(ROLES));
  core = await startCore(join(folder, 'core'), 0, [
    ...['--oidc', provider.issuer, '--audience', AUDIENCE, '--roles', roles],
  ]);
  await prepare();
  cable = await layCable(core.url);
  desk = await openDesk();
});
test.afterAll(async () => {
  await desk.close();
  await cable.close();
  await core.kill('SIGTERM').catch(() => undefined);
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How a token begins (JWT); the three letters alone stand in an encrypted file by chance. */
const TOKEN = /eyJ[\w-]{10,}/u;

test('[C1] [S27] somebody signs in by the browser, by keyboard, and no token is in the page or in a file', async () => {
  await expect(gate().getByRole('heading')).toHaveText('Sign in');
  await expect(page().getByRole('button', { name: /^Sign in with 127/u })).toBeFocused();
  expect(await complaints()).toEqual([]);
  await picture('sign-in');
  await signInAs('anna');
  await live(page());
  await expect(page().locator('.top-who')).toHaveText('FRA · Anna Berger');
  await openClara();
  const held = await page().evaluate(() =>
    JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }]),
  );
  expect(held).not.toMatch(TOKEN);
  // What the page keeps on the disk, of settings and of who was open, does not name her.
  const stored = await page().evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).toContain('kairos.settings');
  expect(stored).not.toMatch(/anna|berger/iu);
  const files = readdirSync(join(folder, 'console'), { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile() && /\.(json|log|db)/u.test(one.name)))
    expect([file.name, readFileSync(join(file.parentPath, file.name), 'latin1')]).toEqual([
      file.name,
      expect.not.stringMatching(TOKEN),
    ]);
});

test('[S36] a key covers the screen, nothing of a customer is left in the page, and he is open again afterwards', async () => {
  await page().keyboard.press('Control+l');
  await expect(gate().getByRole('heading')).toHaveText('Anna Berger has this station');
  const text = await page().evaluate(() => document.documentElement.outerHTML + document.title);
  expect(text).not.toContain('Novak');
  await picture('covered');
  await signInAs('anna');
  await expect(page().getByRole('heading', { level: 1 })).toContainText('Novak');
});

test('[S36] another person takes over: the customers stay, and what waits is sent as its own writer only', async () => {
  cable.cut();
  await addNote('Anna will send this');
  await page().keyboard.press('o');
  await page().keyboard.press('j');
  await page().keyboard.press('h');
  await expect(page().locator('.outbox').getByText('queued, held')).toBeVisible();
  cable.mend();
  await live(page());
  await page().keyboard.press('Control+l');
  await expect(gate()).toContainText('1 action is still on the way');
  await signInAs('bela');
  await expect(page().locator('.top-who')).toHaveText('FRA · Bela Kun');
  await live(page());
  // Whom Anna had open is not open, and is found without asking the core.
  await expect(page().locator('.customer-body')).toHaveCount(0);
  await openClara();
  await page().keyboard.press('o');
  await expect(page().locator('.outbox')).not.toContainText('Anna will send this');
  await addNote('Bela writes');
  await expect.poll(() => writerOf('Bela writes')).toBe('oidc:bela');
  expect(await writerOf('Anna will send this')).toBeUndefined();
  expect(databases()).toEqual(['outbox', 'outbox', 'replica-operator']);
  await page().keyboard.press('Control+l');
  await expect(gate()).toContainText('Anna Berger: 1 action waits');
  expect(await complaints()).toEqual([]);
  await picture('handover');
  await signInAs('anna');
  await live(page());
  await page().keyboard.press('o');
  await page().keyboard.press('j');
  await page().keyboard.press('h');
  await expect.poll(() => writerOf('Anna will send this')).toBe('oidc:anna');
});

test('[S36] with her desk code she goes on without the network, and what she did is sent when it is back', async () => {
  await page().locator('.top-who').click();
  await page().getByRole('menuitem', { name: 'Desk code' }).click();
  const dialog = page().getByRole('dialog');
  await dialog.getByLabel('New desk code').fill('gate B42!');
  await dialog.getByLabel('The same again').fill('gate B42!');
  expect(await complaints()).toEqual([]);
  await picture('desk-code');
  // A script in the page could have asked as well: the person is asked once more, where no page of ours is.
  await inBrowser(() => page().keyboard.press('Enter'), 'anna');
  await expect(dialog).toHaveCount(0);
  await page().keyboard.press('Control+l');
  await expect(gate()).toBeVisible();
  cable.cut();
  await desk.close();
  desk = await openDesk();
  await expect(gate()).toContainText('The core cannot be reached');
  await page().setViewportSize({ width: 1024, height: 768 });
  expect(await complaints()).toEqual([]);
  await picture('code');
  await giveCode('wrong code');
  await expect(gate()).toContainText('This is not the desk code.');
  const began = Date.now();
  await giveCode('gate B42!');
  await expect(page().locator('[data-connection="offline"]')).toBeVisible();
  counted({ task: 'sign in with the desk code, offline', keys: 10, ms: Date.now() - began });
  await openClara();
  await addNote('Anna writes in the dark');
  await page().keyboard.press('Control+l');
  await expect(gate()).toContainText('1 action is still on the way');
  cable.mend();
  await expect.poll(() => writerOf('Anna writes in the dark')).toBe('oidc:anna');
});

test('[S36] a console that nobody touches covers itself', async () => {
  await desk.close();
  desk = await openDesk(['--lock-after', '0.05']);
  await expect(gate().getByRole('heading')).toHaveText('Anna Berger has this station');
  await desk.app.evaluate(({ webContents }) => {
    const told = globalThis as unknown as { covered: number };
    told.covered = 0;
    for (const one of webContents.getAllWebContents())
      one.on('did-finish-load', () => {
        told.covered += 1;
      });
  });
  await giveCode('gate B42!');
  const covered = () => desk.app.evaluate(() => (globalThis as unknown as { covered: number }).covered);
  await expect.poll(covered).toBe(1);
  await expect(gate().getByRole('heading')).toHaveText('Anna Berger has this station');
  await desk.close();
  desk = await openDesk();
  await giveCode('gate B42!');
  await live(page());
});

test('[C1] [C3] whoever is revoked is out; another role leaves no replica of the one before; who signs out leaves nothing to sign in with, and a start asks', async () => {
  await desk.close();
  desk = await openDesk();
  // Within the time that she would have been given anyway.
  await expect(page().locator('.top-who')).toHaveText('FRA · Anna Berger');
  await live(page());
  await page().locator('.top-who').click();
  await page().getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(gate().getByRole('heading')).toHaveText('Sign in');
  await desk.close();
  desk = await openDesk();
  await expect(gate().getByRole('heading')).toHaveText('Sign in');
  expect(databases()).toEqual(['outbox', 'outbox', 'replica-operator']);
  await signInAs('sara');
  await live(page());
  expect(databases()).toEqual(['outbox', 'outbox', 'outbox', 'replica-restricted']);
  const revoked = await fetch(`${core.url}/dev/revoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject: 'oidc:sara' }),
  });
  expect(revoked.status).toBe(200);
  await expect(page().locator('.gatehouse')).toContainText('withdrawn');
});
