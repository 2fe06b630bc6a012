/** An invariant does not hold: the history that led here is a finding. */
export class Broken extends Error {
  readonly rule: string;

  constructor(rule: string, what: string) {
    super(`[${rule}] ${what}`);
    this.rule = rule;
  }
}
