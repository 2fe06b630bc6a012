// What electron-builder is told. A package holds the bundles of the processes that it starts and the npm packages that
// these load. AppImage, nsis and dmg are described here and have been built nowhere yet: they need downloads.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { needed, onlyBundled } from './contents.mjs';

/** What the executable may still be talked into after it has left us: nothing (S31). */
export const FUSES = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
};

/** Links that ask the console to look somebody up. */
export const SCHEMES = ['kairos', 'tel'];

/** A stock Electron brings its own start page. */
async function afterPack({ appOutDir, electronPlatformName }) {
  rmSync(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
  await flipFuses(executableIn(appOutDir), {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: electronPlatformName === 'darwin',
    ...FUSES,
  });
}

const NAME = 'Kairos Console';

/** The program of an unpacked app. */
export function executableIn(folder) {
  const inside = { darwin: `${NAME}.app/Contents/MacOS/${NAME}`, win32: 'kairos-console.exe' };
  return join(folder, inside[process.platform] ?? 'kairos-console');
}

/** Of the SQLite module only what this machine loads; its sources are three times as large as all the rest. */
const SQLITE = 'node_modules/better-sqlite3';

/** What installs an update on Linux, and the key that it asks for; main reads the key too. */
const updating = (keyFile) =>
  keyFile === null
    ? []
    : [
        { from: keyFile, to: 'update-key.pem' },
        ...(process.platform === 'linux'
          ? [{ from: 'scripts/package/install-update', to: 'install-update' }]
          : []),
      ];

/**
 * @param electron what setup() says; its files are packed, whichever Electron it is
 * @param out the folder for what is made
 * @param keyFile public key of its updates, or null: it takes none
 * @param version in place of that of package.json
 */
export const configuration = (electron, { out, keyFile, version }) => ({
  extraMetadata: { version },
  extraResources: updating(keyFile),
  appId: 'aero.kairos.console',
  productName: NAME,
  executableName: 'kairos-console',
  copyright: 'Kairos',
  electronVersion: electron.version,
  electronDist: electron.dist,
  npmRebuild: false,
  directories: { output: out, buildResources: 'resources' },
  files: [
    ...needed().bundles,
    'out/{preload,renderer}/**',
    '!out/**/*.map',
    'package.json',
    ...onlyBundled().map((name) => `!node_modules/${name}`),
    '!node_modules/**/*.{map,md,d.mts,d.cts}',
    `!${SQLITE}/{deps,src,binding.gyp}`,
    ...(electron.native?.compiled ? [`!${SQLITE}/prebuilds`] : []),
    `!${SQLITE}/build/**`,
    ...(electron.native?.compiled ? [`${SQLITE}/build/Release/better_sqlite3.node`] : []),
  ],
  asar: true,
  asarUnpack: ['**/*.node'],
  protocols: [{ name: 'Look somebody up', schemes: SCHEMES }],
  afterPack,
  publish: null,
  linux: { category: 'Office', icon: 'resources/icons', target: ['dir', 'AppImage'] },
  win: { icon: 'resources/icon.png', target: ['nsis'] },
  nsis: { oneClick: false, perMachine: true, allowToChangeInstallationDirectory: true },
  mac: {
    icon: 'resources/icon.png',
    category: 'public.app-category.business',
    target: ['dmg'],
    hardenedRuntime: true,
  },
});

/** The folder that the unpacked app has come to. */
export function unpackedIn(out) {
  const name = readdirSync(out).find((entry) => /-unpacked$|^mac/.test(entry));
  return name && join(out, name);
}
