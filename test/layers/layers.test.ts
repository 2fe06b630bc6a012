/** Each direction rule is proved by one planted violation: on a clean tree the check is silent, with it planted it speaks. */
import { afterAll, describe, expect, it } from 'vitest';
import { checkLayers, LAYER_RULES } from '../../scripts/check/layers.mjs';
import { changelogProblems, checkShape } from '../../scripts/check/shape.mjs';
import { checkSql } from '../../scripts/check/sql.mjs';
import { plant, removePlants } from './plant.ts';

/** A small tree in which everything is allowed; the plants are put into copies of it. */
const CLEAN: Record<string, string> = {
  'domain/fact.ts': "export type Fact = string;\nexport const name = 'fact';\n",
  'decision/decide.ts':
    "import { name } from '../domain/fact.ts';\nexport type Bundle = { n: string };\nexport const decide = () => name;\n",
  'packs/airline/rules.ts':
    "import type { Bundle } from '../../decision/decide.ts';\nexport const rules: Bundle = { n: '' };\n",
  'protocol/hello.ts': "import { z } from 'zod';\nexport const hello = z.string();\n",
  'bridge/port.ts': "import { z } from 'zod';\nexport type Port = string;\nexport const port = z.string();\n",
  'replica/store/rows.ts':
    "import Database from 'better-sqlite3';\nexport const open = (f: string) => new Database(f).prepare('SELECT id FROM row');\n",
  'replica/entry.ts':
    "import { io } from 'socket.io-client';\nimport { hello } from '../protocol/hello.ts';\nimport { open } from './store/rows.ts';\nexport const all = [io, hello, open];\n",
  'core/store/log.ts': "import fs from 'node:fs';\nexport const log = fs;\n",
  'core/entry.ts':
    "import { Server } from 'socket.io';\nimport { log } from './store/log.ts';\nexport const all = [Server, log];\n",
  'main/entry.ts':
    "import { app } from 'electron';\nimport { port } from '../bridge/port.ts';\nexport const all = [app, port];\n",
  'preload/preload.ts':
    "import { contextBridge } from 'electron';\nimport type { Port } from '../bridge/port.ts';\nexport const all: [unknown, Port] = [contextBridge, ''];\n",
  'renderer/ui/button.tsx': "import { Button } from 'react-aria-components';\nexport { Button };\n",
  'renderer/state/mirror.ts':
    "import { createStore } from 'zustand/vanilla';\nexport const mirror = createStore;\n",
  'renderer/features/work/inner.tsx':
    "import { Button } from '../../ui/button.tsx';\nexport const inner = Button;\n",
  'renderer/features/work/index.ts': "export { inner } from './inner.tsx';\n",
  'renderer/features/customer/panel.tsx':
    "import { mirror } from '../../state/mirror.ts';\nimport { inner } from '../work/index.ts';\nexport const panel = [mirror, inner];\n",
  'renderer/app/main.tsx':
    "import { panel } from '../features/customer/panel.tsx';\nexport const app = panel;\n",
  'telemetry/otel.ts':
    "import { trace } from '@opentelemetry/api';\nimport { name } from '../domain/fact.ts';\nexport const all = [trace, name];\n",
  'demo/entry.ts': "import { Analytics } from '@segment/analytics-node';\nexport const all = Analytics;\n",
  'cli/decide.ts': "import { decide } from '../decision/decide.ts';\nexport const all = decide;\n",
};

const use = (from: string): string => `import * as planted from '${from}';\nexport const plant = planted;\n`;

