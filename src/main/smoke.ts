import { writeFile } from 'node:fs/promises';
import type { BrowserWindow } from 'electron';

/**
 * `--smoke FILE.png`: does what a person would do first (opens the first customer on the work list), waits until
 * live state and a suggestion are on screen, takes the picture and reports. Times are ms from the start of the process.
 */
export type SmokeReport = {
  smoke: 'ok' | 'failed';
  reason?: string;
  windowMs: number;
  usableMs: number | null;
  firstLiveChangeMs: number | null;
  profiles: number;
  work: number;
  timeline: number;
  suggestion: string;
  electron: string;
  sqlite: string;
  picture: string;
};

type PageState = {
  live: boolean;
  work: number;
  profiles: number;
  timeline: number;
  suggestion: string;
  reasons: number;
  usableAt: number | null;
  liveChangeAt: number | null;
};

/** Read from the page: what is on screen, by the attributes that tests use as well. */
const READ = `(() => {
  const count = (selector) => document.querySelectorAll(selector).length;
  const mark = (name) => { const entry = performance.getEntriesByName(name)[0]; return entry ? performance.timeOrigin + entry.startTime : null; };
  return {
    live: count('.status-live') > 0,
    work: count('.work-row'),
    profiles: Number(document.documentElement.dataset.profiles ?? 0),
    timeline: count('.timeline-row'),
    suggestion: document.querySelector('.card-title')?.textContent ?? '',
    reasons: count('.reasons > li'),
    usableAt: mark('kairos-usable'),
    liveChangeAt: mark('kairos-live-change'),
  };
})()`;
const OPEN_FIRST =
  "document.querySelector('.customer-body') === null && document.querySelector('.work-row:has(.tone-critical)')?.click()";

const POLL_MS = 50;
const LIMIT_MS = 90_000;

/** Whether the picture would show what it is taken for. */
export const isComplete = (page: PageState): boolean =>
  page.live &&
  page.work > 0 &&
  page.profiles > 0 &&
  page.timeline > 0 &&
  page.suggestion !== '' &&
  page.reasons > 0 &&
  page.liveChangeAt !== null;

export async function runSmoke(
  window: BrowserWindow,
  file: string,
  startedAt: number,
  shownAt: () => number,
  sqlite: () => string,
): Promise<SmokeReport> {
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const read = (): Promise<PageState> => window.webContents.executeJavaScript(READ) as Promise<PageState>;
  const deadline = Date.now() + LIMIT_MS;
  let page = await read();
  while (!isComplete(page) && Date.now() < deadline) {
    await window.webContents.executeJavaScript(OPEN_FIRST);
    await pause(POLL_MS);
    page = await read();
  }
  await pause(400);
  const picture = await window.webContents.capturePage();
  await writeFile(file, picture.toPNG());
  const since = (at: number | null): number | null => (at === null ? null : Math.round(at - startedAt));
  return {
    smoke: isComplete(page) ? 'ok' : 'failed',
    ...(isComplete(page) ? {} : { reason: `on screen after ${LIMIT_MS / 1000} s: ${JSON.stringify(page)}` }),
    windowMs: since(shownAt()) ?? 0,
    usableMs: since(page.usableAt),
    firstLiveChangeMs: since(page.liveChangeAt),
    profiles: page.profiles,
    work: page.work,
    timeline: page.timeline,
    suggestion: page.suggestion,
    electron: process.versions.electron ?? '',
    sqlite: sqlite(),
    picture: file,
  };
}
