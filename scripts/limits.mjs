// Changes numbers of src/protocol/limits.ts while bundling, for programs that put the protocol under stress.

/** A plugin of the bundler. @param limits name of a constant to the expression that it becomes */
export const withLimits = (limits) => ({
  name: 'limits',
  transform(code, id) {
    if (!id.endsWith('src/protocol/limits.ts')) return null;
    let text = code;
    for (const [name, value] of Object.entries(limits)) {
      const next = text.replace(new RegExp(`(const ${name} = )[^;]+;`), `$1${value};`);
      if (next === text) throw new Error(`limits.ts has no ${name}`);
      text = next;
    }
    return text;
  },
});
