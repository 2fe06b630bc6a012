/**
 * Asks one thing at a time: of what is wanted meanwhile only the newest is asked, once the one before is answered. So a
 * scanner's sixty characters are one or two questions, and the last of them waits for no other.
 */
export function newestOnly<T>(ask: (wanted: T) => Promise<void>): (wanted: T) => void {
  let isAsking = false;
  let waiting: { wanted: T } | null = null;
  const next = (wanted: T): void => {
    isAsking = true;
    void ask(wanted).finally(() => {
      isAsking = false;
      const newest = waiting;
      waiting = null;
      if (newest !== null) next(newest.wanted);
    });
  };
  return (wanted) => {
    if (isAsking) waiting = { wanted };
    else next(wanted);
  };
}
