/** The scopes that this console wants: those of its station at all times, and customers that were looked up. */
import { FOUND_GRANT } from '../protocol/limits.ts';

/** A person serves one after the other: older look-ups are given up. */
const MOST_FOUND = 50;

export class Wanted {
  private readonly always: readonly string[];
  private readonly tell: (scopes: readonly string[]) => void;
  private readonly now: () => number;
  /** Scope to the time of its look-up, oldest first. */
  private readonly found = new Map<string, number>();

  /** `active`: what the rows hold since before; customers that were looked up then are still open. */
  constructor(
    always: readonly string[],
    active: readonly string[],
    tell: (scopes: readonly string[]) => void,
    now: () => number,
  ) {
    this.always = always;
    this.tell = tell;
    this.now = now;
    for (const scope of active) if (scope.startsWith('profile:')) this.found.set(scope, now());
  }

  scopes(): string[] {
    const oldest = this.now() - FOUND_GRANT;
    const found = [...this.found].filter(([, at]) => at > oldest).slice(-MOST_FOUND);
    return [...new Set([...this.always, ...found.map(([scope]) => scope)])];
  }

  /** The core has granted these by `find`. */
  add(scopes: readonly string[]): void {
    const fresh = scopes.filter((scope) => !this.always.includes(scope));
    for (const scope of fresh) {
      this.found.delete(scope);
      this.found.set(scope, this.now());
    }
    if (fresh.length > 0) this.tell(this.scopes());
  }
}
