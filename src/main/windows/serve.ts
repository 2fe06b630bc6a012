/** What a window may ask for itself: another one, a file, a link that waits, what the processes hold. */
import { app, BrowserWindow } from 'electron';
import type { ProcessView } from '../../bridge/shell.ts';
import type { Serve } from '../security/calls.ts';
import { createAttention } from './attention.ts';
import { callUp } from './call-up.ts';
import { linksOf } from './follow-links.ts';
import { saveFile } from './save-file.ts';
import type { Windows } from './windows.ts';

/** @param isDesk somebody of ours works here: a kiosk's guest gets no file and no window */
export function serveWindows(serve: Serve, windows: Windows, isDesk: boolean): void {
  const isLookedAt = (): boolean => BrowserWindow.getFocusedWindow() !== null;
  const attention = createAttention({ now: () => performance.now(), isLookedAt, callUp });
  serve('signal', (input, id) => isDesk && attention(windows.find(id), input));
  serve('processes', (): ProcessView[] =>
    app.getAppMetrics().map(({ type, name, memory }) => ({
      type: name ?? type,
      bytes: memory.workingSetSize * 1024,
    })),
  );
  serve('file.save', (input, id) => (isDesk ? saveFile(windows.find(id), input) : 'failed'));
  serve('link.next', (_input, id) => linksOf(id).next());
  serve('window.new', () => isDesk && windows.open() !== null);
}
