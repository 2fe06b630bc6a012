/** What somebody who helps from afar has to know of this replica: versions, sizes and numbers, and nothing of a customer. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DiagnosticsView } from '../bridge/views.ts';
import { PROTO, SCHEMA_HASH } from '../protocol/version.ts';
import type { Replica } from './replica.ts';

/** Of a file's name only what kind it is; the rest names an operator. */
const KIND = /^(replica|outbox)[^.]*\.db(-wal|-shm|-journal)?$/u;

function filesIn(folder: string): DiagnosticsView['files'] {
  const sizes = new Map<string, number>();
  for (const name of readdirSync(folder)) {
    const [, kind = 'other', rest = ''] = KIND.exec(name) ?? [];
    const size = statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
    sizes.set(kind + rest, (sizes.get(kind + rest) ?? 0) + size);
  }
  return [...sizes].sort(([a], [b]) => a.localeCompare(b)).map(([name, bytes]) => ({ name, bytes }));
}

export function diagnose(parts: Replica): DiagnosticsView {
  const { store } = parts.files.replica;
  const { cursor, epoch, active } = store.meta();
  const { pending, settled, conflict, drafts } = parts.outbox();
  return {
    sqlite: store.sqliteVersion(),
    protocol: PROTO,
    schema: SCHEMA_HASH,
    upSeconds: Math.round(process.uptime()),
    memoryBytes: process.memoryUsage.rss(),
    files: filesIn(parts.config.dataDir),
    cursor,
    epoch,
    scopes: active.length,
    profiles: store.profiles(),
    outbox: {
      ...{ pending: pending.length, settled: settled.size, conflict: conflict.size, drafts: drafts.size },
    },
  };
}
