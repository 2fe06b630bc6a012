// A screen for programs with a window where the session has none: an Xvfb of our own, ended with us.
import { spawn } from 'node:child_process';
import { ensureDisplay, lacksDisplay } from './setup/libraries.mjs';

const SCREEN = '1920x1200x24';

/** Resolves with the display's number, which Xvfb picks itself, so that two runs never meet. */
function firstLine(server) {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdio[3].on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.trim());
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
  });
}

/** Runs `body(env)` with an environment whose DISPLAY works; where there is a real screen it is used as it is. */
export async function withDisplay(body) {
  if (!lacksDisplay()) return body({ ...process.env });
  await ensureDisplay();
  const args = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-noreset'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const end = () => server.kill('SIGTERM');
  process.once('exit', end);
  try {
    const number = await firstLine(server);
    server.removeAllListeners('exit');
    return await body({ ...process.env, DISPLAY: `:${number}` });
  } finally {
    process.removeListener('exit', end);
    end();
  }
}
