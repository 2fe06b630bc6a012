/** What did not show within this was not found, ms. */
export const LATE_MS = 2_000;

/**
 * Script of a page: `fromKey(isThere)` resolves with the ms from the last key to the paint of the frame in which `isThere`
 * first holds after a change of the page; with null where it does not come.
 */
export const FROM_KEY = `
  let struck = 0;
  window.addEventListener('keydown', (event) => { struck = event.timeStamp; }, true);
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(0);
  }));
  const fromKey = (isThere) => new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (!isThere()) return;
      watch.disconnect();
      clearTimeout(limit);
      painted().then((at) => resolve(at - struck));
    });
    const limit = setTimeout(() => { watch.disconnect(); resolve(null); }, ${LATE_MS});
    watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });`;
