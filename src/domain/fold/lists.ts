import { compareStamps, type Stamp } from './register.ts';

/** A statement that a group has exactly these members as of its time. */
export type MemberList = Stamp & { readonly members: readonly string[] };

/**
 * Adds a statement. Lists are kept latest first, and one is dropped where the later ones together already leave out
 * whoever it leaves out: so their number is bounded by the members ever named, and the order of arrival is forgotten.
 */
export function addList(lists: readonly MemberList[], added: MemberList): readonly MemberList[] {
  const sorted = [...lists.filter((list) => compareStamps(list, added) !== 0), added].sort((a, b) =>
    compareStamps(b, a),
  );
  const kept: MemberList[] = [];
  let inAll: Set<string> | null = null;
  for (const list of sorted) {
    const members = new Set(list.members);
    if (inAll !== null && [...inAll].every((member) => members.has(member))) continue;
    kept.push(list);
    inAll = intersection(inAll, members);
  }
  return kept;
}

const intersection = (a: Set<string> | null, b: Set<string>): Set<string> =>
  a === null ? b : new Set([...a].filter((member) => b.has(member)));

/** The latest list that leaves the member out: whatever was said of it before is dead. */
export function leftOutBy(lists: readonly MemberList[], member: string): Stamp | null {
  return lists.find((list) => !list.members.includes(member)) ?? null;
}

/** Whether a member is to be seen: the latest list names it, or there was never a list. */
export function isListed(lists: readonly MemberList[], member: string): boolean {
  const latest = lists[0];
  return latest === undefined || latest.members.includes(member);
}
