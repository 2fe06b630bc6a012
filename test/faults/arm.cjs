/** Preloaded after durable.cjs: told a number, the process dies at that point from now on; told 0, it does not. */
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('message', (point) => {
    const state = globalThis.kairosDurable;
    state.at = point > 0 ? 2 * state.writes + point : 0;
    process.send?.('armed');
  });
}
