import type { RowChange } from '../store/contract.ts';
import type { Loaded } from './profiles.ts';
import type { Renderer, Stores } from './render.ts';

/** The changes that take a customer's rows out of every scope; what finds him and his flights go at once. */
export function removeProfile(stores: Stores, renderer: Renderer, profile: Loaded): RowChange[] {
  const { profiles, log } = stores;
  const contacts = profiles
    .contactsOf(profile.id)
    .map(({ id }): RowChange => ({ table: 'contact', id, json: null, scopes: [] }));
  for (const { type, value } of profile.finders) profiles.deleteFinder(type, value, profile.id);
  for (const key of profile.flights.keys()) profiles.deleteFlight(key, profile.id);
  return [...renderer.removal(profile), ...contacts].filter(
    (change) => log.row(change.table, change.id) !== undefined,
  );
}
