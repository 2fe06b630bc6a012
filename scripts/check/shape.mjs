// What the tree must look like: names of folders, the size of the preload script, a configuration of types per process,
// and a change log that its readers can read.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingFromLock } from '../mend-lock.mjs';
import { ROOT, readJson } from '../setup/base.mjs';

const NAMELESS = ['utils', 'util', 'helpers', 'common', 'misc'];
const PRELOAD_LINES = 80;
const CHANGE_KINDS = ['New', 'Better', 'Mended', 'Removed', 'Security'];

const problem = (rule, text) => ({ rule, text });

function folderNames(root) {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => NAMELESS.includes(entry.name.replace(/\.tsx?$/, '')))
    .map((entry) =>
      problem(
        'names',
        `${join(entry.parentPath, entry.name)}: say what it is for; "${entry.name}" does not.`,
      ),
    );
}

function preload(root) {
  const folder = join(root, 'src', 'preload');
  const files = readdirSync(folder).filter((name) => /\.[cm]?tsx?$/.test(name) && !/\.test\./.test(name));
  const problems =
    files.length === 1 ? [] : [problem('preload', `src/preload holds ${files.length} files; it is one.`)];
  for (const file of files) {
    const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n').length;
    if (lines > PRELOAD_LINES)
      problems.push(problem('preload', `src/preload/${file} has ${lines} lines; at most ${PRELOAD_LINES}.`));
  }
  return problems;
}

function typeConfigurations(root) {
  return readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !existsSync(join(root, 'src', entry.name, 'tsconfig.json')))
    .map((entry) =>
      problem('types', `src/${entry.name} has no tsconfig.json, so no check of types would see it.`),
    );
}

/**
 * `# Changes`, then per version `## VERSION - YYYY-MM-DD` (or `## Next`), below it `### KIND`, below that one sentence
 * per bullet that ends with a full stop and names no file.
 */
export function changelogProblems(text) {
  const problems = [];
  const lines = text.split('\n');
  let kind = false;
  lines.forEach((line, index) => {
    const bad = (what) => problems.push(problem('changelog', `CHANGELOG.md:${index + 1}: ${what}`));
    if (line.startsWith('## ')) {
      kind = false;
      if (!/^## (Next|\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2})$/.test(line))
        bad('a version is "## Next" or "## 1.2.3 - 2026-01-31".');
    } else if (line.startsWith('### ')) {
      kind = CHANGE_KINDS.includes(line.slice(4));
      if (!kind) bad(`the kinds are ${CHANGE_KINDS.join(', ')}.`);
    } else if (line.startsWith('- ')) {
      if (!kind) bad('a change stands below its kind.');
      if (!line.endsWith('.')) bad('a change is a sentence with a full stop.');
      if (line.length > 220) bad('a change is one short sentence.');
      if (/\b(src|scripts|test)\/|\.tsx?\b/.test(line))
        bad('users do not know our files; say what changed for them.');
    } else if (line !== '' && !line.startsWith('# ') && kind) bad('one line per change.');
  });
  if (lines[0] !== '# Changes') problems.push(problem('changelog', 'CHANGELOG.md begins with "# Changes".'));
  if (!lines.some((line) => line.startsWith('- ')))
    problems.push(problem('changelog', 'CHANGELOG.md tells no change.'));
  return problems;
}

function lockFile(root) {
  const lock = readJson(join(root, 'package-lock.json'));
  if (!lock) return [];
  return missingFromLock(lock).map(({ name }) =>
    problem('lock', `package-lock.json lacks ${name}, so npm ci refuses it; run node scripts/mend-lock.mjs.`),
  );
}

/** Checks the tree below `root`; returns [{rule, text}]. */
export function checkShape(root = ROOT) {
  const changelog = join(root, 'CHANGELOG.md');
  return [
    ...folderNames(root),
    ...preload(root),
    ...typeConfigurations(root),
    ...lockFile(root),
    ...(existsSync(changelog) ? changelogProblems(readFileSync(changelog, 'utf8')) : []),
  ];
}
