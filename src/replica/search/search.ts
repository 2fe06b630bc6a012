/** Search as you type: what was entered is recognised, looked up, and those who are expected here come first. */
import type { SearchHit, SearchView } from '../../bridge/views.ts';
import type { ReadProfile, ReplicaReader } from '../store/reader.ts';
import type { SearchIndex } from '../store/searchIndex.ts';
import { KINDS } from './keys.ts';
import { recognise } from './recognise.ts';

/** Of one kind of match at most so many are looked at: a person types on instead of reading more. */
const MOST_CANDIDATES = 200;

export type Headline = Pick<SearchHit, 'name' | 'flight' | 'departs' | 'alert'>;

export type SearchParts = {
  index: SearchIndex;
  reader: ReplicaReader;
  /** The scopes of who is expected at this station. */
  here: string;
  headline: (profile: ReadProfile) => Headline;
};

type Match = { id: string; matched: string; matchedText: string };

export function search(parts: SearchParts, text: string, limit: number): SearchView {
  const query = recognise(text);
  const matches = new Map<string, Match>();
  for (const { kind, prefix } of query.lookups) {
    for (const id of parts.index.byKey(kind, prefix, MOST_CANDIDATES)) {
      if (!matches.has(id)) matches.set(id, { id, matched: KINDS[kind] ?? '', matchedText: text.trim() });
    }
  }
  // Correction of mistyped names comes in here, where exact prefixes find nobody.
  for (const id of parts.index.byName(query.words, MOST_CANDIDATES)) {
    if (!matches.has(id)) matches.set(id, { id, matched: 'name', matchedText: text.trim() });
  }
  const found = [...matches.values()].map((match) => ({ match, profile: parts.reader.profile(match.id) }));
  const hits = found.flatMap(({ match, profile }) =>
    profile === null ? [] : [toHit(parts, match, profile)],
  );
  hits.sort(byPlace);
  return { hits: hits.slice(0, limit), more: hits.length > limit, recognised: query.recognised };
}

function toHit(parts: SearchParts, match: Match, profile: ReadProfile): SearchHit {
  return {
    profileId: match.id,
    ...parts.headline(profile),
    matched: match.matched,
    matchedText: match.matchedText,
    expectedHere: profile.scopes.includes(parts.here),
  };
}

/** Expected here, then in trouble, then by departure and name. */
function byPlace(a: SearchHit, b: SearchHit): number {
  if (a.expectedHere !== b.expectedHere) return a.expectedHere ? -1 : 1;
  if ((a.alert === null) !== (b.alert === null)) return a.alert === null ? 1 : -1;
  const [first, second] = [a.departs ?? '9', b.departs ?? '9'];
  if (first !== second) return first < second ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
