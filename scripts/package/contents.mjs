// What a package must hold: the bundles of the processes that it starts, and every npm package that these load.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { listPackage } from '@electron/asar';
import { MODULES, ROOT, readJson, SetupError } from '../setup/base.mjs';

/** The programs of an installed console; the simulated airport and the command line tools stay at home. */
const PROGRAMS = ['out/main/main.js', 'out/main/replica.js', 'out/main/core.js'];

const IMPORT = /^\s*(?:import|export)\b[^;"']*["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']/gm;
const NODE = new Set([...builtinModules, 'electron']);

/** Bundles that the programs reach, and the npm packages that these import. */
export function needed() {
  const bundles = new Set();
  const packages = new Set();
  const visit = (file) => {
    if (bundles.has(file)) return;
    bundles.add(file);
    for (const [, still, late] of readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)) {
      const name = still ?? late;
      if (name.startsWith('.')) visit(posix.join(dirname(file), name));
      else if (/^(@[\w.-]+\/)?[\w.-]+(\/[\w./-]+)?$/.test(name) && !NODE.has(name))
        packages.add(packageOf(name));
    }
  };
  for (const program of PROGRAMS) visit(program);
  return { bundles: [...bundles], packages: [...packages] };
}

/** Packages of the product that no program loads: they are in the window's bundle, and would be there twice. */
export function onlyBundled() {
  const loaded = new Set();
  const visit = (name) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    const { dependencies = {}, optionalDependencies = {} } =
      readJson(join(MODULES, name, 'package.json')) ?? {};
    for (const one of Object.keys({ ...dependencies, ...optionalDependencies })) visit(one);
  };
  for (const name of needed().packages) visit(name);
  const { packages } = readJson(join(ROOT, 'package-lock.json'));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev && path.lastIndexOf('node_modules/') === 0)
    .map(([path]) => path.slice('node_modules/'.length))
    .filter((name) => !loaded.has(name));
}

const packageOf = (name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/** @throws SetupError naming what the archive lacks: it would fail on the first day, or only when it is needed */
export function assertWhole(archive) {
  const there = new Set(listPackage(archive).map((path) => path.replaceAll('\\', '/').replace(/^\//, '')));
  const { bundles, packages } = needed();
  const files = [
    ...bundles,
    ...packages.map((name) => `node_modules/${name}/package.json`),
    'out/preload/preload.cjs',
  ];
  const missing = files.filter((file) => !there.has(file));
  if (missing.length > 0) throw new SetupError(`the package lacks ${missing.join(', ')}.`);
  return files.length;
}
