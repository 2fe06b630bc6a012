/** Lower case without accents, so that "fluge" finds "Flüge". */
const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Entries whose title has every word of the text, those with a word that begins with it first; order kept otherwise. */
export function rank<T>(entries: readonly T[], text: string, titleOf: (entry: T) => string): T[] {
  const parts = folded(text).split(/\s+/u).filter(Boolean);
  const scored = entries.flatMap((entry) => {
    const title = folded(titleOf(entry));
    if (!parts.every((part) => title.includes(part))) return [];
    const starts = parts.filter((part) => title.startsWith(part) || title.includes(` ${part}`)).length;
    return [{ entry, starts }];
  });
  return scored.sort((a, b) => b.starts - a.starts).map(({ entry }) => entry);
}
