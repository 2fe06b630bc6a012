import { ipcMain } from 'electron';
import { isTrustedSender } from './guard.ts';

/** What answers pages of ours on one channel; `contentsId`: the window that asks. */
export type Serve = (channel: string, handler: (input: unknown, contentsId: number) => unknown) => void;

/** The one place that touches `ipcMain`: every call is checked for its sender before its input is looked at (S17). */
export function handleCall(
  channel: string,
  known: ReadonlySet<number>,
  allowed: (url: string) => boolean,
  handler: (input: unknown, contentsId: number) => unknown,
): void {
  ipcMain.handle(channel, (event, input: unknown) => {
    if (!isTrustedSender(event.sender, event.senderFrame, known, allowed)) throw new Error('refused');
    return handler(input, event.sender.id);
  });
}
