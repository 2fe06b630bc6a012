// The feed of updates: CHANNEL.json, its Ed25519 signature and the package, in one folder that a web server hands out.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SetupError } from '../setup/base.mjs';

const DAY_MS = 86_400_000;

/** The private key of a file; made anew, for its owner only, where there is none. */
export function updateKey(file) {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  }
  const key = createPrivateKey(readFileSync(file, 'utf8'));
  if (key.asymmetricKeyType !== 'ed25519') throw new SetupError(`${file} is no Ed25519 key.`);
  return key;
}

/** As it lies in the package. */
export const publicPem = (key) => createPublicKey(key).export({ type: 'spki', format: 'pem' });

/**
 * Puts the package first and the signed word about it last, each whole: a station never reads half a feed.
 * @param release {version, channel, share (percent), minVersion, days}
 */
export function writeFeed(folder, deb, key, { version, channel, share, minVersion, days }, now = Date.now()) {
  mkdirSync(folder, { recursive: true });
  const bytes = readFileSync(deb);
  const file = basename(deb);
  const manifest = JSON.stringify({
    form: 1,
    product: 'kairos-console',
    channel,
    version,
    minVersion,
    released: new Date(now).toISOString(),
    expires: new Date(now + days * DAY_MS).toISOString(),
    share,
    packages: [
      {
        platform: process.platform,
        arch: process.arch,
        file,
        size: bytes.length,
        sha512: createHash('sha512').update(bytes).digest('hex'),
      },
    ],
  });
  const put = (name, write) => {
    write(join(folder, `${name}.part`));
    renameSync(join(folder, `${name}.part`), join(folder, name));
  };
  put(file, (path) => copyFileSync(deb, path));
  put(`${channel}.json.sig`, (path) => writeFileSync(path, sign(null, Buffer.from(manifest), key)));
  put(`${channel}.json`, (path) => writeFileSync(path, manifest));
  return join(folder, `${channel}.json`);
}
