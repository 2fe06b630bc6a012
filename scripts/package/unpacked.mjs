// The app as it runs on the target, in a folder: packed by electron-builder, looked through, its fuses read back.
import { join } from 'node:path';
import { FuseState, getCurrentFuseWire } from '@electron/fuses';
import { build, Platform } from 'electron-builder';
import { ROOT, SetupError, say } from '../setup/base.mjs';
import { configuration, executableIn, FUSES, unpackedIn } from './builder.mjs';
import { assertWhole } from './contents.mjs';

const SYSTEMS = { linux: Platform.LINUX, win32: Platform.WINDOWS, darwin: Platform.MAC };

/** @throws SetupError where a fuse is not as it was set */
async function assertFuses(executable) {
  const wire = await getCurrentFuseWire(executable);
  for (const [fuse, on] of Object.entries(FUSES)) {
    if (wire[fuse] !== (on ? FuseState.ENABLE : FuseState.DISABLE))
      throw new SetupError(`fuse ${fuse} of ${executable} is ${wire[fuse]}.`);
  }
  return Object.keys(FUSES).length;
}

/** Resolves with the folder. On Linux only the folder is made here; elsewhere the installers of the system are too. */
export async function makeUnpacked(electron, making) {
  const { out } = making;
  const target = SYSTEMS[process.platform];
  const targets = target.createTarget(process.platform === 'linux' ? 'dir' : undefined);
  await build({ projectDir: ROOT, config: configuration(electron, making), targets, publish: 'never' });
  const unpacked = unpackedIn(out);
  const resources =
    process.platform === 'darwin'
      ? join(unpacked, 'Kairos Console.app', 'Contents', 'Resources')
      : join(unpacked, 'resources');
  const files = assertWhole(join(resources, 'app.asar'));
  const fuses = await assertFuses(executableIn(unpacked));
  say(`${files} files and packages that it loads are in it, ${fuses} fuses are as they were set`);
  return unpacked;
}
