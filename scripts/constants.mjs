// Changes constants of the sources while bundling, for programs that put the protocol under stress.

/** A plugin of the bundler. @param byFile by the file's path from `root`: name of a constant to the expression that it becomes */
export const withConstants = (root, byFile) => ({
  name: 'constants',
  enforce: 'pre',
  transform(code, id) {
    const constants = byFile[id.slice(root.length + 1)];
    if (!constants) return null;
    let text = code;
    for (const [name, value] of Object.entries(constants)) {
      const next = text.replace(new RegExp(`(const ${name} = )[^;]+;`), `$1${value};`);
      if (next === text) throw new Error(`${id} has no ${name}`);
      text = next;
    }
    return text;
  },
});
