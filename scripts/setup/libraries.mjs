// The shared libraries that Electron needs on Linux, and Xvfb where there is no display.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture, isRoot, SetupError, say, which, work } from './base.mjs';

/** Debian package of each soname, by the beginning of its name; the longest beginning wins. */
const PACKAGES = {
  'libgtk-3.': 'libgtk-3-0',
  'libgdk-3.': 'libgtk-3-0',
  libnss3: 'libnss3',
  libnssutil3: 'libnss3',
  libsmime3: 'libnss3',
  libnspr4: 'libnspr4',
  'libasound.': 'libasound2',
  'libgbm.': 'libgbm1',
  'libdrm.': 'libdrm2',
  'libatk-1.0': 'libatk1.0-0',
  'libatk-bridge-2.0': 'libatk-bridge2.0-0',
  libatspi: 'libatspi2.0-0',
  'libcups.': 'libcups2',
  'libcairo.': 'libcairo2',
  'libpango-1.0': 'libpango-1.0-0',
  'libX11.': 'libx11-6',
  'libxcb.': 'libxcb1',
  libXcomposite: 'libxcomposite1',
  libXdamage: 'libxdamage1',
  libXext: 'libxext6',
  libXfixes: 'libxfixes3',
  libXrandr: 'libxrandr2',
  libxkbcommon: 'libxkbcommon0',
  'libglib-2': 'libglib2.0-0',
  'libgio-2': 'libglib2.0-0',
  'libgobject-2': 'libglib2.0-0',
  'libudev.': 'libudev1',
  'libdbus-1': 'libdbus-1-3',
  'libexpat.': 'libexpat1',
};

function packageOf(soname) {
  const match = Object.keys(PACKAGES)
    .filter((start) => soname.startsWith(start))
    .sort((a, b) => b.length - a.length)[0];
  return match && PACKAGES[match];
}

/** Names of libraries that the dynamic linker cannot find for this Electron folder. */
export function missingLibraries(dist) {
  if (process.platform !== 'linux' || !which('ldd')) return [];
  const files = ['electron', ...readdirSync(dist).filter((name) => name.includes('.so'))];
  const { stdout } = capture(
    'ldd',
    files.map((name) => join(dist, name)),
  );
  return [...new Set([...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]))].filter(
    (name) => !files.includes(name),
  );
}

/** Installs Debian packages as root; otherwise says the exact command. */
export async function install(packages, reason) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const mayInstall = isRoot() && which('apt-get') && process.env.KAIROS_APT !== '0';
  if (!mayInstall) throw new SetupError(`${reason} Install it, for example: sudo ${command}`);
  say(`${reason} Installing ${packages.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  await work('apt-get update', 'apt-get', ['update', '-q', ...lock], { env });
  const args = ['install', '-y', '-q', '--no-install-recommends', ...lock, ...packages];
  const { status, output } = await work('apt-get install', 'apt-get', args, { env });
  if (status !== 0)
    throw new SetupError(`${command} failed: ${output.trim().split('\n').slice(-3).join(' ')}`);
}

/** Makes sure that the libraries of this Electron are there. */
export async function ensureLibraries(dist) {
  const missing = missingLibraries(dist);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(packageOf).filter(Boolean))];
  if (packages.length === 0) {
    throw new SetupError(`Electron lacks the shared libraries ${missing.join(', ')}; install them.`);
  }
  await install(packages, `Electron lacks the shared libraries ${missing.join(', ')}.`);
  const still = missingLibraries(dist);
  if (still.length > 0)
    throw new SetupError(`Electron still lacks the shared libraries ${still.join(', ')}.`);
}

/** A screen is needed only where the session has none: then Xvfb provides it. */
export function lacksDisplay() {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
}

export async function ensureDisplay() {
  if (lacksDisplay() && !which('Xvfb'))
    await install(['xvfb'], 'There is no display, and Xvfb is not installed.');
}
