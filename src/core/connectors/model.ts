import { z } from 'zod';
import type { Json } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { fullValue } from '../../packs/airline/catalogue/row.ts';
import { SCORES } from '../../packs/airline/catalogue/vocabulary.ts';
import { address, connectorName, readConfiguration, refuseTwice } from './configured.ts';
import { reasonOf } from './hook.ts';
import { valueAt } from './mapping.ts';

/** A service that scores customers, as data: what it is told of one, and which scores its answer has (docs/spec/connectors.md). */

const FILE = 'models.json';
const MAX_BYTES = 64 * 1024;
const LONGEST_AFTER_S = 3_600;

const CONFIGURATION = z.strictObject({
  models: z.array(
    z.strictObject({
      name: connectorName,
      url: address,
      headers: z.record(z.string().min(1), z.string()).default({}),
      /** What it is told of a customer; where none of it changes it is not asked. */
      facts: z.array(z.string().min(1).max(200)).min(1).max(100),
      /** Each score with where it stands in the answer, dots between names. */
      scores: z.partialRecord(z.enum(SCORES), z.string().min(1).max(200)),
      timeoutMs: z.number().int().min(50).max(10_000).default(1_000),
      /** Customers that are asked about at once. */
      places: z.number().int().min(1).max(64).default(4),
      /** A smaller change of a score is none: each that is written is a line of the history. */
      step: z.number().min(0).max(1_000_000).default(0.01),
    }),
  ),
});

export type ModelContract = z.infer<typeof CONFIGURATION>['models'][number];

/** @throws Error with the place of what is wrong in `models.json`, never with a value */
export function readModels(dataDir: string): ModelContract[] {
  const models = readConfiguration(dataDir, FILE, CONFIGURATION)?.models ?? [];
  refuseTwice(
    FILE,
    models.map(({ name }) => name),
  );
  const scores = models.flatMap((one) => Object.keys(one.scores));
  refuseTwice(FILE, scores);
  return models;
}

/** [MS2] What the service is told of a customer: the facts of its contract that are there, and nothing beside them. */
export function inputOf({ facts }: ModelContract, row: ProfileRow): { [fact: string]: Json } {
  const known = facts.flatMap((name): [string, Json][] => {
    const value = fullValue(row, name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(known);
}

export type Scored =
  | { kind: 'scored'; scores: { [fact: string]: number } }
  /** The service will not answer about this customer. */
  | { kind: 'refused'; error: string }
  /** It answers nobody now. */
  | { kind: 'away'; error: string; afterMs: number };

/** Answers that are about the request and not about the address, the key or the moment. */
const ABOUT_IT: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);

/** [MS3] One question; never throws, and takes no longer than the contract says. */
export async function askModel(
  contract: ModelContract,
  input: object,
  closing: AbortSignal,
): Promise<Scored> {
  try {
    const answer = await fetch(contract.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Kairos', ...contract.headers },
      body: JSON.stringify({ facts: input }),
      // The headers may hold a key: they are not carried elsewhere.
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(contract.timeoutMs)]),
    });
    if (answer.status === 200) return scoresIn(contract, await textOf(answer));
    await answer.body?.cancel();
    const error = `HTTP ${answer.status}`;
    if (ABOUT_IT.has(answer.status)) return { kind: 'refused', error };
    const after = Number(answer.headers.get('retry-after'));
    return { kind: 'away', error, afterMs: after > 0 ? Math.min(after, LONGEST_AFTER_S) * 1000 : 0 };
  } catch (error) {
    return { kind: 'away', error: error instanceof TooLarge ? error.message : reasonOf(error), afterMs: 0 };
  }
}

class TooLarge extends Error {}

async function textOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new TooLarge('the answer is larger than 64 KB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An answer that makes no sense is a fault of the service, not of the customer. */
function scoresIn({ scores }: ModelContract, text: string): Scored {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: 'away', error: 'the answer is not JSON', afterMs: 0 };
  }
  const found: { [fact: string]: number } = {};
  for (const [name, path] of Object.entries(scores)) {
    const value = valueAt(body, path);
    if (typeof value !== 'number' || !Number.isFinite(value))
      return { kind: 'away', error: `there is no number at ${path}`, afterMs: 0 };
    found[`score.${name}`] = value;
  }
  return { kind: 'scored', scores: found };
}
