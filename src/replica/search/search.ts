/**
 * Search as you type: what was entered is recognised and looked up; those who are expected here come first, and names
 * that differ by one letter follow where there is room.
 */
import type { ScannedDocument, SearchHit, SearchView } from '../../bridge/views.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import type { ReplicaReader } from '../store/reader.ts';
import type { Candidate, Here, SearchIndex } from '../store/searchIndex.ts';
import { nameWords } from './fold.ts';
import { slipOf } from './near.ts';
import { recognise } from './recognise.ts';

/** Of one kind of match at most so many are looked at: a person types on instead of reading more. */
const MOST_CANDIDATES = 100;
/** Entries of a common beginning among which those who are expected here are looked for. */
const MOST_AMONG = 2_000;
/** Spellings that are tried for a mistyped word: the likeliest. */
const MOST_SPELLINGS = 24;
/** Of the list's places kept for other spellings where the beginning alone would fill it: it may be mistyped. */
const FOR_SIMILAR = 1 / 2;
/** A single letter is on its way to a word, and near to too many. */
const LEAST_LETTERS = 2;

const mayBeMistyped = (words: readonly string[]): boolean =>
  words.length > 0 && words.every((word) => word.length >= LEAST_LETTERS);

/** People listed of each other spelling of a single word: more would hide the next spelling. */
const OF_EACH_SPELLING = 1;

export type Headline = Pick<SearchHit, 'name' | 'flight' | 'departs' | 'alert'>;

export type SearchParts = {
  index: SearchIndex;
  reader: ReplicaReader;
  here: Here;
  headline: (row: ProfileRow) => Headline;
  /** ms */
  now: number;
};

type Match = Candidate & { matched: string };

export function search(parts: SearchParts, text: string, limit: number): SearchView {
  const query = recognise(text, parts.now);
  const matches = new Map<number, Match>();
  const add = (found: Candidate[], matched: string): void => {
    for (const one of found) if (!matches.has(one.rid)) matches.set(one.rid, { ...one, matched });
  };
  for (const { kind, prefix } of query.lookups)
    add(parts.index.byKey(parts.here, kind, prefix, MOST_CANDIDATES), kind);
  const isOnPaper = query.document !== null && query.document.kind !== 'bagTag';
  // A pass that led to its booking is not looked for by name as well: others are called so too.
  if (!isOnPaper || matches.size === 0) add(named(parts, query.words), 'name');
  for (const words of query.fewer) if (matches.size === 0) add(named(parts, words), 'similar');
  const exact = [...matches.values()].sort(byNeed);
  // Only those who are shown are read in full: reading a hundred costs more than finding them.
  const nearest =
    isOnPaper && exact.length > 0 ? exact.slice(0, limit) : withSimilar(parts, query.words, exact, limit);
  const matchedText = isOnPaper ? onPaperText(query.document) : text.trim();
  const hits = nearest.flatMap((match) => {
    const row = parts.reader.rowAt(match.rid);
    return row === null ? [] : [toHit(parts, match, row, matchedText)];
  });
  const { recognised, document } = query;
  const isNamed = document === null ? () => false : namedOn(document);
  hits.sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)) || byPlace(a, b));
  const booked = hits.filter((hit) => hit.matched === 'booking' && isNamed(hit));
  const bearer = booked.length === 1 ? (booked[0]?.profileId ?? null) : null;
  return { hits, more: exact.length > limit, recognised, document, bearer };
}

/** Of what stands on a document only the booking code is worth repeating beside a customer. */
const onPaperText = (document: ScannedDocument | null): string =>
  document?.kind === 'boardingPass' ? (document.legs[0]?.booking ?? '') : '';

