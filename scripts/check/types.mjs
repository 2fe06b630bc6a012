// Type checks of several configurations in one process. Each file is checked once, by the configuration that names it;
// what it imports from elsewhere is read, and checked by its own. Parsed files are shared, which saves most of the time.
//   node scripts/check/types.mjs CONFIGURATION ...
import { isAbsolute, join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../setup/base.mjs';

const format = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => ROOT,
  getNewLine: () => '\n',
};
const parsedFiles = new Map();

function hostFor(options) {
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile;
  host.getSourceFile = (name, ...rest) => {
    if (!parsedFiles.has(name)) parsedFiles.set(name, parse(name, ...rest));
    return parsedFiles.get(name);
  };
  return host;
}

/** Returns {files, diagnostics} of one configuration. */
function check(configuration) {
  const path = isAbsolute(configuration) ? configuration : join(ROOT, configuration);
  const broken = [];
  const system = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => broken.push(diagnostic) };
  const parsed = ts.getParsedCommandLineOfConfigFile(path, {}, system);
  if (!parsed || broken.length > 0) return { files: 0, diagnostics: broken };
  const { fileNames, options, errors } = parsed;
  const program = ts.createProgram({
    rootNames: fileNames,
    options,
    host: hostFor(options),
    configFileParsingDiagnostics: errors,
  });
  const own = fileNames.flatMap((name) => program.getSourceFile(name) ?? []);
  const diagnostics = [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...own.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ];
  return { files: own.length, diagnostics };
}

let failed = false;
for (const configuration of process.argv.slice(2)) {
  const { files, diagnostics } = check(configuration);
  if (files > 0 && diagnostics.length === 0) continue;
  failed = true;
  const name = relative(ROOT, join(ROOT, configuration));
  process.stdout.write(
    files === 0 ? `${name}: no file was checked\n` : ts.formatDiagnostics(diagnostics, format),
  );
}
process.exitCode = failed ? 1 : 0;
