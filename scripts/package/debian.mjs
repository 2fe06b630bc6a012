// The Debian package, made from the unpacked app with dpkg-deb: electron-builder's way needs a download.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import installer from 'electron-installer-debian';
import { ROOT, readJson } from '../setup/base.mjs';
import { SCHEMES } from './builder.mjs';

const SIZES = [16, 32, 48, 64, 128, 256, 512];
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** Resolves with the path of the .deb, which is packed tightly for a release: that takes minutes. */
export async function makeDeb(unpacked, out, release) {
  const { version, description, homepage } = readJson(join(ROOT, 'package.json'));
  const arch = ARCHITECTURES[process.arch] ?? process.arch;
  // The installer wants one licence text beside the executable.
  const licence = `Kairos Console ${version}. All rights reserved.\n\nElectron and Chromium:\n\n`;
  writeFileSync(
    join(unpacked, 'LICENSE'),
    licence + readFileSync(join(unpacked, 'LICENSE.electron.txt'), 'utf8'),
  );
  const { packagePaths } = await installer({
    src: unpacked,
    dest: out,
    arch,
    options: {
      name: 'kairos-console',
      productName: 'Kairos Console',
      genericName: 'Customer service console',
      description: 'Console for the person who serves the customer',
      productDescription: description,
      version,
      homepage,
      maintainer: 'Kairos <packages@kairos.example>',
      bin: 'kairos-console',
      section: 'misc',
      // Names in Chinese, Japanese and Korean need it.
      recommends: ['libasound2t64 | libasound2 | pulseaudio', 'fonts-noto-cjk'],
      categories: ['Office'],
      mimeType: SCHEMES.map((scheme) => `x-scheme-handler/${scheme}`),
      icon: Object.fromEntries(
        SIZES.map((n) => [`${n}x${n}`, join(ROOT, 'resources', 'icons', `${n}x${n}.png`)]),
      ),
      compression: release ? 'xz' : 'gzip',
    },
  });
  return packagePaths[0];
}
