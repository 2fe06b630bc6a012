import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { feedAt, isFeedAddress } from './feed.ts';
import { installStaged } from './install.ts';
import { choosePackage, readManifest, readUpdateKey, turnOf } from './manifest.ts';
import { fetchUpdate, stagedUpdate } from './staged.ts';
import {
  ASKER,
  manifestOf,
  NOW,
  PACKAGE,
  packageOf,
  publicKey,
  signed,
  writeFeed,
} from './update.testing.ts';
import { startUpdater } from './updater.ts';
import { compareVersions } from './version.ts';
import { isWithin } from './window.ts';

let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-update-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const feed = () => feedAt(pathToFileURL(at('feed')).href, fetch);
const take = (asker = ASKER) => fetchUpdate(at('update'), feed(), publicKey, asker);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );

describe('[S33] an update', () => {
  it('is fetched, proved and kept; looked at again it is not fetched twice', async () => {
    writeFeed(at('feed'), manifestOf());
    const staged = await take();
    expect(staged.version).toBe('1.1.0');
    expect(readFileSync(staged.package)).toEqual(PACKAGE);
    rmSync(at('feed/console_1.1.0_amd64.deb'));
    expect(await take()).toEqual(staged);
    expect(await stagedUpdate(at('update'), publicKey, ASKER)).toEqual(staged);
  });

  it.each([
    ['the installed version again', { version: '1.0.0' }, 'current'],
    ['an older one', { version: '0.9.9' }, 'older'],
    ['one that needs a version between', { minVersion: '1.0.5' }, 'too_old'],
    ['one that has expired', { expires: '2026-11-27T11:59:59Z' }, 'expired'],
    [
      'one that never expires',
      { released: '2025-01-01T00:00:00Z', expires: '2099-01-01T00:00:00Z' },
      'expired',
    ],
    ['another channel', { channel: 'early' }, 'channel'],
    ['another product', { product: 'other' }, 'malformed'],
    ['another machine', { packages: [{ ...packageOf(PACKAGE), arch: 'arm64' }] }, 'platform'],
    ['a path for a name', { packages: [packageOf(PACKAGE, '../../etc/passwd')] }, 'malformed'],
    ['a member that nobody knows', { run: 'rm' }, 'malformed'],
    ['the turn of nobody yet', { share: 0 }, 'not_yet'],
    ['other bytes of the same length', { packages: [packageOf(PACKAGE.map((byte) => byte ^ 1))] }, 'hash'],
    ['half a file', { packages: [packageOf(Buffer.concat([PACKAGE, PACKAGE]))] }, 'incomplete'],
    ['more than it says', { packages: [packageOf(PACKAGE.subarray(1))] }, 'oversize'],
  ])('%s is refused in a word, and nothing is kept', async (_what, change, code) => {
    writeFeed(at('feed'), manifestOf(change));
    expect(await codeOf(take())).toBe(code);
    expect(existsSync(at('update'))).toBe(false);
    expect(existsSync(at('update.new'))).toBe(false);
  });

  it('is refused with the signature of somebody else, of other bytes, cut, or none', async () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    const { bytes, signature } = signed(manifestOf());
    expect(readManifest(bytes, signature, publicKey).version).toBe('1.1.0');
    const wrong = [
      signed(manifestOf(), other).signature,
      signature.subarray(1),
      Buffer.alloc(64),
      Buffer.alloc(0),
    ];
    for (const one of wrong) expect(() => readManifest(bytes, one, publicKey)).toThrow('signature');
    expect(() => readManifest(signed(manifestOf({ share: 99 })).bytes, signature, publicKey)).toThrow(
      'signature',
    );
  });

  it('is taken from this place only: no redirect, no plain http, no silence, nothing endless', async () => {
    const { bytes, signature } = signed(manifestOf());
    const serve = async (answer: RequestListener) => {
      const server = createServer(answer).listen(0, '127.0.0.1');
      await new Promise((done) => server.once('listening', done));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
      const code = await codeOf(fetchUpdate(at('update'), feedAt(url, fetch), publicKey, ASKER));
      server.closeAllConnections();
      server.close();
      return code;
    };
    const files =
      (over: RequestListener): RequestListener =>
      (request, response) => {
        if (request.url === '/feed/stable.json') response.end(bytes);
        else if (request.url === '/feed/stable.json.sig') response.end(signature);
        else over(request, response);
      };
    expect(await serve(files((_request, response) => response.end(PACKAGE)))).toBe('taken');
    rmSync(at('update'), { recursive: true });
    expect(await serve((_request, response) => response.writeHead(302, { location: '/feed/x' }).end())).toBe(
      'unreachable',
    );
    expect(await serve((_request, response) => response.writeHead(500).end())).toBe('unreachable');
    expect(await serve((_request, response) => response.end(Buffer.alloc(70_000)))).toBe('oversize');
    const cut = files((_request, response) => {
      response.writeHead(200, { 'content-length': PACKAGE.length }).write(PACKAGE.subarray(9));
      setImmediate(() => response.destroy());
    });
    expect(await serve(cut)).toBe('unreachable');
    const endless = files((_request, response) => {
      const more = () => response.write(PACKAGE, () => setImmediate(more));
      more();
    });
    expect(await serve(endless)).toBe('oversize');
    expect(['https://x.example/f', 'file:///srv/feed'].every(isFeedAddress)).toBe(true);
    expect(['http://x.example/f', 'ftp://x', 'nothing', 'javascript:1'].some(isFeedAddress)).toBe(false);
    expect(existsSync(at('update'))).toBe(false);
  });

  it('comes to a share of the stations, always the same, which only grows', () => {
    const stations = Array.from({ length: 2_000 }, (_, n) => `counter-${n}`);
    const whose = (share: number) => {
      const manifest = signedManifest({ share });
      return stations.filter((station) => {
        try {
          return choosePackage(manifest, { ...ASKER, station }) !== null;
        } catch {
          return false;
        }
      });
    };
    const [tenth, half] = [whose(10), whose(50)];
    expect(tenth.length).toBeGreaterThan(140);
    expect(tenth.length).toBeLessThan(260);
    expect(tenth.every((station) => half.includes(station))).toBe(true);
    expect(whose(10)).toEqual(tenth);
    expect(whose(100)).toEqual(stations);
    expect(turnOf('counter-1', '1.1.0')).not.toBe(turnOf('counter-1', '1.2.0'));
  });
});

