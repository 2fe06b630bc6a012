// The rpm, made from the unpacked app with rpmbuild: electron-builder's way needs a download. Updates come by the
// system's own tool (dnf): install-update knows dpkg only.
import { join } from 'node:path';
import { Installer } from 'electron-installer-redhat';
import { described, pack } from './described.mjs';

const ARCHITECTURES = { x64: 'x86_64', arm64: 'aarch64' };

const rename = (dest) => join(dest, '<%= name %>-<%= version %>-<%= revision %>.<%= arch %>.rpm');

/** Resolves with the path of the .rpm. */
export function makeRpm(unpacked, { out, version }, release) {
  return pack(
    new Installer({
      ...{ logger: () => undefined, rename, src: unpacked, dest: out },
      arch: ARCHITECTURES[process.arch] ?? process.arch,
      options: {
        ...described(version),
        license: 'Proprietary',
        specTemplate: join(import.meta.dirname, 'redhat.spec.ejs'),
        compressionLevel: release ? 6 : 0,
      },
    }),
  );
}
