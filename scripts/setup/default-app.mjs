// Starts the application that was named on the command line, as Electron's own default app does.
// The set-up packs this file into resources/default_app.asar of the fallback Electron, whose origin lacks one.
import fs from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const required = [];
let target;
const args = process.argv.slice(1);
while (args.length > 0 && target === undefined) {
  const arg = args.shift();
  if (arg === '-r' || arg === '--require') required.push(args.shift());
  else if (arg.startsWith('--app=')) target = arg.slice('--app='.length);
  else if (arg === '--version' || arg === '-v' || arg === '--abi' || arg === '-a') {
    console.log(arg.includes('v') ? `v${process.versions.electron}` : process.versions.modules);
    process.exit(0);
  } else if (!arg.startsWith('-')) target = arg;
}

try {
  if (required.length > 0) Module._preloadModules(required);
  if (target === undefined) throw new Error('name the folder of the application to start');
  Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
  const folder = path.resolve(target);
  const manifest = path.join(folder, 'package.json');
  const known = fs.existsSync(manifest);
  if (known) {
    const about = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    if (about.version) app.setVersion(about.version);
    if (about.productName || about.name) app.name = about.productName || about.name;
    app.setDesktopName(about.desktopName || `${app.name}.desktop`);
  }
  const entry = Module._resolveFilename(folder, null, true);
  app.setAppPath(known ? folder : path.dirname(entry));
  await import(pathToFileURL(entry).href);
} catch (error) {
  console.error(error);
  process.exit(1);
}
