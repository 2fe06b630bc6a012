// The Debian package, made from the unpacked app with dpkg-deb: electron-builder's way needs a download.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Installer } from 'electron-installer-debian';
import { ROOT, readJson } from '../setup/base.mjs';
import { SCHEMES } from './builder.mjs';

const SIZES = [16, 32, 48, 64, 128, 256, 512];
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** With the word of polkit that lets a station install signed updates. */
class ConsoleInstaller extends Installer {
  get contentFunctions() {
    return [...super.contentFunctions, 'copyUpdatePolicy'];
  }

  copyUpdatePolicy() {
    if (!existsSync(join(this.options.src, 'resources', 'install-update'))) return;
    const name = 'aero.kairos.console.update.policy';
    const folder = join(this.stagingDir, this.baseAppDir, 'share', 'polkit-1', 'actions');
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(import.meta.dirname, name), join(folder, name));
    chmodSync(join(folder, name), 0o644);
  }
}

async function install(data) {
  const installer = new ConsoleInstaller({ logger: () => undefined, rename, ...data });
  await installer.generateDefaults();
  await installer.generateOptions();
  await installer.createStagingDir();
  await installer.createContents();
  await installer.createPackage();
  await installer.movePackage();
  return installer.options.packagePaths;
}

const rename = (dest) => join(dest, '<%= name %>_<%= version %>_<%= arch %>.deb');

/** Resolves with the path of the .deb, which is packed tightly for a release: that takes minutes. */
export async function makeDeb(unpacked, { out, version }, release) {
  const { description, homepage } = readJson(join(ROOT, 'package.json'));
  const arch = ARCHITECTURES[process.arch] ?? process.arch;
  // The installer wants one licence text beside the executable.
  const licence = `Kairos Console ${version}. All rights reserved.\n\nElectron and Chromium:\n\n`;
  writeFileSync(
    join(unpacked, 'LICENSE'),
    licence + readFileSync(join(unpacked, 'LICENSE.electron.txt'), 'utf8'),
  );
  const [deb] = await install({
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
      depends: ['openssl'],
      // Names in Chinese, Japanese and Korean need it.
      recommends: ['pkexec | policykit-1', 'libasound2t64 | libasound2 | pulseaudio', 'fonts-noto-cjk'],
      categories: ['Office'],
      mimeType: SCHEMES.map((scheme) => `x-scheme-handler/${scheme}`),
      icon: Object.fromEntries(
        SIZES.map((n) => [`${n}x${n}`, join(ROOT, 'resources', 'icons', `${n}x${n}.png`)]),
      ),
      compression: release ? 'xz' : 'gzip',
    },
  });
  return deb;
}
