/** Looks at the feed from time to time, keeps what may be installed ready, and says so. It never installs or restarts. */
import type { KeyObject } from 'node:crypto';
import type { UpdateView } from '../../bridge/shell.ts';
import type { Feed } from './feed.ts';
import { type Asker, type Refusal, Refused } from './manifest.ts';
import { fetchUpdate } from './staged.ts';

const FIRST_MS = 30_000;
const EVERY_MS = 4 * 3_600_000;

export type Updater = {
  view(): UpdateView;
  /** The view as soon as it is another one than `known`. */
  next(known: string | null): Promise<UpdateView>;
  /** Looks now; two looks are one. */
  look(): Promise<UpdateView>;
  stop(): void;
};

type Parts = {
  folder: string;
  feed: Feed;
  key: KeyObject;
  asker(): Asker;
  log(line: string): void;
};

/** Nothing of it is the operator's business. */
const QUIET: ReadonlySet<Refusal> = new Set(['current', 'not_yet']);

export function startUpdater({ folder, feed, key, asker, log }: Parts): Updater {
  let view: UpdateView = { version: null, refused: null };
  let waiting: (() => void)[] = [];
  let looking: Promise<UpdateView> | null = null;

  const tell = (next: UpdateView): UpdateView => {
    view = next;
    for (const wake of waiting.splice(0)) wake();
    return view;
  };
  async function lookOnce(): Promise<UpdateView> {
    try {
      const { version } = await fetchUpdate(folder, feed, key, asker());
      if (version !== view.version) log(`update: ${version} is ready`);
      return tell({ version, refused: null });
    } catch (error) {
      // The words of a disk or of a network may name what is nobody's business; the code is enough.
      const refused = error instanceof Refused ? error.code : 'incomplete';
      if (!QUIET.has(refused)) log(`update: refused, ${refused}`);
      return tell({ version: refused === 'unreachable' ? view.version : null, refused });
    }
  }
  const look = (): Promise<UpdateView> => {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  };
  const first = setTimeout(() => void look(), FIRST_MS);
  const later = setInterval(() => void look(), EVERY_MS);
  return {
    view: () => view,
    look,
    async next(known) {
      while (view.version === known) await new Promise<void>((resolve) => waiting.push(resolve));
      return view;
    },
    stop() {
      clearTimeout(first);
      clearInterval(later);
      waiting = [];
    },
  };
}
