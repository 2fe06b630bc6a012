// What packages of Linux say of the console, whatever their form.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readJson } from '../setup/base.mjs';
import { SCHEMES } from './builder.mjs';

const SIZES = [16, 32, 48, 64, 128, 256, 512];

/** The installers want one licence text beside the executable. */
export function writeLicence(unpacked, version) {
  const licence = `Kairos Console ${version}. All rights reserved.\n\nElectron and Chromium:\n\n`;
  writeFileSync(
    join(unpacked, 'LICENSE'),
    licence + readFileSync(join(unpacked, 'LICENSE.electron.txt'), 'utf8'),
  );
}

export function described(version) {
  const { description, homepage } = readJson(join(ROOT, 'package.json'));
  return {
    ...{ name: 'kairos-console', productName: 'Kairos Console', bin: 'kairos-console', version, homepage },
    genericName: 'Customer service console',
    description: 'Console for the person who serves the customer',
    productDescription: description,
    categories: ['Office'],
    mimeType: SCHEMES.map((scheme) => `x-scheme-handler/${scheme}`),
    icon: Object.fromEntries(
      SIZES.map((n) => [`${n}x${n}`, join(ROOT, 'resources', 'icons', `${n}x${n}.png`)]),
    ),
  };
}

/** Goes through the steps of one of the installers, which are the same for all; resolves with the path of its package. */
export async function pack(installer) {
  await installer.generateDefaults();
  await installer.generateOptions();
  await installer.createStagingDir();
  await installer.createContents();
  await installer.createPackage();
  await installer.movePackage();
  return installer.options.packagePaths[0];
}
