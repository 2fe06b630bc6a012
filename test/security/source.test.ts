/** What no source file may hold, or only one: rules that are kept by looking at all of the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name}`)
  .filter((name) => /\.(tsx?|html|css)$/u.test(name) && !/\.(test|testing)\.tsx?$/u.test(name));
const code = new Map(
  files.map((name) => [name, read(name).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, '')]),
);
const holding = (pattern: RegExp): string[] =>
  [...code].filter(([, text]) => pattern.test(text)).map(([name]) => name);

/** Without a duty to publish what is ours. The font's allows to bundle it. */
const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'OFL-1.1',
]);
/** Packages whose licence stands in another member of their description, or in a file only. */
const SAID_ELSEWHERE = new Map([['xmlhttprequest-ssl', 'MIT']]);

describe('the source', () => {
  it('is all looked at', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(holding(/createRoot/u)).toEqual(['src/renderer/app/main.tsx']);
  });

  it.each([
    ['[S4] no sandbox is switched off', /sandbox:\s*false|appendSwitch\(\s*['"]no-sandbox/u],
    ['[S6] web security is never off', /webSecurity:\s*false|disable-web-security/u],
    ['[S8] no insecure content is allowed', /allowRunningInsecureContent:\s*true/u],
    ['[S9] [S10] no experimental features of Blink', /experimentalFeatures:\s*true|enableBlinkFeatures/u],
    ['[S11] no webview', /webviewTag:\s*true|<webview/u],
    ['[S18] no file address is loaded', /loadFile|file:\/\//u],
    [
      '[S22] no markup is made from text',
      /dangerouslySetInnerHTML|\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write/u,
    ],
    [
      '[C3] nothing is copied or put into a title by itself',
      /clipboard\.write|navigator\.clipboard|execCommand|document\.title\s*=|setTitle\(/u,
    ],
    ['[S42] no object is merged with text from outside by hand', /__proto__|setPrototypeOf/u],
    ['[S15] no file is opened outside', /openPath|showItemInFolder/u],
  ])('%s', (_rule, pattern) => {
    expect(holding(pattern)).toEqual([]);
  });

  it.each([
    [
      '[S14] [S44] windows are made in one place',
      /new (?:BrowserWindow|BaseWindow|WebContentsView)\b/u,
      'src/main/windows/main-window.ts',
    ],
    ['[S17] calls of pages come in by one place', /\bipcMain\b/u, 'src/main/security/calls.ts'],
    [
      '[S20] the preload script alone gives things to the page',
      /\bcontextBridge\b/u,
      'src/preload/preload.ts',
    ],
    ['[S29] processes are started in one place', /utilityProcess\.fork/u, 'src/main/supervise/child.ts'],
    [
      '[C7] the core listens in one place, on loopback',
      /\.listen\(\{ host: '127\.0\.0\.1'/u,
      'src/core/core.ts',
    ],
  ])('%s', (_rule, pattern, file) => {
    expect(holding(pattern)).toEqual([file]);
  });

  it('[C7] nothing else listens but the port that a sign-in comes back to, on loopback', () => {
    expect(holding(/(?<!this)\.listen\(/u)).toEqual([
      'src/core/core.ts',
      // RFC 8252: the system's browser brings the provider's answer there. Open for one sign-in, for one answer.
      'src/main/sign-in/loopback.ts',
    ]);
    expect(code.get('src/main/sign-in/loopback.ts')).toMatch(/\.listen\(0, '127\.0\.0\.1'/u);
  });

  it('[S15] an address reaches the browser of the system by one way, which only a sign-in uses', () => {
    expect(holding(/openExternal/u)).toEqual(['src/main/security/outside.ts']);
    expect(holding(/openInBrowser\b/u)).toEqual([
      'src/main/security/outside.ts',
      // The provider's own page: a password of the provider never passes through this program.
      'src/main/sign-in/start.ts',
    ]);
  });

  it('[S34] [C9] packages are pinned, and none runs a script when it is installed', () => {
    const { dependencies, devDependencies, allowScripts } = JSON.parse(read('package.json'));
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/mu);
    expect(new Set(Object.values(allowScripts))).toEqual(new Set([false]));
    const versions: string[] = Object.values({ ...dependencies, ...devDependencies });
    expect(
      versions.filter((version) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/u.test(version)),
    ).toEqual([]);
    const { packages } = JSON.parse(read('package-lock.json'));
    // Packages for other platforms than the one that locked them have no hash: npm never saw them.
    const unproved = Object.entries<{ integrity?: string; inBundle?: boolean; optional?: boolean }>(packages)
      .filter(([path, one]) => path !== '' && !one.integrity && !one.inBundle && !one.optional)
      .map(([path]) => path);
    expect(unproved).toEqual([]);
  });

  it('[S34] [C9] what is delivered has a licence that lets us, by its own word', () => {
    const { packages } = JSON.parse(read('package-lock.json'));
    const licences = Object.entries<{ dev?: boolean; optional?: boolean; license?: string }>(packages)
      .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
      .map(([path, { license }]) => [
        path,
        license ?? SAID_ELSEWHERE.get(path.replace(/^.*node_modules\//u, '')),
      ]);
    expect(licences.length).toBeGreaterThan(80);
    expect(licences.filter(([, licence]) => !ALLOWED.has(licence ?? ''))).toEqual([]);
  });
});
