import { app } from 'electron';

/**
 * Quits when the last window is closed, unless there is one `again`, or the system asks to, after the children have
 * ended in order.
 */
export function endWithWindows(stop: () => Promise<void>, onOrder: () => void, again: () => boolean): void {
  let stopped = false;
  app.on('window-all-closed', () => again() || app.quit());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      onOrder();
      app.quit();
    });
  }
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
}
