/** Reads a push (R7): what makes the whole push unreadable, and what only one of its commands. Pure. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/canonical.ts';
import { readBy } from '../../domain/read.ts';
import { MAX_COMMAND_BYTES, MAX_PUSH_BYTES, MAX_PUSH_COMMANDS } from '../../protocol/limits.ts';
import { type CommandBody, commandBodySchema, commandHeadSchema, type PushAck } from '../../protocol/push.ts';
import { jsonLength } from '../../protocol/size.ts';

/** A command with readable mid and id. `body` is null if the rest is not readable or too large: `flaw` says which. */
export type ReadCommand = {
  mid: number;
  id: string;
  payloadHash: string;
  body: CommandBody | null;
  flaw: 'args' | 'too_large' | null;
};

export type ReadPush = { commands: ReadCommand[] } | { refused: NonNullable<PushAck['refused']> };

/** Deeper JSON is nobody's command; recursive readers would run out of stack on it. */
const MAX_DEPTH = 32;

export function readPush(payload: unknown): ReadPush {
  const list = commandList(payload);
  if (!list || isDeeperThan(list, 1_000)) return { refused: { code: 'push_unreadable' } };
  if (jsonLength(payload) > MAX_PUSH_BYTES || list.length > MAX_PUSH_COMMANDS)
    return { refused: { code: 'push_too_large' } };
  const commands: ReadCommand[] = [];
  for (const one of list) {
    const head = readBy(commandHeadSchema, one);
    if (!head.success) return { refused: { code: 'push_unreadable', ...midOf(one) } };
    const { mid, id } = head.data;
    const before = commands.at(-1);
    if (before && before.mid >= mid) return { refused: { code: 'push_not_ascending', mid } };
    commands.push(readCommand(mid, id, one as object));
  }
  return { commands };
}

function commandList(payload: unknown): unknown[] | null {
  if (typeof payload !== 'object' || payload === null || !('commands' in payload)) return null;
  return Array.isArray(payload.commands) ? payload.commands : null;
}

function midOf(one: unknown): { mid?: number } {
  const mid = typeof one === 'object' && one !== null && 'mid' in one ? one.mid : undefined;
  return typeof mid === 'number' && Number.isSafeInteger(mid) && mid >= 1 ? { mid } : {};
}

function readCommand(mid: number, id: string, one: object): ReadCommand {
  const { name, ver, args, base } = one as { [field: string]: unknown };
  const deep = isDeeperThan(one, MAX_DEPTH);
  const payloadHash = hashOf([name, ver, args, base], deep);
  const broken = (flaw: 'args' | 'too_large') => ({
    mid,
    id,
    payloadHash: payloadHash.hash,
    body: null,
    flaw,
  });
  if (jsonLength(one) > MAX_COMMAND_BYTES) return broken('too_large');
  if (deep || !payloadHash.canonical) return broken('args');
  const body = readBy(commandBodySchema, one);
  if (!body.success) return broken('args');
  return { mid, id, payloadHash: payloadHash.hash, body: body.data, flaw: null };
}

/** The hash of name, ver, args, base. What has no canonical form (a lone surrogate) is hashed as its JSON text. */
function hashOf(payload: unknown[], deep: boolean): { hash: string; canonical: boolean } {
  const plain = payload.map((one) => (one === undefined ? null : one));
  let text: string | null = null;
  try {
    text = deep ? null : canonicalJson(plain);
  } catch {
    text = null;
  }
  const hash = createHash('sha256').update(text ?? JSON.stringify(plain));
  return { hash: hash.digest('hex'), canonical: text !== null };
}

/** Without recursion: the depth is what is in question. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      for (const inner of Object.values(one))
        if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
  return false;
}
