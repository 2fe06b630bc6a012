import type { AnyFact, ProfileRow } from '../../domain/profile.ts';

/** What was done longer ago is not done now: half an hour is what sessions of apps and web sites end after. */
const ACTIVE_MS = 30 * 60_000;

/** The fact `now.activity` while it is true; a visit of last week is in the timeline, not in the present. */
export function activityAt(row: ProfileRow, now: number): AnyFact | null {
  const fact = Object.hasOwn(row.facts, 'now.activity') ? row.facts['now.activity'] : undefined;
  return fact !== undefined && Date.parse(fact.at) > now - ACTIVE_MS ? fact : null;
}

/** What the customer is doing, as the source named it. */
export function activityName(row: ProfileRow, now: number): string | null {
  const fact = activityAt(row, now);
  return fact !== null && 'value' in fact && typeof fact.value === 'string' ? fact.value : null;
}
