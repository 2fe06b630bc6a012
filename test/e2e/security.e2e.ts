import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type Console, type Core, live, openConsole, startCore, violationsIn } from './station.ts';

let folder = '';
let core: Core;
let kairos: Console;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-security-'));
  core = await startCore(join(folder, 'core'));
  const log = [`--log-net-log=${join(folder, 'net.json')}`];
  kairos = await openConsole(core, join(folder, 'console'), log, { violates: true });
  await kairos.page.waitForLoadState('domcontentloaded');
});

test.afterAll(async () => {
  await kairos.close();
  await core.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

test('[S1] [S18] everything on the page comes by our own scheme', async () => {
  const urls = await kairos.page.evaluate(() => [
    location.href,
    ...performance.getEntriesByType('resource').map((entry) => entry.name),
  ]);
  for (const url of urls) expect(url).toMatch(/^console:\/\/app\//u);
});

test('[S2] the page has no Node and no Electron, nor have a worker and a frame', async () => {
  const kinds = await kairos.page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const inside = frame.contentWindow as unknown as { [name: string]: unknown } | null;
    const found = ['require', 'process', 'module', 'Buffer', 'electron'].map((name) => [
      typeof (window as unknown as { [name: string]: unknown })[name],
      typeof inside?.[name],
    ]);
    frame.remove();
    return found.flat();
  });
  expect(new Set(kinds)).toEqual(new Set(['undefined']));
});

test('[S3] [S20] the shell is frozen, holds functions and plain data only, and outlives a page that tampers with prototypes', async () => {
  const found = await kairos.page.evaluate(async () => {
    const shell = (window as unknown as { shell: { [name: string]: unknown } }).shell;
    const push = Array.prototype.push;
    Array.prototype.push = () => {
      throw new Error('tampered');
    };
    const protection = await (shell.protection as () => Promise<unknown>)().finally(() => {
      Array.prototype.push = push;
    });
    return {
      frozen: Object.isFrozen(shell),
      kinds: Object.entries(shell).map(([name, value]) => `${name}: ${typeof value}`),
      protection,
    };
  });
  expect(found).toEqual({
    frozen: true,
    kinds: [
      'version: string',
      'platform: string',
      'engines: object',
      'kiosk: object',
      'requestPort: function',
      'protection: function',
      'chooseProtection: function',
      'signInState: function',
      'signIn: function',
      'nextLink: function',
      'newWindow: function',
      'signal: function',
      'processes: function',
      'nextUpdate: function',
      'restart: function',
      'zoom: function',
      'saveFile: function',
      'kioskState: function',
      'staff: function',
      'endVisit: function',
    ],
    protection: { state: 'ready' },
  });
});

test('[S41] [S22] what sources write is text on the screen, whatever it looks like', async () => {
  const { page } = kairos;
  const hostile = `<img src=x onerror="hit=1"><svg onload="hit=1"><script>hit=1</script>{{7*7}}`;
  const link = '[press](javascript:hit=1) <a href="javascript:hit=1">press</a>';
  const departs = new Date(Date.now() + 4 * 3_600_000).toISOString();
  const flight = { flight: 'LH400', date: departs.slice(0, 10), from: 'FRA', to: 'JFK', departs };
  const segments = [{ segment: 1, ...flight, seat: hostile, cabin: link, status: 'confirmed' }];
  const track = (event: string, properties: object) => ({ type: 'track', event, properties });
  const batch = [
    { type: 'identify', traits: { firstName: hostile, lastName: 'Weber', tier: hostile, [link]: link } },
    { ...track('Booking Created', { booking: 'QX7R2M', segments }), context: { app: { name: hostile } } },
    track('Case Opened', { caseId: 'C1', topic: hostile, text: `${link} ${hostile}` }),
    track(hostile, { [hostile]: link }),
    { type: 'page', name: hostile, properties: { url: 'javascript:hit=1', title: hostile } },
  ].map((event) => ({ userId: 'hostile', timestamp: new Date().toISOString(), ...event }));
  const answer = await fetch(`${core.url}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${core.writeKey}:`)}` },
    body: JSON.stringify({ batch }),
  });
  expect(await answer.json()).toEqual({ success: true });
  const before = violationsIn(join(folder, 'console')).length;
  const made = () =>
    page.evaluate(() => [
      document.querySelectorAll('img, iframe, object, embed, a[href], [onerror], [onload], body script')
        .length,
      typeof (window as unknown as { hit?: unknown }).hit,
    ]);
  await live(page);
  await page.keyboard.press('/');
  await page.keyboard.type('QX7R2M', { delay: 40 });
  await expect(page.getByRole('option').first()).toContainText('<img src=x');
  expect(await made()).toEqual([0, 'undefined']);
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toContainText(hostile);
  for (const tab of ['Control+1', 'Control+2', 'Control+3', 'Control+4']) {
    await page.keyboard.press(tab);
    expect([tab, ...(await made())]).toEqual([tab, 0, 'undefined']);
  }
  expect(await page.evaluate(() => document.body.textContent)).toContain('javascript:hit=1');
  expect(violationsIn(join(folder, 'console')).length).toBe(before);
});

test('[S5] every permission is refused', async () => {
  const answers = await kairos.page.evaluate(async () => {
    const names = ['geolocation', 'camera', 'microphone', 'midi', 'clipboard-read', 'notifications'];
    return Promise.all(
      names.map((name) =>
        navigator.permissions.query({ name: name as PermissionName }).then((status) => status.state),
      ),
    );
  });
  expect(new Set(answers)).toEqual(new Set(['denied']));
});

test('[S6] [S24] the page reaches no network by any way', async () => {
  const answers = await kairos.page.evaluate(async (url) => {
    const failed = (promise: Promise<unknown>) =>
      promise.then(
        () => 'reached',
        () => 'blocked',
      );
    const socket = new Promise((resolve, reject) => {
      try {
        const ws = new WebSocket(url.replace('http', 'ws'));
        ws.onopen = resolve;
        ws.onerror = reject;
      } catch (error) {
        reject(error);
      }
    });
    const events = new Promise((resolve, reject) => {
      const stream = new EventSource(`${url}/healthz`);
      stream.onopen = resolve;
      stream.onerror = reject;
    });
    const picture = new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = resolve;
      image.onerror = reject;
      image.src = `${url}/healthz`;
    });
    return Promise.all(
      [fetch(`${url}/healthz`), fetch('file:///etc/passwd'), socket, events, picture].map(failed),
    );
  }, core.url);
  expect(new Set(answers)).toEqual(new Set(['blocked']));
});

test('[S11] [S12] a webview does nothing', async () => {
  const loaded = await kairos.page.evaluate(() => {
    const view = document.createElement('webview') as HTMLElement & { src: string; getURL?: unknown };
    view.src = 'https://example.org';
    document.body.append(view);
    const kind = typeof view.getURL;
    view.remove();
    return kind;
  });
  expect(loaded).toBe('undefined');
});

test('[S13] [S14] neither page nor link leads away, and no window opens', async () => {
  const before = kairos.page.url();
  const opened = await kairos.page.evaluate(() => {
    const answer = window.open('https://example.org');
    location.href = 'https://example.org';
    const form = document.createElement('form');
    form.action = 'https://example.org';
    document.body.append(form);
    form.submit();
    form.remove();
    const meta = document.createElement('meta');
    meta.httpEquiv = 'refresh';
    meta.content = '0;url=https://example.org';
    document.head.append(meta);
    meta.remove();
    return answer === null;
  });
  expect(opened).toBe(true);
  await kairos.page.waitForFunction(() => document.readyState === 'complete');
  expect(kairos.page.url()).toBe(before);
  expect(kairos.app.windows()).toHaveLength(1);
});

test('[S7] [S21] [S22] inline script, handler, eval and innerHTML are blocked', async () => {
  const found = await kairos.page.evaluate(async () => {
    const state = window as unknown as { ran?: string };
    const attempt = (work: () => unknown): string => {
      try {
        work();
        return 'done';
      } catch {
        return 'blocked';
      }
    };
    const html = attempt(() => {
      document.createElement('div').innerHTML = '<b>x</b>';
    });
    // In a task of its own: what the test driver evaluates directly is exempt from the policy.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => resolve(attempt(() => new Function('return 1')())));
    });
    const handler = attempt(() => {
      const button = document.createElement('button');
      button.setAttribute('onclick', 'window.ran = "handler"');
      document.body.append(button);
      button.click();
      button.remove();
    });
    const script = attempt(() => {
      const element = document.createElement('script');
      element.textContent = 'window.ran = "script"';
      document.body.append(element);
    });
    return { html, evaluated, handler, script, ran: state.ran ?? 'nothing' };
  });
  expect(found).toEqual({
    html: 'blocked',
    evaluated: 'blocked',
    handler: 'blocked',
    script: 'blocked',
    ran: 'nothing',
  });
  // [S23] Each of them is in the log, without what a query could say.
  const told = () => violationsIn(join(folder, 'console')).join('\n');
  for (const directive of ['require-trusted-types-for', 'form-action'])
    await expect.poll(told).toContain(`csp: ${directive}`);
});

/** One event a line. Where the process of the network was ended with the others its last line and the end are missing. */
function readNetLog(text: string): NetLog {
  return JSON.parse(text.endsWith('\n}\n') ? text : `${text.slice(0, text.lastIndexOf(',\n'))}]}`) as NetLog;
}

/** What chromium writes of its network (`--log-net-log`). */
type NetLog = {
  constants: { logEventTypes: { [name: string]: number } };
  events: { type: number; params?: { url?: string; host?: string; address?: string } }[];
};

/** As from the keyboard: main hears it before the page does, which a test driver's own keys pass by. */
const strike = (one: Console, keys: string): Promise<void> =>
  one.app.evaluate(({ BrowserWindow }, names) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.focus();
    const modifiers = names.slice(0, -1).map((name) => name.toLowerCase() as 'control' | 'shift');
    for (const type of ['keyDown', 'keyUp'] as const)
      window?.webContents.sendInputEvent({ type, keyCode: names.at(-1) as string, modifiers });
  }, keys.split('+'));

test('[S35] no key and no order opens the developer tools or reloads, unless the policy says so', async () => {
  const opened = (one: Console) =>
    one.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.isDevToolsOpened());
  await kairos.page.evaluate(() => Object.assign(window, { isSame: true }));
  for (const key of ['F12', 'Control+Shift+I', 'Control+R', 'F5', 'Control+Shift+R'])
    await strike(kairos, key);
  await kairos.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.openDevTools({ mode: 'detach' }),
  );
  expect(await opened(kairos)).toBe(false);
  expect(await kairos.page.evaluate(() => 'isSame' in window)).toBe(true);
  process.env.KAIROS_POLICY = join(folder, 'policy.json');
  writeFileSync(process.env.KAIROS_POLICY, JSON.stringify({ devTools: true, cores: [core.url] }));
  const open = await openConsole(core, join(folder, 'developer'));
  delete process.env.KAIROS_POLICY;
  // A window that has just come up does not hear keys yet.
  const struck = async () => {
    await strike(open, 'F12');
    return opened(open);
  };
  await expect.poll(struck).toBe(true);
  await open.close();
});

test('[S17] a frame inside the page has no shell', async () => {
  const kind = await kairos.page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const inside = typeof (frame.contentWindow as unknown as { shell?: unknown } | null)?.shell;
    frame.remove();
    return inside;
  });
  expect(kind).toBe('undefined');
});

test('[S27] [S24] no token and no write key is to be found in the page', async () => {
  const text = await kairos.page.evaluate(() =>
    JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }]),
  );
  expect(text).not.toContain(core.consoleToken);
  expect(text).not.toContain(core.writeKey);
});

test('[C7] [C1] the core refuses a connection without its secret', async () => {
  const answer = await fetch(`${core.url}/v1/track`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(answer.status).toBe(401);
});

test('[S29] [C8] no secret stands in the environment or the command line of any process', async () => {
  const lines = await kairos.app
    .evaluate(({ app }) => app.getAppMetrics().map(({ pid }) => pid))
    .then(async (pids) => {
      const { readFile } = await import('node:fs/promises');
      const read = (path: string) => readFile(path, 'utf8').catch(() => '');
      const others = pids.filter((pid) => pid !== kairos.app.process().pid);
      const environments = await Promise.all(others.map((pid) => read(`/proc/${pid}/environ`)));
      return [...environments, ...(await Promise.all(pids.map((pid) => read(`/proc/${pid}/cmdline`))))].join(
        '\n',
      );
    });
  expect(lines).not.toContain(core.consoleToken);
});

test('[S43] [S24] whatever the page tried, chromium itself has asked nobody, not for a dictionary either', async () => {
  const session = await kairos.app.evaluate(async ({ BrowserWindow, session: sessions }) => {
    const own = sessions.fromPartition('persist:console');
    return {
      isTheWindows: BrowserWindow.getAllWindows().every(({ webContents }) => webContents.session === own),
      cookies: (await own.cookies.get({})).length,
      extensions: own.getAllExtensions().length,
      workers: Object.keys(own.serviceWorkers.getAllRunning()).length,
      spelling: [own.isSpellCheckerEnabled(), own.getSpellCheckerLanguages()],
    };
  });
  const none = { cookies: 0, extensions: 0, workers: 0, spelling: [false, []] };
  expect(session).toEqual({ isTheWindows: true, ...none });
  await kairos.close();
  const { constants, events } = readNetLog(readFileSync(join(folder, 'net.json'), 'utf8'));
  const names = Object.fromEntries(
    Object.entries(constants.logEventTypes).map(([name, type]) => [type, name]),
  );
  const asked = events.flatMap(({ type, params: { url, host, address } = {} }) => {
    const told = url ?? host ?? address;
    return told === undefined ? [] : [`${names[type]} ${told}`];
  });
  expect(asked).toEqual([]);
  expect(events.length).toBeGreaterThan(5);
});
