import type { JsonObject } from '../../domain/json.ts';
import { mirror } from './mirror.ts';
import { type ActionName, moment } from './moment.ts';

/** Opens the dialog of a command for the customer on screen. */
export function openAction(name: ActionName, initial: JsonObject = {}): void {
  const { customerId, customer } = mirror.store.getState();
  if (customerId === null || !customer) return;
  moment.store.setState({ action: { name, profileId: customerId, initial, mends: null } });
}
