/** A value that pages follow by asking: each answer has a version, and the next question waits for another one. */
export function createVersioned<T extends object>(read: () => T) {
  let version = 0;
  let waiting: (() => void)[] = [];
  const answer = (): { version: number } & T => ({ version, ...read() });
  return {
    changed(): void {
      version += 1;
      const told = waiting;
      waiting = [];
      for (const tell of told) tell();
    },
    next(seen: unknown): Promise<{ version: number } & T> {
      if (seen !== version) return Promise.resolve(answer());
      return new Promise((resolve) => {
        waiting.push(() => resolve(answer()));
      });
    },
  };
}
