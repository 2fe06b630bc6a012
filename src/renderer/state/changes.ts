import type { CustomerView, FactView } from '../../bridge/views.ts';
import type { Json } from '../../domain/json.ts';

/** All facts of a customer by their name. */
export type Facts = ReadonlyMap<string, FactView>;

/** A fact that is another one than when the customer was opened; null stands for "there was (is) none". */
export type Change = { name: string; was: Json; now: Json; at: string; source: string };

/** Facts of the moment rather than of the customer: they change with every click and would drown the rest. */
const FLEETING = /^now\./u;

export function factsOf(view: CustomerView): Facts {
  const facts = new Map<string, FactView>();
  const add = (fact: FactView | null): void => {
    if (fact !== null) facts.set(fact.name, fact);
  };
  const addAll = (fields: { [field: string]: FactView }): void => Object.values(fields).forEach(add);
  add(view.tier);
  add(view.now);
  for (const trip of view.trips) {
    add(trip.status);
    for (const segment of trip.segments) addAll(segment.fields);
  }
  if (view.next) addAll(view.next.fields);
  for (const group of [...view.bags, ...view.cases]) addAll(group.fields);
  for (const list of [view.consents, view.preferences, view.audiences, view.others]) list.forEach(add);
  return facts;
}

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * What has changed since `baseline`, newest first. An own change that is still on its way is not news to the operator
 * and is left out until it holds; a fact that went back to what it was is no change.
 */
export function changesSince(baseline: Facts, current: Facts): Change[] {
  const changes: Change[] = [];
  for (const [name, fact] of current) {
    if (FLEETING.test(name) || fact.pending) continue;
    const before = baseline.get(name);
    if (before && (before.pending || same(before.value, fact.value))) continue;
    changes.push({ name, was: before?.value ?? null, now: fact.value, at: fact.at, source: fact.source });
  }
  for (const [name, fact] of baseline) {
    if (FLEETING.test(name) || fact.pending || current.has(name)) continue;
    changes.push({ name, was: fact.value, now: null, at: fact.at, source: fact.source });
  }
  return changes.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
