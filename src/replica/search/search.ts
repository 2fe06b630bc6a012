/** Search as you type: what was entered is recognised, looked up, and those who are expected here come first. */
import type { SearchHit, SearchView } from '../../bridge/views.ts';
import type { ReadProfile, ReplicaReader } from '../store/reader.ts';
import type { Candidate, SearchIndex } from '../store/searchIndex.ts';
import { recognise } from './recognise.ts';

/** Of one kind of match at most so many are looked at: a person types on instead of reading more. */
const MOST_CANDIDATES = 200;

export type Headline = Pick<SearchHit, 'name' | 'flight' | 'departs' | 'alert'>;

export type SearchParts = {
  index: SearchIndex;
  reader: ReplicaReader;
  /** Number of the scope of who is expected at this station; undefined while it is not known. */
  here: number | undefined;
  headline: (profile: ReadProfile) => Headline;
};

type Match = { id: string; matched: string; matchedText: string; expectedHere: boolean };

export function search(parts: SearchParts, text: string, limit: number): SearchView {
  const query = recognise(text);
  const matchedText = text.trim();
  const matches = new Map<string, Match>();
  const add = (found: Candidate[], matched: string): void => {
    for (const { id, scopes } of found) {
      const expectedHere = parts.here !== undefined && scopes.includes(parts.here);
      if (!matches.has(id)) matches.set(id, { id, matched, matchedText, expectedHere });
    }
  };
  for (const { kind, prefix } of query.lookups) add(parts.index.byKey(kind, prefix, MOST_CANDIDATES), kind);
  // Correction of mistyped names comes in here, where exact prefixes find nobody.
  add(parts.index.byName(query.words, MOST_CANDIDATES), 'name');
  const here = [...matches.values()].filter((match) => match.expectedHere);
  const elsewhere = [...matches.values()].filter((match) => !match.expectedHere);
  // Only those who can be shown are read in full: reading two hundred costs more than finding them.
  const nearest = [...here, ...elsewhere].slice(0, limit * 2);
  const hits = nearest.flatMap((match) => {
    const profile = parts.reader.profile(match.id);
    return profile === null ? [] : [toHit(parts, match, profile)];
  });
  hits.sort(byPlace);
  return { hits: hits.slice(0, limit), more: matches.size > limit, recognised: query.recognised };
}

function toHit(parts: SearchParts, match: Match, profile: ReadProfile): SearchHit {
  const { matched, matchedText, expectedHere } = match;
  return { profileId: match.id, ...parts.headline(profile), matched, matchedText, expectedHere };
}

/** Expected here, then in trouble, then by departure and name. */
function byPlace(a: SearchHit, b: SearchHit): number {
  if (a.expectedHere !== b.expectedHere) return a.expectedHere ? -1 : 1;
  if ((a.alert === null) !== (b.alert === null)) return a.alert === null ? 1 : -1;
  const [first, second] = [a.departs ?? '9', b.departs ?? '9'];
  if (first !== second) return first < second ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
