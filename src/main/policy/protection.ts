import type { ProtectionAnswer } from '../../bridge/shell.ts';
import type { ProtectionGate } from '../settings/protection.ts';
import { BadPolicy, type Policy } from './policy.ts';

/**
 * How somebody may protect this machine's data under the policy.
 * @throws BadPolicy where they are kept in the open already, which the policy does not allow
 */
export async function keepKeysClosed(
  gate: Pick<ProtectionGate, 'state' | 'unlocked' | 'choose'>,
  { unprotected }: Policy,
): Promise<(input: unknown) => ProtectionAnswer> {
  if (unprotected) return gate.choose;
  const isReady = gate.state().state === 'ready';
  // Keys that cannot be had are said by whoever needs them.
  const protection = isReady && (await gate.unlocked.catch(() => null))?.protection;
  if (protection === 'unprotected')
    throw new BadPolicy('the data of this user is kept in the open, which it does not allow');
  return (input) => (isOpen(input) ? { ok: false, code: 'not_allowed' } : gate.choose(input));
}

const isOpen = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'kind' in input && input.kind === 'unprotected';
