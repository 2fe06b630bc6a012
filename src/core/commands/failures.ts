/** A failure that is nobody's fault and passes: the command keeps its place and comes again (R7). */
export class TransientFailure extends Error {
  override name = 'TransientFailure';
}

const transientCodes = /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR)/u;

/** The store is busy or takes nothing for now, a lock, a timeout; anything else is unexpected. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransientFailure) return true;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && (transientCodes.test(code) || code === 'ETIMEDOUT');
}

/** A command that cannot be done for a reason of the pack, found while it was done: all of it is rolled back. */
export class CommandRefused extends Error {
  override name = 'CommandRefused';
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** What the fold refuses, as the code of a rejected command; undefined for any other error. */
export function refusalOf(error: unknown): string | undefined {
  if (error instanceof CommandRefused) return error.reason;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'row_too_large') return 'too_large';
  return code === 'unknown_profile' ? 'unknown_profile' : undefined;
}

/** Makes commands fail on purpose (`POST /dev/fail`), as many times as was asked. */
export class PlannedFailures {
  private readonly left = new Map<string, number>();

  plan(command: string, times: number): void {
    this.left.set(command, times);
  }

  /** @throws Error while failures of this command are left */
  strike(command: string): void {
    const left = this.left.get(command) ?? 0;
    if (left <= 0) return;
    this.left.set(command, left - 1);
    throw new Error(`planned failure of ${command}`);
  }
}