const signedManifest = (change: object) => {
  const { bytes, signature } = signed(manifestOf(change));
  return readManifest(bytes, signature, publicKey);
};

describe('[S33] what is staged', () => {
  /** The installing program's place: it writes down what it was given, or fails. */
  const helper = (script: string) => {
    writeFileSync(at('helper'), `#!/bin/sh\n${script}\n`);
    chmodSync(at('helper'), 0o755);
    return { authority: ['env'], helper: at('helper') };
  };

  it('is installed once, by the program that was asked, and is gone then', async () => {
    writeFeed(at('feed'), manifestOf());
    const staged = await take();
    const installer = helper(
      `cmp "$3" '${at('feed/console_1.1.0_amd64.deb')}' && echo "$@" > '${at('given')}'`,
    );
    expect(await installStaged(at('update'), publicKey, ASKER, installer)).toEqual({ version: '1.1.0' });
    expect(readFileSync(at('given'), 'utf8').trim().split(' ')).toEqual([
      staged.manifest,
      staged.signature,
      staged.package,
    ]);
    expect(await installStaged(at('update'), publicKey, ASKER, installer)).toEqual({ refused: 'current' });
  });

  it('is not installed when it was changed on the disk, when it has expired, or when it is not newer any more', async () => {
    const installer = helper(`touch '${at('ran')}'`);
    for (const [spoil, asker, code] of [
      [
        () =>
          writeFileSync(
            at('update/console_1.1.0_amd64.deb'),
            PACKAGE.map((byte) => byte ^ 1),
          ),
        ASKER,
        'hash',
      ],
      [
        () => writeFileSync(at('update/manifest.json'), JSON.stringify(manifestOf({ share: 1 }))),
        ASKER,
        'signature',
      ],
      [() => rmSync(at('update/console_1.1.0_amd64.deb')), ASKER, 'incomplete'],
      [() => undefined, { ...ASKER, now: NOW + 40 * 86_400_000 }, 'expired'],
      [() => undefined, { ...ASKER, version: '1.1.0' }, 'current'],
    ] as const) {
      writeFeed(at('feed'), manifestOf());
      await take();
      spoil();
      expect(await installStaged(at('update'), publicKey, asker, installer)).toEqual({ refused: code });
      expect(existsSync(at('update'))).toBe(false);
    }
    expect(existsSync(at('ran'))).toBe(false);
  });

  it('is tried three times, then fetched anew', async () => {
    writeFeed(at('feed'), manifestOf());
    await take();
    for (const left of [true, true, false]) {
      expect(await installStaged(at('update'), publicKey, ASKER, helper('exit 3'))).toEqual({
        refused: 'install_failed',
      });
      expect(existsSync(at('update'))).toBe(left);
    }
    await take();
    expect(
      await installStaged(at('update'), publicKey, ASKER, { authority: [], helper: at('nowhere') }),
    ).toEqual({
      refused: 'install_failed',
    });
  });

  it('is told to the window once it is ready, and a refusal to the log in one word', async () => {
    const lines: string[] = [];
    const updater = startUpdater({
      ...{ folder: at('update'), feed: feed(), key: publicKey, asker: () => ASKER },
      log: (line) => lines.push(line),
    });
    const ready = updater.next(null);
    expect((await updater.look()).refused).toBe('unreachable');
    writeFeed(at('feed'), manifestOf({ version: '0.1.0' }));
    expect((await updater.look()).refused).toBe('older');
    writeFeed(at('feed'), manifestOf());
    await Promise.all([updater.look(), updater.look()]);
    expect(await ready).toEqual({ version: '1.1.0', refused: null });
    expect(lines).toEqual([
      'update: refused, unreachable',
      'update: refused, older',
      'update: 1.1.0 is ready',
    ]);
    updater.stop();
  });
});

it('versions have three numbers, and are compared as numbers', () => {
  expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
  expect(compareVersions('0.1.0', '0.1.0')).toBe(0);
  for (const version of ['1.0', '1.0.0-beta', '01.0.0', '1.0.0.0', '1.0.9999999', ' 1.0.0'])
    expect(() => signedManifest({ version })).toThrow('malformed');
});

it('[S33] a kiosk has hours, over midnight too', () => {
  const night = { from: '23:30', to: '04:00' };
  expect([23 * 60 + 30, 0, 239].every((minutes) => isWithin(night, minutes))).toBe(true);
  expect([240, 12 * 60, 23 * 60 + 29].some((minutes) => isWithin(night, minutes))).toBe(false);
  expect(isWithin({ from: '02:00', to: '04:00' }, 180)).toBe(true);
  expect(isWithin({ from: '02:00', to: '02:00' }, 120)).toBe(false);
});

it('a package without a key takes no updates, and no other kind of key is one', () => {
  expect(readUpdateKey(null)).toBeNull();
  const { publicKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(() => readUpdateKey(other.export({ type: 'spki', format: 'pem' }) as string)).toThrow('Ed25519');
});
