import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from 'electron';
import { afterAll, describe, expect, it } from 'vitest';
import { windowOptions } from '../windows/options.ts';
import { fileOf } from './files.ts';
import { isTrustedSender } from './guard.ts';
import { contentSecurityPolicy, mimeType, ORIGIN, responseHeaders } from './headers.ts';
import { isGranted, isOwnUrl } from './session.ts';
import { openingSwitch } from './switches.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-files-'));
const root = join(folder, 'renderer');
mkdirSync(join(root, 'assets'), { recursive: true });
for (const file of ['index.html', 'assets/app.js', '.hidden.js']) writeFileSync(join(root, file), 'x');
writeFileSync(join(folder, 'secret.js'), 'secret');
symlinkSync(join(folder, 'secret.js'), join(root, 'assets', 'link.js'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what our scheme serves', () => {
  it('[S18] the files of the renderer', async () => {
    expect(await fileOf(root, new URL(`${ORIGIN}/`))).toMatch(/index\.html$/u);
    expect(await fileOf(root, new URL(`${ORIGIN}/assets/app.js`))).toMatch(/app\.js$/u);
  });

  it.each([
    '/../secret.js',
    '/..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/..%5csecret.js',
    '/assets/..%2f..%2fsecret.js',
    '/assets/link.js',
    '/index.html%00.js',
    '/.hidden.js',
    '/%',
    '/nowhere.js',
    '//etc/passwd',
    '/assets',
  ])('[S18] nothing for %s but a file of ours', async (path) => {
    const file = await fileOf(root, new URL(`${ORIGIN}${path}`));
    expect(file === null || file === join(root, 'assets')).toBe(true);
  });

  it('[S18] nothing for another host', async () => {
    expect(await fileOf(root, new URL('console://other/index.html'))).toBeNull();
  });

  it('[S26] a type for what we ship, none for the rest', () => {
    expect(mimeType('a/b.js')).toContain('text/javascript');
    for (const path of ['x.exe', 'x', 'x.constructor', 'x.html.bak']) expect(mimeType(path)).toBeNull();
  });

  it('[S7] [S21] [S22] [S26] the headers, to the letter', () => {
    expect(contentSecurityPolicy('N')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'; object-src 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(responseHeaders('text/css', 'N')).toMatchObject({
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    });
  });
});

describe('what a page may do', () => {
  it('[S5] nothing but copying, and that only at our origin', () => {
    expect(isGranted('clipboard-sanitized-write', ORIGIN)).toBe(true);
    expect(isGranted('clipboard-sanitized-write', 'https://example.org')).toBe(false);
    for (const permission of [
      'geolocation',
      'media',
      'midi',
      'hid',
      'usb',
      'serial',
      'clipboard-read',
      'notifications',
      'constructor',
    ]) {
      expect(isGranted(permission, ORIGIN)).toBe(false);
    }
  });

  it('[S24] loads our own scheme and its own blobs', () => {
    expect(isOwnUrl(`${ORIGIN}/index.html`)).toBe(true);
    expect(isOwnUrl(`blob:${ORIGIN}/1`)).toBe(true);
    for (const url of [
      'https://example.org',
      'file:///etc/passwd',
      `${ORIGIN}.evil/`,
      'console://other/',
      'data:text/html,x',
      'ws://127.0.0.1',
    ]) {
      expect(isOwnUrl(url)).toBe(false);
    }
  });

  it('[S17] is heard only as the top frame of a live window of ours at our origin', () => {
    const sender = { id: 3, isDestroyed: () => false };
    const frame = { url: `${ORIGIN}/index.html`, parent: null };
    const known = new Set([3]);
    expect(isTrustedSender(sender, frame, known)).toBe(true);
    expect(isTrustedSender(sender, { ...frame, parent: {} }, known)).toBe(false);
    expect(isTrustedSender(sender, { ...frame, url: 'about:blank' }, known)).toBe(false);
    expect(isTrustedSender(sender, { ...frame, url: 'https://example.org' }, known)).toBe(false);
    expect(isTrustedSender(sender, null, known)).toBe(false);
    expect(isTrustedSender(sender, frame, new Set())).toBe(false);
    expect(isTrustedSender({ id: 3, isDestroyed: () => true }, frame, known)).toBe(false);
  });
});

describe('the command line of a package', () => {
  it('[S35] holds no switch that opens what is shut', () => {
    for (const opening of [
      'remote-debugging-port=9222',
      'remote-debugging-pipe',
      'inspect',
      'inspect-brk=0',
      'js-flags=--x',
    ])
      expect(openingSwitch(['/usr/bin/kairos-console', `--${opening}`], true)).toBe(
        `--${opening.split('=')[0]}`,
      );
    for (const opening of [
      'DISABLE-WEB-SECURITY',
      'load-extension=/tmp/x',
      'ignore-certificate-errors',
      'renderer-cmd-prefix=x',
      'gpu-launcher=x',
      'single-process',
      'disable-seccomp-filter-sandbox',
      'ssl-key-log-file=/tmp/x',
      'log-net-log=/tmp/x',
    ])
      expect(openingSwitch([`--${opening}`], true), opening).not.toBeNull();
    const plain = ['--core', 'https://x', '--disable-gpu', '--inspector', 'kairos://find?text=--inspect'];
    expect(openingSwitch(plain, false)).toBeNull();
    // Root alone has no sandbox to lose.
    expect(openingSwitch([...plain, '--no-sandbox'], true)).toBeNull();
    expect(openingSwitch([...plain, '--no-sandbox'], false)).toBe('--no-sandbox');
  });
});

describe('the options of every window', () => {
  it('[S2] [S3] [S4] [S6] [S8] [S9] [S10] [S11] [S44] are these and no others', () => {
    const session = {} as Session;
    const { webPreferences } = windowOptions(
      '/p.cjs',
      session,
      '1.0.0',
      { width: 1440, height: 900 },
      false,
      false,
    );
    expect(webPreferences).toEqual({
      preload: '/p.cjs',
      session,
      devTools: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      backgroundThrottling: false,
      additionalArguments: ['--kairos-version=1.0.0'],
    });
  });
});
