// `npm run dev`: the console with hot reload of the window, restart of the rest by hand.
import { withDisplay } from './display.mjs';
import { electronEnvironment, machineSwitches, run, tool } from './run.mjs';
import { isRoot } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

process.exitCode = await orSentence(async () => {
  const electron = await setup();
  const args = [
    tool('electron-vite', 'bin', 'electron-vite.js'),
    'dev',
    ...(isRoot() ? ['--noSandbox'] : []),
  ];
  const rest = [...process.argv.slice(2), ...machineSwitches().filter((flag) => flag !== '--no-sandbox')];
  return withDisplay((env) =>
    run(process.execPath, [...args, '--', ...rest], {
      env: {
        ...electronEnvironment(env),
        ELECTRON_MAJOR_VER: String(electron.major),
        ELECTRON_EXEC_PATH: electron.executable,
      },
    }),
  );
});
