// The direction rules of ARCHITECTURE.md, checked on a folder that holds src/. Used on the project itself, and by
// test/layers on a copy with one planted violation per rule.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { ROOT } from '../setup/base.mjs';

const require = createRequire(import.meta.url);
const config = require(join(ROOT, '.dependency-cruiser.cjs'));

/** The names of all direction rules.
 * @type {string[]} */
export const LAYER_RULES = config.forbidden.map(({ name }) => name);

/**
 * Returns {modules, problems: [{rule, text}]}. `modules` is how many files of ours were seen: the tool passes when it
 * sees none, so the caller asserts a minimum.
 * @param {string} root
 * @returns {Promise<{modules: number, problems: {rule: string, text: string}[]}>}
 */
export async function checkLayers(root = ROOT) {
  const { tsConfig: _file, ...options } = config.options;
  const ruleSet = { forbidden: config.forbidden, options };
  const resolve = {
    conditionNames: ['import', 'require', 'node', 'default', 'types'],
    exportsFields: ['exports'],
    extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
  };
  const settings = { ...options, baseDir: root, validate: true, ruleSet, outputType: undefined };
  const { output } = await cruise(['src'], settings, resolve);
  const modules = output.modules.filter((module) => /^src\//.test(module.source)).length;
  const problems = output.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    text: `${from} -> ${to}: ${config.forbidden.find(({ name }) => name === rule.name)?.comment ?? ''}`,
  }));
  return { modules, problems };
}
