import { z } from 'zod';
import type { ProtectionAnswer, ProtectionState } from '../../bridge/shell.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import {
  type KeyStore,
  type Keys,
  lockWithKeyStore,
  lockWithPassphrase,
  newKeys,
  type Protection,
  SHORTEST_PASSPHRASE,
  unlockWithKeyStore,
  unlockWithPassphrase,
} from './key-ring.ts';

const Choice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('passphrase'), passphrase: z.string().max(1000) }),
  z.strictObject({ kind: z.literal('unprotected') }),
]);

export type Unlocked = { keys: Keys; protection: Protection };

/** The gate before the replica: opens by itself with a key store, else only by a person's choice; never silently. */
export type ProtectionGate = {
  state(): ProtectionState;
  choose(input: unknown): ProtectionAnswer;
  /** Resolves once, as soon as the keys are there. */
  unlocked: Promise<Unlocked>;
};

/** `keyStore` is null where the machine has none; `unprotected` is the administrator's explicit choice by flag. */
export function protectionGate(
  path: string,
  keyStore: KeyStore | null,
  unprotected: boolean,
): ProtectionGate {
  let open: (unlocked: Unlocked) => void = () => undefined;
  let state: ProtectionState = { state: 'choose' };
  const unlocked = new Promise<Unlocked>((resolve) => {
    open = resolve;
  });
  const ready = (keys: Keys, protection: Protection): ProtectionAnswer => {
    state = { state: 'ready' };
    open({ keys, protection });
    return { ok: true };
  };

  function keepUnprotected(): ProtectionAnswer {
    const keys = newKeys();
    writeKeyFile(path, { protection: 'unprotected', keys });
    return ready(keys, 'unprotected');
  }

  const stored = readKeyFile(path);
  if (stored?.protection === 'unprotected') ready(stored.keys, 'unprotected');
  else if (stored?.protection === 'passphrase') state = { state: 'locked' };
  else if (stored?.protection === 'keystore') {
    if (keyStore === null) throw new Error('key_store_gone');
    ready(unlockWithKeyStore(stored, keyStore), 'keystore');
  } else if (keyStore !== null) {
    const keys = newKeys();
    writeKeyFile(path, lockWithKeyStore(keys, keyStore));
    ready(keys, 'keystore');
  } else if (unprotected) keepUnprotected();

  return {
    state: () => state,
    unlocked,
    choose(input) {
      const choice = Choice.safeParse(input);
      if (!choice.success || state.state === 'ready') return { ok: false, code: 'not_now' };
      if (choice.data.kind === 'unprotected') {
        return state.state === 'choose' ? keepUnprotected() : { ok: false, code: 'not_now' };
      }
      const { passphrase } = choice.data;
      if (stored?.protection === 'passphrase') {
        const keys = unlockWithPassphrase(stored, passphrase);
        return keys === null ? { ok: false, code: 'wrong_passphrase' } : ready(keys, 'passphrase');
      }
      if (passphrase.length < SHORTEST_PASSPHRASE) return { ok: false, code: 'passphrase_short' };
      const keys = newKeys();
      writeKeyFile(path, lockWithPassphrase(keys, passphrase));
      return ready(keys, 'passphrase');
    },
  };
}
