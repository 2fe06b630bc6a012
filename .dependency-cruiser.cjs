// The direction rules, one block per row of ARCHITECTURE.md's table. What is not named here may not be imported:
// a new package in a process is a decision, and this file is where it is taken.

/** Tests, and what several tests of a folder build on (test-world.ts). */
const TESTS = '(\\.test\\.tsx?|/test-[a-z-]+\\.ts)$';
const pkg = (...names) => names.map((name) => `(^|node_modules/)${name.replaceAll('.', '\\.')}(/|$)`);
const src = (...folders) => folders.map((folder) => `^src/${folder}/`);

const UI_KIT = pkg(
  'react',
  'react-dom',
  'react-aria-components',
  'react-aria',
  '@react-aria',
  '@internationalized',
  '@tanstack/react-virtual',
  'd3-scale',
  'd3-shape',
  '@fontsource-variable/inter',
);
/** Packages without any input or output: allowed where only computing is allowed. */
const PURE = pkg('libphonenumber-js');

/** `from` may import only what `allowed` names. Node's own modules count as imports like all others. */
const only = (name, from, allowed, { node = false, why }) => [
  {
    name,
    comment: why,
    severity: 'error',
    from: { path: from, pathNot: TESTS },
    to: { pathNot: allowed, dependencyTypesNot: ['core'] },
  },
  ...(node
    ? []
    : [
        {
          name: `${name}-node`,
          comment: `${why} Node's modules are out of reach here.`,
          severity: 'error',
          from: { path: from, pathNot: TESTS },
          to: { dependencyTypes: ['core'] },
        },
      ]),
];

/** From `from`, `path` may be imported as types only. */
const typesOnly = (name, from, path, why) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: from, pathNot: TESTS },
  to: { path, dependencyTypesNot: ['type-only'] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...only('domain', '^src/domain/', src('domain'), { why: 'The vocabulary stands on nothing.' }),
    ...only('decision', '^src/decision/', [...src('domain', 'decision'), ...PURE], {
      why: 'Deciding is computing: everything it knows is passed in.',
    }),
    ...only('packs', '^src/packs/', [...src('domain', 'decision', 'packs'), ...PURE], {
      why: 'A pack is vocabulary and rules, not a program.',
    }),
    typesOnly(
      'packs-decision-types',
      '^src/packs/',
      '^src/decision/',
      'A pack describes for the engine, it does not run it.',
    ),
    ...only('protocol', '^src/protocol/', [...src('domain', 'protocol'), ...pkg('zod')], {
      why: 'The contract of the wire is the same on both sides.',
    }),
    ...only('telemetry', '^src/telemetry/', [...src('domain', 'telemetry'), ...pkg('@opentelemetry')], {
      node: true,
      why: 'What a process tells of itself knows no customer and no process.',
    }),
    ...only('bridge', '^src/bridge/', [...src('domain', 'bridge'), ...pkg('zod')], {
      why: 'A port is passed in; the contract does not know what made it.',
    }),
    ...only(
      'replica',
      '^src/replica/',
      [
        ...src('domain', 'decision', 'packs', 'protocol', 'bridge', 'telemetry', 'replica'),
        ...pkg('better-sqlite3', 'socket.io-client', 'socket.io-parser', 'zod', 'ulidx', 'bcbp', 'mrz'),
        ...PURE,
      ],
      {
        node: true,
        why: 'The replica owns the local data and speaks to the core; it knows no window and no Electron.',
      },
    ),
    ...only(
      'core',
      '^src/core/',
      [
        ...src('domain', 'decision', 'packs', 'protocol', 'telemetry', 'core'),
        ...pkg(
          'socket.io',
          '@socket.io',
          'fastify',
          '@fastify',
          'pg',
          'better-sqlite3',
          'jose',
          'openid-client',
          'nodemailer',
        ),
        ...pkg('prom-client', 'zod', 'ulidx'),
        ...PURE,
      ],
      { node: true, why: 'The core serves many consoles and knows none.' },
    ),
    ...only(
      'main',
      '^src/main/',
      [...src('domain', 'bridge', 'main'), ...pkg('electron', 'electron-updater', 'openid-client', 'zod')],
      {
        node: true,
        why: 'Main makes and guards windows; the other processes are started by path, and data does not pass here.',
      },
    ),
    ...only('preload', '^src/preload/', [...src('bridge', 'preload'), ...pkg('electron')], {
      why: 'The preload script hands over a port and nothing else.',
    }),
    typesOnly(
      'preload-bridge-types',
      '^src/preload/',
      '^src/bridge/',
      'The preload script carries no code of the contract.',
    ),
    ...only(
      'renderer',
      '^src/renderer/',
      [
        ...src('domain', 'bridge', 'decision', 'packs', 'renderer'),
        ...UI_KIT,
        ...pkg('zustand', 'react-intl', '@formatjs', 'tinykeys'),
        ...PURE,
      ],
      { why: 'The window has no network, no Node and no Electron: only the port it was handed.' },
    ),
    typesOnly(
      'renderer-decision-types',
      '^src/renderer/',
      '^src/(decision|packs)/',
      'Decisions are made in the replica.',
    ),
    {
      name: 'features',
      comment:
        "A feature uses ui, state, i18n and another feature's index.ts, never a sibling's inner file or the app.",
      severity: 'error',
      from: { path: '^src/renderer/features/([^/]+)/', pathNot: TESTS },
      to: {
        path: '^src/renderer/',
        pathNot: [
          '^src/renderer/(ui|state|i18n)/',
          '^src/renderer/features/$1/',
          '^src/renderer/features/[^/]+/index\\.tsx?$',
        ],
      },
    },
    {
      name: 'ui',
      comment: 'A part of the user interface kit knows no customer.',
      severity: 'error',
      from: { path: '^src/renderer/ui/', pathNot: TESTS },
      to: { pathNot: [...src('renderer/ui'), ...UI_KIT] },
    },
    ...only(
      'demo',
      '^src/demo/',
      [
        ...src('domain', 'demo'),
        ...PURE,
        ...pkg('@segment/analytics-node', '@faker-js/faker', 'vega-datasets'),
      ],
      {
        node: true,
        why: 'The simulated airport uses the public door of the core, as any source does.',
      },
    ),
    ...only(
      'cli',
      '^src/cli/',
      [
        ...src('domain', 'decision', 'packs', 'telemetry', 'cli'),
        // What the rows of a foreign system mean is said in one way, wherever they come from.
        '^src/core/connectors/mapping\\.ts$',
        ...PURE,
        ...pkg('zod', 'csv-parse', 'hyparquet-writer'),
      ],
      {
        node: true,
        why: 'The command line is a rim around the pure library, and a source like others to the core.',
      },
    ),
    {
      name: 'tests-stay-outside',
      comment: 'Nothing of the product imports a test or a development tool.',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: ['^test/', '^scripts/', TESTS] },
    },
    {
      name: 'sqlite-in-the-stores',
      comment:
        'Only the stores and migrations speak to SQLite; a database that is passed on is passed as a type.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(replica/(store|migrations)|core/store)/', TESTS] },
      to: { path: pkg('better-sqlite3'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circles',
      comment: 'Files that need each other are one file, or miss a third.',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    // Packages with subpaths (jose/errors, a locale of faker) are found by their exports only.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '\\.(css|svg|png|woff2?)$' },
  },
};
