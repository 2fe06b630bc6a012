// After `npm install` on a machine whose registry lacks packages of other platforms: npm leaves these out of
// package-lock.json, and `npm ci` then refuses the file everywhere. Adds an entry for each, by its name and its parent's
// exact version. `node scripts/mend-lock.mjs` writes; `npm run check` only looks.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SYSTEMS = [
  'android',
  'darwin',
  'linux',
  'freebsd',
  'netbsd',
  'openbsd',
  'openharmony',
  'win32',
  'sunos',
  'aix',
];
const PROCESSORS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];

/** What the lock file must say of a platform's package, as its name tells it. */
function entryFor(name, version, dev) {
  const words = name.replace('linuxmusl', 'linux-musl').split(/[/-]/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu')) && 'glibc';
  return {
    version,
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(dev ? { dev: true } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}

/** Optional packages that the lock file names as a dependency and does not describe: [{name, entry}]. */
export function missingFromLock(lock) {
  return Object.entries(lock.packages).flatMap(([place, { dev, optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(
        ([name]) => !lock.packages[`${place}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
      )
      .map(([name, range]) => ({ name, entry: entryFor(name, range.replace(/^[\^~]/, ''), dev) })),
  );
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, '..', 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingFromLock(lock);
  for (const { name, entry } of missing) lock.packages[`node_modules/${name}`] = entry;
  const inOrder = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(inOrder) }, null, 2)}\n`);
  process.stdout.write(`${missing.length} entries added\n`);
}
