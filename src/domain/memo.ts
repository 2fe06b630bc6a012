/** Remembers what a pure function said of a text or number; forgets everything once `limit` answers are kept. */
export function memo<K extends string | number, V>(work: (key: K) => V, limit: number): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = work(key);
    if (known.size >= limit) known.clear();
    known.set(key, made);
    return made;
  };
}
