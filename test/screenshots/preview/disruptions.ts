import type { DisruptedFlight, DisruptedPassenger, DisruptionView } from '../../../src/bridge/views.ts';
import { ago } from './people.ts';

const today = ago(0).slice(0, 10);
const tomorrow = ago(-86_400).slice(0, 10);
const NAMES = [
  ...['Folake Adeyemi', 'Lena Bauer', 'Sofía Castillo', 'Emre Demir', 'Nils Eriksen'],
  ...['Claire Fontaine', 'José García', 'Rana Haddad', 'Olga Ivanova', 'Piet Jansen'],
];

/** What has become of some of them; nothing yet of the others. */
const GONE_ON: { [index: number]: Partial<DisruptedPassenger> } = {
  0: { state: 'applied', rebookedTo: 'LH402' },
  1: { tier: 'Senator' },
  2: { ownOffer: true },
  3: { state: 'waiting', rebookedTo: 'LH402', entryId: 'e31' },
  5: { state: 'refused', rebookedTo: 'LH402', entryId: 'e32', code: 'args' },
  7: { proposed: null },
};

const passengers: DisruptedPassenger[] = NAMES.map((name, index) => ({
  ...{ key: `p${index}/R${index}XK4M/1`, profileId: `p${index}`, name, tier: null },
  ...{ booking: `R${index}XK4M`, segment: '1', flight: 'LH400', from: 'FRA', to: 'JFK' },
  misses: [
    { kind: 'flight', flight: 'LH400', to: 'JFK', minutes: null },
    ...(index % 3 === 0 ? [{ kind: 'connection' as const, flight: 'B6618', to: 'BOS', minutes: -40 }] : []),
  ],
  ...{ seat: index % 2 === 0 ? `${20 + index}C` : null, bags: index % 3 },
  ...{ proposed: `LH402/${tomorrow}`, ownOffer: false, state: 'open', rebookedTo: null },
  ...{ entryId: null, code: '', by: null, seen: [] },
  ...GONE_ON[index],
}));

const cancelled: DisruptedFlight = {
  ...{ key: `LH400/${today}/FRA`, flight: 'LH400', date: today, from: 'FRA', to: 'JFK' },
  ...{ departs: ago(-2 * 3600), status: 'cancelled', reason: 'no crew' },
  ...{ aboard: passengers.length, missing: 4, rebooked: 1, waiting: 1, needsYou: 1, open: 7 },
};

export const DISRUPTION: DisruptionView = { flight: cancelled, passengers };
export const FLIGHTS: DisruptedFlight[] = [
  cancelled,
  {
    ...{ key: `LH568/${today}/FRA`, flight: 'LH568', date: today, from: 'FRA', to: 'LOS' },
    ...{ departs: ago(-3600), status: 'delayed', reason: 'late arrival' },
    ...{ aboard: 3, missing: 1, rebooked: 0, waiting: 0, needsYou: 0, open: 3 },
  },
];