/** At most `limit` of those who fit as typed, and in the places that are kept for them those of other spellings. */
function withSimilar(parts: SearchParts, words: readonly string[], exact: Match[], limit: number): Match[] {
  const room = roomForSimilar(words, limit, exact.length);
  const certain = exact.slice(0, limit - room);
  const shown = new Set(certain.map((one) => one.rid));
  const besides = new Map(exact.slice(certain.length).map((one) => [one.rid, one]));
  const spelt = similar(parts, words, room, (one) => !shown.has(one.rid)).map(
    // Who fits as typed as well, but so far behind that he would not be shown, stays what he is.
    (one): Match => besides.get(one.rid) ?? { ...one, matched: 'similar' },
  );
  const others = new Map(spelt.sort(byNeed).map((one) => [one.rid, one]));
  for (const one of besides.values()) if (others.size < limit - certain.length) others.set(one.rid, one);
  return [...certain, ...others.values()];
}

function roomForSimilar(words: readonly string[], limit: number, exact: number): number {
  const left = Math.max(0, limit - exact);
  return mayBeMistyped(words) ? Math.max(left, Math.floor(limit * FOR_SIMILAR)) : left;
}

/** Whose name stands on it: of those who travel on one booking he comes first. Boarding passes cut long names. */
function namedOn(document: ScannedDocument): (hit: SearchHit) => boolean {
  if (document.kind === 'bagTag') return () => false;
  const last = nameWords(document.lastName);
  const [first = ''] = nameWords(document.firstName);
  return ({ name }) => {
    const known = nameWords(name);
    return [...last, first].every((word) =>
      known.some((one) => one.startsWith(word) || word.startsWith(one)),
    );
  };
}

/** By name; where a beginning is so common that the first ones fill the list, those who are expected here besides. */
function named({ index, here }: SearchParts, words: readonly string[]): Candidate[] {
  const found = index.byName(here, words, MOST_CANDIDATES);
  const [word, another] = words;
  if (here === null || word === undefined || another !== undefined) return found;
  if (found.length < MOST_CANDIDATES || found.every((one) => one.expectedHere)) return found;
  return [...index.byNameIn(here, word, MOST_AMONG, MOST_CANDIDATES), ...found];
}

/** One of the words is another by one letter; the others are as they were typed. */
function similar(
  parts: SearchParts,
  words: readonly string[],
  limit: number,
  isNew: (one: Candidate) => boolean,
): Candidate[] {
  const found: Candidate[] = [];
  for (const [i, word] of words.entries()) {
    if (found.length >= limit) break;
    const others = words.filter((_, j) => j !== i);
    for (const some of respelt(parts, word, others, limit)) {
      found.push(...some.filter(isNew));
      if (found.length >= limit) break;
    }
  }
  return found.slice(0, limit);
}

function* respelt(
  { index, here }: SearchParts,
  word: string,
  others: readonly string[],
  limit: number,
): Generator<Candidate[]> {
  if (others.length > 0) {
    const near = (other: string): boolean => slipOf(word, other) !== null;
    const few = index.byOthers(here, others, near, limit);
    if (few !== null) return yield few;
  }
  for (const spelling of index.near(word).slice(0, MOST_SPELLINGS))
    yield index.byWord(here, spelling, others, others.length > 0 ? limit : OF_EACH_SPELLING);
}

function toHit(parts: SearchParts, match: Match, row: ProfileRow, matchedText: string): SearchHit {
  const { matched, expectedHere } = match;
  return { profileId: row.id, ...parts.headline(row), matched, matchedText, expectedHere };
}

/** As entered before other spellings, expected here before elsewhere, and the most urgent first. */
function byNeed(a: Match, b: Match): number {
  return byKind(a, b) || (a.urgency ?? Infinity) - (b.urgency ?? Infinity) || 0;
}

type Kind = Pick<SearchHit, 'matched' | 'expectedHere'>;

function byKind(a: Kind, b: Kind): number {
  const similarity = Number(a.matched === 'similar') - Number(b.matched === 'similar');
  return similarity || Number(b.expectedHere) - Number(a.expectedHere);
}

/** The same, then in trouble, then by departure and name. */
function byPlace(a: SearchHit, b: SearchHit): number {
  const kind = byKind(a, b);
  if (kind !== 0) return kind;
  if ((a.alert === null) !== (b.alert === null)) return a.alert === null ? 1 : -1;
  const [first, second] = [a.departs ?? '9', b.departs ?? '9'];
  if (first !== second) return first < second ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
