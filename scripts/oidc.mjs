// `npm run dev:oidc [-- --port N]`: an identity provider on loopback for development. Its roles file and how to start a
// core with it are said in the first line, as JSON.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { orSentence, packages } from './setup.mjs';

await orSentence(packages);
const { AUDIENCE, CLIENT, startProvider } = await import('./oidc/provider.mjs');

const ALL = ['station:*', 'flight:*', 'queue:*', 'opened:*', 'profile:*'];
const MAPPING = {
  name: 'name',
  rules: [
    { claim: 'groups', value: 'supervisors', role: 'supervisor', grants: ALL },
    { claim: 'groups', value: 'counter', role: 'operator', grants: ALL },
  ],
};

const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' } } });
const { issuer, close } = await startProvider({ port: Number(values.port) });
const roles = join(mkdtempSync(join(tmpdir(), 'kairos-oidc-')), 'roles.json');
writeFileSync(roles, `${JSON.stringify(MAPPING, null, 2)}\n`);
const core = `npm run -s core -- --port 0 --data DIR --dev --oidc ${issuer} --audience ${AUDIENCE} --roles ${roles}`;
process.stdout.write(`${JSON.stringify({ issuer, audience: AUDIENCE, clientId: CLIENT, roles, core })}\n`);
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void close());
