/** The other parts of `npm run check`, each seen to find what was planted for it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { plant, ROOT, removePlants } from './plant.ts';

afterAll(removePlants);

describe('types', () => {
  const dom = 'export const plant = document.title;\n';
  const node = 'export const plant = process.pid;\n';
  const cases: [string, string, string][] = [
    ...['domain', 'decision', 'packs', 'protocol', 'bridge'].flatMap((folder): [string, string, string][] => [
      [folder, 'DOM', dom],
      [folder, 'Node', node],
    ]),
    ...['core', 'replica', 'demo', 'main'].map((folder): [string, string, string] => [folder, 'DOM', dom]),
    ['renderer', 'Node', node],
  ];

  it.each(cases)('%s cannot use %s', (folder, _what, text) => {
    expect(typeErrors(`src/${folder}/tsconfig.json`, `src/${folder}/plant.ts`, text)).toEqual([
      text === dom ? 2584 : 2591,
    ]);
  });

  it('what only the newer Electron has is caught by the check against the fallback', () => {
    const text =
      "import { session } from 'electron';\nexport const plant = session.defaultSession.extensions;\n";
    expect(typeErrors('tsconfig.electron33.json', 'src/main/plant.ts', text)).toEqual([2551]);
    expect(typeErrors('src/main/tsconfig.json', 'src/main/plant.ts', text)).toEqual([]);
  });
});

/** Codes of the errors that `file` with this text would have under a configuration of the project; nothing is written. */
function typeErrors(configuration: string, file: string, text: string): number[] {
  const path = join(ROOT, file);
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const parsed = ts.getParsedCommandLineOfConfigFile(join(ROOT, configuration), {}, host);
  if (!parsed) throw new Error(`${configuration} cannot be read`);
  const compiler = ts.createCompilerHost(parsed.options);
  const { fileExists, readFile, getSourceFile } = compiler;
  compiler.fileExists = (name) => name === path || fileExists(name);
  compiler.readFile = (name) => (name === path ? text : readFile(name));
  compiler.getSourceFile = (name, target, ...rest) =>
    name === path ? ts.createSourceFile(name, text, target) : getSourceFile(name, target, ...rest);
  const globals = parsed.fileNames.filter((name) => name.endsWith('.d.ts'));
  const program = ts.createProgram([path, ...globals], parsed.options, compiler);
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ code }) => code);
}

describe('lint and format', () => {
  const plants: [string, string, string][] = [
    ['lint/style/noDefaultExport', 'core/a.ts', 'export default 1;\n'],
    ['lint/suspicious/noConsole', 'core/b.ts', "console.log('x');\n"],
    ['lint/suspicious/noExplicitAny', 'core/c.ts', 'export const x: any = 1;\n'],
    ['lint/style/noEnum', 'core/d.ts', 'export enum X {\n  A = 1,\n}\n'],
    ['lint/style/noNonNullAssertion', 'core/e.ts', 'export const x = (y: string | null) => y!.length;\n'],
    ['lint/security/noGlobalEval', 'core/f.ts', "eval('1');\n"],
    ['lint/correctness/noUnusedVariables', 'core/g.ts', 'const x = 1;\n'],
    ['lint/style/useNodejsImportProtocol', 'core/h.ts', "export * as fs from 'fs';\n"],
    [
      'lint/suspicious/noFocusedTests',
      'core/i.test.ts',
      "import { it } from 'vitest';\n\nit.only('x', () => {});\n",
    ],
    [
      'lint/suspicious/noSkippedTests',
      'core/j.test.ts',
      "import { it } from 'vitest';\n\nit.skip('x', () => {});\n",
    ],
    [
      'lint/security/noDangerouslySetInnerHtml',
      'renderer/k.tsx',
      "export const X = () => <p dangerouslySetInnerHTML={{ __html: '' }} />;\n",
    ],
    ['format', 'core/l.ts', 'export const x  = "1"\n'],
  ];

  it('each planted fault is found in its file', () => {
    const root = plant(Object.fromEntries(plants.map(([, file, text]) => [file, text])));
    const {
      $schema: _schema,
      vcs: _vcs,
      ...rest
    } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
    writeFileSync(join(root, 'biome.json'), JSON.stringify(rest));
    const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
    const args = ['check', '--error-on-warnings', '--reporter=json', '--max-diagnostics=200', 'src'];
    const { stdout, status } = spawnSync(process.execPath, [biome, ...args], { cwd: root, encoding: 'utf8' });
    const found = JSON.parse(stdout).diagnostics.map(
      (entry: { category: string; location: { path: string | { file: string } } }) =>
        `${entry.category} ${typeof entry.location.path === 'string' ? entry.location.path : entry.location.path.file}`,
    );
    expect(status).not.toBe(0);
    expect(
      plants.map(([rule, file]) => `${rule} src/${file}`).filter((wanted) => !found.includes(wanted)),
    ).toEqual([]);
  });
});

describe('unused code', () => {
  it('an unused file and an unused export are found', () => {
    const settings = JSON.parse(readFileSync(join(ROOT, 'knip.json'), 'utf8'));
    const root = plant({
      '/package.json': '{ "name": "planted", "type": "module" }',
      '/knip.json': JSON.stringify({ entry: settings.entry, project: settings.project }),
      'core/entry.ts': "import { used } from './parts.ts';\n\nused();\n",
      'core/parts.ts': 'export const used = () => 1;\nexport const unusedExport = 2;\n',
      'core/unused-file.ts': 'export const x = 1;\n',
    });
    const knip = join(ROOT, 'node_modules/knip/bin/knip.js');
    const { stdout, status } = spawnSync(process.execPath, [knip, '--no-progress'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toContain('unused-file.ts');
    expect(stdout).toContain('unusedExport');
    expect(status).not.toBe(0);
  });
});
