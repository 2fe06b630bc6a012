import { exp, log } from './arithmetic.ts';

/** How many customers may complain of an action or opt out after it before it is held to be harmful. */
export const HARM_LIMIT = 0.02;
/** One complaint is chance. */
const LEAST_HARMED = 2;
/** Looked at after every complaint, so it must be improbable enough to be looked at often. */
const SIGNIFICANCE = 0.001;

/**
 * Whether so many of the shown harmed that it is hardly chance: P(X >= harmed) < 0.001 for X binomial with the limit
 * as rate. Two of two pause an action, three of twenty do not, four of twenty do.
 */
export function isHarmful(harmed: number, shown: number): boolean {
  if (harmed < LEAST_HARMED) return false;
  let below = 0;
  // log of C(n, k) p^k (1 - p)^(n - k), from k = 0 upwards
  let term = shown * log(1 - HARM_LIMIT);
  for (let k = 0; k < harmed; k++) {
    below += exp(term);
    term += log(((shown - k) / (k + 1)) * (HARM_LIMIT / (1 - HARM_LIMIT)));
  }
  return 1 - below < SIGNIFICANCE;
}
