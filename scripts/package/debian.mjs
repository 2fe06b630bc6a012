// The Debian package, made from the unpacked app with dpkg-deb: electron-builder's way needs a download.
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Installer } from 'electron-installer-debian';
import { described, pack } from './described.mjs';

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

const rename = (dest) => join(dest, '<%= name %>_<%= version %>_<%= arch %>.deb');

/** Resolves with the path of the .deb, which is packed tightly for a release: that takes minutes. */
export function makeDeb(unpacked, { out, version }, release) {
  return pack(
    new ConsoleInstaller({
      ...{ logger: () => undefined, rename, src: unpacked, dest: out },
      arch: ARCHITECTURES[process.arch] ?? process.arch,
      options: {
        ...described(version),
        maintainer: 'Kairos <packages@kairos.example>',
        section: 'misc',
        depends: ['openssl'],
        // Names in Chinese, Japanese and Korean need it.
        recommends: ['pkexec | policykit-1', 'libasound2t64 | libasound2 | pulseaudio', 'fonts-noto-cjk'],
        compression: release ? 'xz' : 'gzip',
      },
    }),
  );
}
