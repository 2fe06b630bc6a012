/** Replicas of other roles and grants in the same folder: what they hold may be more than whoever works here now may see. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReplicaConfig } from './config.ts';
import { replicaPath } from './files.ts';
import { type Key, removeFile } from './store/open.ts';

/**
 * Masks hold on the disk, too (C3): at a change of role or grants the key goes under which the other replicas are, and
 * then the files. Whoever comes back gets his rows from the core again. Gives the key that this replica is under.
 * @param destroyKey makes that what was under the replica's key cannot be read any more; gives a new one
 */
export async function leaveAlone(config: ReplicaConfig, destroyKey: () => Promise<Key>): Promise<Key> {
  const others = othersOf(config);
  if (others.length === 0) return config.keys.replica;
  const key = await destroyKey();
  for (const path of [...others, replicaPath(config)]) removeFile(path);
  return key;
}

function othersOf(config: ReplicaConfig): string[] {
  const { dataDir } = config;
  if (!existsSync(dataDir)) return [];
  const own = basename(replicaPath(config));
  const isOther = (name: string): boolean => /^replica-.*\.db$/u.test(name) && name !== own;
  return readdirSync(dataDir)
    .filter(isOther)
    .map((name) => join(dataDir, name));
}
