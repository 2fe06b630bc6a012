import { z } from 'zod';
import type { FactType } from '../../decision/contract.ts';
import { makeDeclaredFacts, makeFactTable, readFacts } from '../../decision/facts.ts';
import { compilePredicate, isTrue, makeLeafTable, readLeaves, sealLeaves } from '../../decision/predicate.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { connectorName, readConfiguration, refuseTwice } from './configured.ts';

/** Audiences for tools outside, as data: a rule over a customer's facts, and the consent that it needs (docs/spec/connectors.md). */

const FILE = 'audiences.json';

const CONFIGURATION = z.strictObject({
  audiences: z.array(
    z.strictObject({
      name: connectorName,
      /** A predicate as in a catalogue of actions ([D1]), over facts of the row. */
      when: z.record(z.string(), z.unknown()),
      /** The consent without which nobody is in; null: this audience is not for selling. */
      consent: z.string().min(1).max(60).nullable().default('marketing'),
    }),
  ),
});

export type AudienceContract = z.infer<typeof CONFIGURATION>['audiences'][number];

/** What is told of an audience: the names of its events. */
export const ENTERED = 'Audience Entered';
export const LEFT = 'Audience Left';

/** @throws Error with the place of what is wrong in `audiences.json` */
export function readAudiences(dataDir: string): AudienceContract[] {
  const audiences = readConfiguration(dataDir, FILE, CONFIGURATION)?.audiences ?? [];
  refuseTwice(
    FILE,
    audiences.map(({ name }) => name),
  );
  for (const { name, when } of audiences) ruleOf(when, `${FILE}: ${name}`);
  return audiences;
}

export type Rule = (row: ProfileRow) => boolean;

/** Whether a customer is in: the rule holds for his facts, and he has given the consent. Time is not asked: facts change with it. */
export function membershipRule({ name, when, consent }: AudienceContract): Rule {
  const holds = ruleOf(when, `${FILE}: ${name}`);
  return (row) => (consent === null || factValue(row, `consent.${consent}`) === true) && holds(row);
}

const factValue = ({ facts }: ProfileRow, name: string): unknown => {
  const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
  return fact !== undefined && 'value' in fact ? fact.value : undefined;
};

/** @throws BundleError that names the place of what is no predicate */
function ruleOf(when: unknown, place: string): Rule {
  const asked = typesIn(when);
  const declared = makeDeclaredFacts([...asked.keys()], [...asked.values()]);
  const leaves = makeLeafTable();
  const predicate = compilePredicate(when, declared, leaves, place);
  sealLeaves(leaves);
  const table = makeFactTable(declared);
  return (row) => {
    const facts: Record<string, unknown> = {};
    for (const [name, type] of asked) facts[name] = asAsked(type, factValue(row, name));
    readFacts(table, declared, facts, 0);
    readLeaves(leaves, table);
    return isTrue(predicate, leaves);
  };
}

/** Of a fact that is only asked whether it is there the type does not matter. */
const asAsked = (type: FactType, value: unknown): unknown =>
  type === 'text' && value !== null && value !== undefined ? String(value) : value;

const NUMERIC = new Set(['gte', 'lte', 'between']);

/** The facts that a predicate asks for, each of the type that the question is about: nobody declares the facts of a row. */
function typesIn(predicate: unknown, found = new Map<string, FactType>()): Map<string, FactType> {
  if (typeof predicate !== 'object' || predicate === null) return found;
  const { all, any, not, fact, op, value } = predicate as Record<string, unknown>;
  for (const part of [all, any].flatMap((list) => (Array.isArray(list) ? list : []))) typesIn(part, found);
  typesIn(not, found);
  if (typeof fact !== 'string') return found;
  const sample = Array.isArray(value) ? value[0] : value;
  const isNumber = NUMERIC.has(String(op)) || typeof sample === 'number';
  const type = isNumber ? 'number' : typeof sample === 'boolean' && op !== 'exists' ? 'boolean' : 'text';
  if (op !== 'exists' || !found.has(fact)) found.set(fact, type);
  return found;
}
