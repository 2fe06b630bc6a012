// What a program of the same user could put before install-update, which runs as root: nothing of it is installed.
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, SetupError } from '../setup/base.mjs';
import { writeFeed } from './feed.mjs';

/** A package with nothing in it. */
function tinyDeb(folder, name, version) {
  const root = join(folder, `${name}-${version}`);
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  const control = {
    Package: name,
    Version: version,
    Architecture: 'all',
    Maintainer: 'Nobody <n@b.example>',
    Description: 'x',
  };
  writeFileSync(
    join(root, 'DEBIAN/control'),
    `${Object.entries(control)
      .map((pair) => pair.join(': '))
      .join('\n')}\n`,
  );
  const deb = join(folder, `${name}_${version}_all.deb`);
  const { status, stderr } = capture('dpkg-deb', ['--root-owner-group', '-b', root, deb]);
  if (status !== 0) throw new SetupError(`no package for the trial: ${stderr}`);
  return deb;
}

/** What dpkg says of the installed package: its name and its version. */
const versionOf = ([command, ...inRoot]) =>
  capture(command, [...inRoot, 'dpkg-query', '-W', 'kairos-console'])
    .stdout.trim()
    .split('\t')[1];

/**
 * @param helper install-update of the installed package
 * @param inRoot the words before a command that make dpkg work there
 * @param version what is installed, and must be afterwards
 * @returns the names of what was refused
 */
export function attackHelper({ helper, inRoot, folder, key, version }) {
  const own = generateKeyPairSync('ed25519').privateKey;
  const release = (one) => ({ version: one, channel: 'stable', share: 100, minVersion: '0.0.0', days: 1 });
  const offer = (name, deb, signer, more = () => undefined) => {
    const feed = join(folder, name);
    writeFeed(feed, deb, signer, release('9.9.9'));
    const files = { manifest: join(feed, 'stable.json'), signature: join(feed, 'stable.json.sig'), deb };
    return { ...files, ...more(files, feed) };
  };
  const older = tinyDeb(folder, 'kairos-console', '0.0.1');
  const same = tinyDeb(folder, 'kairos-console', version);
  const other = tinyDeb(folder, 'another-program', '9.9.9');
  const newer = tinyDeb(folder, 'kairos-console', '9.9.9');
  const attacks = {
    'an older release, signed': offer('older', older, key),
    'the installed one again, signed': offer('same', same, key),
    'another program, signed': offer('other', other, key),
    'a newer one of another key': offer('foreign', newer, own),
    'a newer one that the manifest does not name': offer('unnamed', older, key, () => ({ deb: newer })),
    'a manifest changed after it was signed': offer('changed', newer, key, ({ manifest }) => {
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('9.9.9', '9.9.8'));
    }),
    'a signature over the hash alone': offer('hash', newer, key, ({ signature, manifest }) => {
      const { packages } = JSON.parse(readFileSync(manifest, 'utf8'));
      writeFileSync(signature, sign(null, Buffer.from(packages[0].sha512), key));
    }),
    'a link to a file of the system': offer('link', newer, key, (_files, feed) => {
      symlinkSync('/etc/passwd', join(feed, 'link.deb'));
      return { deb: join(feed, 'link.deb') };
    }),
    'options for file names': { manifest: '--help', signature: '-x', deb: '--version' },
    'nothing at all': { manifest: '', signature: '', deb: '' },
  };
  for (const [name, { manifest, signature, deb }] of Object.entries(attacks)) {
    const { status } = capture(inRoot[0], [...inRoot.slice(1), helper, manifest, signature, deb]);
    if (status === 0 || versionOf(inRoot) !== version) throw new SetupError(`install-update took ${name}.`);
  }
  return Object.keys(attacks);
}