/** [rule, file, its text]: the table of ARCHITECTURE.md, row by row. */
const LAYER_PLANTS: [string, string, string][] = [
  ['domain', 'domain/plant.ts', use('../decision/decide.ts')],
  ['domain', 'domain/plant.ts', use('zod')],
  ['domain-node', 'domain/plant.ts', use('node:crypto')],
  ['decision', 'decision/plant.ts', use('../protocol/hello.ts')],
  ['decision', 'decision/plant.ts', use('fastify')],
  ['decision-node', 'decision/plant.ts', use('node:fs')],
  ['packs', 'packs/airline/plant.ts', use('../../core/store/log.ts')],
  ['packs-node', 'packs/airline/plant.ts', use('fs')],
  ['packs-decision-types', 'packs/airline/plant.ts', use('../../decision/decide.ts')],
  ['protocol', 'protocol/plant.ts', use('electron')],
  ['protocol', 'protocol/plant.ts', use('../bridge/port.ts')],
  ['protocol-node', 'protocol/plant.ts', use('node:buffer')],
  ['bridge', 'bridge/plant.ts', use('../protocol/hello.ts')],
  ['bridge', 'bridge/plant.ts', use('electron')],
  ['bridge-node', 'bridge/plant.ts', use('node:worker_threads')],
  ['replica', 'replica/plant.ts', use('electron')],
  ['replica', 'replica/plant.ts', use('react')],
  ['replica', 'replica/plant.ts', use('../main/entry.ts')],
  ['replica', 'replica/plant.ts', use('../core/store/log.ts')],
  ['replica', 'replica/plant.ts', use('../renderer/state/mirror.ts')],
  ['core', 'core/plant.ts', use('electron')],
  ['core', 'core/plant.ts', use('../replica/entry.ts')],
  ['core', 'core/plant.ts', use('../bridge/port.ts')],
  ['core', 'core/plant.ts', use('../renderer/state/mirror.ts')],
  ['main', 'main/plant.ts', use('better-sqlite3')],
  ['main', 'main/plant.ts', use('socket.io')],
  ['main', 'main/plant.ts', use('react')],
  ['main', 'main/plant.ts', use('../replica/entry.ts')],
  ['main', 'main/plant.ts', use('../core/entry.ts')],
  ['preload', 'preload/plant.ts', use('zod')],
  ['preload', 'preload/plant.ts', use('../domain/fact.ts')],
  ['preload-node', 'preload/plant.ts', use('node:fs')],
  ['preload-bridge-types', 'preload/plant.ts', use('../bridge/port.ts')],
  ['renderer', 'renderer/app/plant.tsx', use('electron')],
  ['renderer', 'renderer/app/plant.tsx', use('../../protocol/hello.ts')],
  ['renderer', 'renderer/app/plant.tsx', use('../../replica/entry.ts')],
  ['renderer', 'renderer/app/plant.tsx', use('../../main/entry.ts')],
  ['renderer', 'renderer/app/plant.tsx', use('../../core/entry.ts')],
  ['renderer-node', 'renderer/app/plant.tsx', use('node:path')],
  ['renderer-decision-types', 'renderer/app/plant.tsx', use('../../decision/decide.ts')],
  ['renderer-decision-types', 'renderer/app/plant.tsx', use('../../packs/airline/rules.ts')],
  ['features', 'renderer/features/customer/plant.tsx', use('../work/inner.tsx')],
  ['features', 'renderer/features/customer/plant.tsx', use('../../app/main.tsx')],
  ['ui', 'renderer/ui/plant.tsx', use('../state/mirror.ts')],
  ['ui', 'renderer/ui/plant.tsx', use('../features/work/index.ts')],
  ['ui', 'renderer/ui/plant.tsx', use('../../domain/fact.ts')],
  ['telemetry', 'telemetry/plant.ts', use('../core/store/log.ts')],
  ['telemetry', 'telemetry/plant.ts', use('zod')],
  ['demo', 'demo/plant.ts', use('../core/store/log.ts')],
  ['cli', 'cli/plant.ts', use('../replica/entry.ts')],
  ['tests-stay-outside', 'core/plant.ts', use('../../test/plant.ts')],
  ['sqlite-in-the-stores', 'replica/plant.ts', use('better-sqlite3')],
  ['no-circles', 'domain/fact.ts', "import { back } from './back.ts';\nexport const name = back;\n"],
  ['resolvable', 'domain/plant.ts', use('./nowhere.ts')],
];

const SQL_PLANTS: [string, string, string][] = [
  ['sql-home', 'replica/plant.ts', "export const q = 'DELETE FROM row WHERE id = ?';\n"],
  ['sql-home', 'core/plant.ts', "export const q = 'select id from row';\n"],
  ['sql-home', 'renderer/state/plant.ts', 'export const q = `PRAGMA journal_mode = WAL`;\n'],
  ['sql-star', 'replica/store/plant.ts', "export const q = 'SELECT * FROM row';\n"],
  ['sql-star', 'core/store/plant.ts', "export const q = 'SELECT r.* FROM row AS r';\n"],
  [
    'sql-text',
    'core/store/plant.ts',
    'export const q = (table: string) => `SELECT id FROM ${table} WHERE id = ?`;\n',
  ],
  ['sql-text', 'core/store/plant.ts', "export const q = (t: string) => 'DELETE FROM row WHERE id = ' + t;\n"],
];

