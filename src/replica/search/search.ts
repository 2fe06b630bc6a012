/**
 * Search as you type: what was entered is recognised and looked up; those who are expected here come first, and names
 * that differ by one letter follow where there is room.
 */
import type { ScannedDocument, SearchHit, SearchView } from '../../bridge/views.ts';
import type { ReadProfile, ReplicaReader } from '../store/reader.ts';
import type { Candidate, SearchIndex } from '../store/searchIndex.ts';
import { nameWords } from './fold.ts';
import { isNear } from './near.ts';
import { recognise } from './recognise.ts';

/** Of one kind of match at most so many are looked at: a person types on instead of reading more. */
const MOST_CANDIDATES = 200;
/** Entries of a common beginning among which those who are expected here are looked for. */
const MOST_AMONG = 2_000;
/** Spellings that are tried for a mistyped word: the commonest, since most people are called so. */
const MOST_SPELLINGS = 24;
/** Places that are kept for other spellings where the beginning alone would fill the list. */
const FOR_SIMILAR = 5;
/** A shorter beginning is on its way to a word, and near to too many. */
const LEAST_LETTERS = 3;

const mayBeMistyped = (words: readonly string[]): boolean =>
  words.length > 0 && words.every((word) => word.length >= LEAST_LETTERS);

/** People listed of each other spelling of a single word: more would hide the next spelling. */
const OF_EACH_SPELLING = 1;

export type Headline = Pick<SearchHit, 'name' | 'flight' | 'departs' | 'alert'>;

export type SearchParts = {
  index: SearchIndex;
  reader: ReplicaReader;
  /** Number of the scope of who is expected at this station; undefined while it is not known. */
  here: number | undefined;
  headline: (profile: ReadProfile) => Headline;
  /** ms */
  now: number;
};

type Match = Candidate & { matched: string; expectedHere: boolean };

export function search(parts: SearchParts, text: string, limit: number): SearchView {
  const query = recognise(text, parts.now);
  const matches = new Map<string, Match>();
  const add = (found: Candidate[], matched: string): void => {
    for (const one of found) {
      const expectedHere = parts.here !== undefined && one.scopes.includes(parts.here);
      if (!matches.has(one.id)) matches.set(one.id, { ...one, matched, expectedHere });
    }
  };
  for (const { kind, prefix } of query.lookups) add(parts.index.byKey(kind, prefix, MOST_CANDIDATES), kind);
  const isOnPaper = query.document !== null && query.document.kind !== 'bagTag';
  // A pass that led to its booking is not looked for by name as well: others are called so too.
  if (!isOnPaper || matches.size === 0) add(named(parts, query.words), 'name');
  for (const words of query.fewer) if (matches.size === 0) add(named(parts, words), 'similar');
  const exact = [...matches.values()].sort(byNeed);
  const room = isOnPaper && exact.length > 0 ? 0 : roomForSimilar(limit - exact.length, query.words);
  if (room > 0) add(similar(parts.index, query.words, room), 'similar');
  const similarOnes = [...matches.values()].slice(exact.length, exact.length + room).sort(byNeed);
  // Only those who are shown are read in full: reading two hundred costs more than finding them.
  const nearest = [...exact.slice(0, limit - similarOnes.length), ...similarOnes];
  const matchedText = isOnPaper ? onPaperText(query.document) : text.trim();
  const hits = nearest.flatMap((match) => {
    const profile = parts.reader.profile(match.id);
    return profile === null ? [] : [toHit(parts, match, profile, matchedText)];
  });
  const { recognised, document } = query;
  const isNamed = document === null ? () => false : namedOn(document);
  hits.sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)) || byPlace(a, b));
  const booked = hits.filter((hit) => hit.matched === 'booking' && isNamed(hit));
  const bearer = booked.length === 1 ? (booked[0]?.profileId ?? null) : null;
  return { hits, more: matches.size > limit, recognised, document, bearer };
}

/** Of what stands on a document only the booking code is worth repeating beside a customer. */
const onPaperText = (document: ScannedDocument | null): string =>
  document?.kind === 'boardingPass' ? (document.legs[0]?.booking ?? '') : '';

const roomForSimilar = (left: number, words: readonly string[]): number =>
  Math.max(left, mayBeMistyped(words) ? FOR_SIMILAR : 0);

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
  const found = index.byName(words, MOST_CANDIDATES);
  const [word, another] = words;
  if (here === undefined || word === undefined || another !== undefined) return found;
  if (found.length < MOST_CANDIDATES || found.every((one) => one.scopes.includes(here))) return found;
  return [...index.byNameIn(here, word, MOST_AMONG, MOST_CANDIDATES), ...found];
}

/** One of the words is another by one letter; the others are as they were typed. */
function similar(index: SearchIndex, words: readonly string[], limit: number): Candidate[] {
  const found: Candidate[] = [];
  for (const [i, word] of words.entries()) {
    const others = words.filter((_, j) => j !== i);
    if (found.length < limit) found.push(...respelt(index, word, others, limit - found.length));
  }
  return found;
}

function respelt(index: SearchIndex, word: string, others: readonly string[], limit: number): Candidate[] {
  if (others.length > 0) {
    const near = (other: string): boolean => isNear(other, word);
    const few = index.byOthers(others, near, limit);
    if (few !== null) return few;
  }
  const spellings = index
    .near(word)
    .map((spelling) => ({ spelling, uses: index.uses(spelling) }))
    .sort((a, b) => b.uses - a.uses);
  const found: Candidate[] = [];
  for (const { spelling } of spellings.slice(0, MOST_SPELLINGS)) {
    if (found.length >= limit) break;
    found.push(...index.byWord(spelling, others, others.length > 0 ? limit : OF_EACH_SPELLING));
  }
  return found;
}

function toHit(parts: SearchParts, match: Match, profile: ReadProfile, matchedText: string): SearchHit {
  const { matched, expectedHere } = match;
  return { profileId: match.id, ...parts.headline(profile), matched, matchedText, expectedHere };
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
