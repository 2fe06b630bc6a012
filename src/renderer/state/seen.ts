import type { CustomerView } from '../../bridge/views.ts';
import type { JsonObject } from '../../domain/json.ts';
import { factsOf } from './changes.ts';

/** What the window showed of the facts that a command is about: goes into its base (wire.md, "Commands"). */
export type Seen = { fact: string; hash: string | null }[];

/** The facts that a command depends on or writes, as far as its args name them. */
export function factsAbout(name: string, args: JsonObject): string[] {
  switch (name) {
    case 'change-seat':
      return [`trip.${args.booking}.${args.segment}.seat`];
    case 'rebook':
      return [
        `trip.${args.booking}.${args.segment}.flight`,
        `trip.${args.booking}.${args.segment}.flightStatus`,
      ];
    case 'resolve-case':
      return [`case.${args.caseId}.status`];
    case 'set-preference':
      return [`preference.${args.name}`];
    default:
      return [];
  }
}

export function seenFor(customer: CustomerView, name: string, args: JsonObject): Seen {
  const facts = factsOf(customer);
  return factsAbout(name, args).map((fact) => ({ fact, hash: facts.get(fact)?.hash ?? null }));
}