const rules = (problems: { rule: string }[]): string[] =>
  [...new Set(problems.map(({ rule }) => rule))].sort();

afterAll(removePlants);

describe('direction rules', () => {
  it('are silent on a clean tree, and see all of it', async () => {
    const { modules, problems } = await checkLayers(plant(CLEAN));
    expect(problems).toEqual([]);
    expect(modules).toBe(Object.keys(CLEAN).length);
  });

  it.each(LAYER_PLANTS)('%s: %s is caught', async (rule, file, text) => {
    const extra = { '/test/plant.ts': 'export const plant = 1;\n' };
    const back = "import { name } from './fact.ts';\nexport const back = name;\n";
    const circle: Record<string, string> = rule === 'no-circles' ? { 'domain/back.ts': back } : {};
    const { problems } = await checkLayers(plant({ ...CLEAN, ...extra, ...circle, [file]: text }));
    expect(rules(problems)).toContain(rule);
    expect(problems.every((problem) => problem.text.includes(file))).toBe(true);
  });

  it('have a plant each', () => {
    const planted = new Set(LAYER_PLANTS.map(([rule]) => rule));
    expect(LAYER_RULES.filter((rule) => !planted.has(rule))).toEqual([]);
  });
});

describe('SQL', () => {
  it('is accepted in the stores, and prose is not taken for it', () => {
    const prose = "export const t = 'Select a customer from the list; update the view set.';\n";
    const composed =
      "const COLUMNS = 'id, json';\nexport const q = `SELECT ${COLUMNS}, count(*) FROM row`;\n";
    expect(checkSql(plant({ ...CLEAN, 'renderer/ui/t.ts': prose, 'core/store/q.ts': composed }))).toEqual([]);
  });

  it.each(SQL_PLANTS)('%s: %s is caught', (rule, file, text) => {
    expect(rules(checkSql(plant({ ...CLEAN, [file]: text })))).toEqual([rule]);
  });
});

describe('the shape of the tree', () => {
  const configured = (): Record<string, string> => {
    const folders = new Set(Object.keys(CLEAN).map((name) => name.split('/')[0]));
    return { ...CLEAN, ...Object.fromEntries([...folders].map((name) => [`${name}/tsconfig.json`, '{}'])) };
  };

  it('is accepted when clean', () => {
    expect(checkShape(plant(configured()))).toEqual([]);
  });

  it.each([
    ['names', { 'core/utils/x.ts': '' }],
    ['names', { 'renderer/ui/helpers.ts': '' }],
    ['preload', { 'preload/second.ts': 'export const x = 1;\n' }],
    ['preload', { 'preload/preload.ts': 'export const x = 1;\n'.repeat(81) }],
    ['types', { 'kiosk/entry.ts': '' }],
    [
      'lock',
      {
        '/package-lock.json':
          '{"packages":{"node_modules/a":{"optionalDependencies":{"a-linux-x64":"1.0.0"}}}}',
      },
    ],
  ])('%s: %j is caught', (rule, files) => {
    expect(rules(checkShape(plant({ ...configured(), ...files })))).toEqual([rule]);
  });

  it.each([
    '',
    '# Changes\n',
    '# Changes\n\n## Soon\n\n### New\n\n- It works.\n',
    '# Changes\n\n## Next\n\n### Refactored\n\n- It works.\n',
    '# Changes\n\n## Next\n\n- It works.\n',
    '# Changes\n\n## Next\n\n### New\n\n- It works\n',
    '# Changes\n\n## Next\n\n### New\n\n- Rewrote src/core/store/log.ts.\n',
  ])('a change log like %j is refused', (text) => {
    expect(changelogProblems(text)).not.toEqual([]);
  });

  it('a change log in order is accepted', () => {
    expect(
      changelogProblems('# Changes\n\n## Next\n\n### New\n\n- It works.\n\n## 0.1.0 - 2026-01-31\n'),
    ).toEqual([]);
  });
});
