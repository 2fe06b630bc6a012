import { z } from 'zod';
import type { PullPlace } from '../store/pulls.ts';
import { address, connectorName, readConfiguration, refuseTwice } from './configured.ts';
import { mappingSchema, valueAt } from './mapping.ts';

/** Systems that this core asks for what changed, and what their answers mean: data, no code (docs/spec/connectors.md). */

const SOURCES_FILE = 'sources.json';
const MINUTE_S = 60;
const parameter = z.string().min(1).max(100);
/** Names with dots between them; '' is the whole. */
const path = z.string().max(200);

const CONFIGURATION = z.strictObject({
  sources: z.array(
    z.strictObject({
      name: connectorName,
      url: address,
      headers: z.record(z.string().min(1), z.string()).default({}),
      everySeconds: z
        .number()
        .int()
        .min(10)
        .max(7 * 24 * 60 * MINUTE_S)
        .default(5 * MINUTE_S),
      /** A file beside this one. */
      shape: z.string().regex(/^[\w-]+\.json$/u),
    }),
  ),
});

const SHAPE = z.strictObject({
  /** Where the list stands in an answer. */
  items: path,
  paging: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    /** The answer has what to send for the next page; absent, null or empty on the last one. */
    z.strictObject({ kind: z.literal('cursor'), parameter, next: path.min(1) }),
    /** The answer has the address of the next page. */
    z.strictObject({ kind: z.literal('link'), next: path.min(1) }),
    /** Pages are numbered; an empty one is behind the last. */
    z.strictObject({ kind: z.literal('number'), parameter, first: z.number().int().min(0).default(1) }),
  ]),
  /** What changed since: the name of the parameter, and where an item has its time of change (ISO 8601). */
  since: z
    .strictObject({
      parameter,
      field: path.min(1),
      /** Asked for again, because a change can become visible later than one with a later time. */
      overlapSeconds: z
        .number()
        .int()
        .min(0)
        .default(5 * MINUTE_S),
    })
    .optional(),
  map: mappingSchema,
});

export type Shape = z.infer<typeof SHAPE>;
export type Source = Omit<z.infer<typeof CONFIGURATION>['sources'][number], 'shape'> & { shape: Shape };

/** @throws Error with the file and the place of what is wrong, never with a value */
export function readSources(dataDir: string): Source[] {
  const sources = readConfiguration(dataDir, SOURCES_FILE, CONFIGURATION)?.sources ?? [];
  refuseTwice(
    SOURCES_FILE,
    sources.map(({ name }) => name),
  );
  return sources.map((source) => {
    const shape = readConfiguration(dataDir, source.shape, SHAPE);
    if (shape === null) throw new Error(`${source.shape} is not there`);
    return { ...source, shape };
  });
}

/** The partner's answer is not what the shape says. */
export class BadAnswer extends Error {}

/** [P2] The address of the page at a place. @throws BadAnswer where the partner sends elsewhere */
export function addressOf({ url, shape }: Source, { since, next }: PullPlace): URL {
  const at = new URL(url);
  const { paging } = shape;
  if (paging.kind === 'link' && next !== null) {
    const link = URL.canParse(String(next), url) ? new URL(String(next), url) : null;
    // The headers may hold a key: it is shown to nobody else.
    if (link?.origin !== at.origin) throw new BadAnswer('the next page is somewhere else');
    return link;
  }
  if (shape.since && since !== null) {
    const from = Date.parse(since) - shape.since.overlapSeconds * 1000;
    at.searchParams.set(shape.since.parameter, new Date(from).toISOString());
  }
  if (paging.kind === 'number') at.searchParams.set(paging.parameter, String(next ?? paging.first));
  if (paging.kind === 'cursor' && next !== null) at.searchParams.set(paging.parameter, String(next));
  return at;
}

export type Turned = { items: unknown[]; next: PullPlace['next']; seen: string | null };

/** What an answer says: its items, what comes next, and the latest change so far. @throws BadAnswer */
export function readAnswer({ shape }: Source, place: PullPlace, body: unknown): Turned {
  const items = valueAt(body, shape.items);
  if (!Array.isArray(items)) throw new BadAnswer(`there is no list at ${shape.items || 'the top'}`);
  let { seen } = place;
  const { since } = shape;
  for (const item of since ? items : []) {
    const at = Date.parse(String(valueAt(item, since?.field ?? '')));
    if (!Number.isNaN(at) && (seen === null || at > Date.parse(seen))) seen = new Date(at).toISOString();
  }
  return { items, next: nextOf(shape, place, body, items.length), seen };
}

function nextOf({ paging }: Shape, { next }: PullPlace, body: unknown, count: number): PullPlace['next'] {
  if (paging.kind === 'none') return null;
  if (paging.kind === 'number') return count === 0 ? null : Number(next ?? paging.first) + 1;
  const found = valueAt(body, paging.next);
  return typeof found === 'string' || typeof found === 'number' ? found || null : null;
}
