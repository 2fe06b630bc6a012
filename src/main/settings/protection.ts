import { z } from 'zod';
import type { ProtectionAnswer, ProtectionState } from '../../bridge/shell.ts';
import { readBy } from '../../domain/read.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import {
  type KeptKeys,
  type KeyStore,
  type Keys,
  lockWithKeyStore,
  lockWithPassphrase,
  newKeys,
  type Protection,
  SHORTEST_PASSPHRASE,
  type StoredKeys,
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
  /**
   * Destroys keys for a wipe: what was under them cannot be read any more. Makes new ones, kept in the same way;
   * `replica` leaves the outbox's key as it is, and neither takes that of the people who sign in here.
   */
  destroy(mode: 'replica' | 'all'): Keys;
  /** The keys that hold now. @throws before they are unlocked */
  keys(): Keys;
};

/** As `protectionGate`; where the kept keys cannot be had it never opens, and `unlocked` says why: a window can tell it. */
export function openGate(path: string, keyStore: KeyStore | null, unprotected: boolean): ProtectionGate {
  try {
    return protectionGate(path, keyStore, unprotected);
  } catch (error) {
    const never = (): never => {
      throw error;
    };
    const unlocked = Promise.reject(error);
    unlocked.catch(() => undefined);
    const choose = (): ProtectionAnswer => ({ ok: false, code: 'not_now' });
    return { state: () => ({ state: 'ready' }), choose, unlocked, destroy: never, keys: never };
  }
}

/** `keyStore` is null where the machine has none; `unprotected` is the administrator's explicit choice by flag. */
export function protectionGate(
  path: string,
  keyStore: KeyStore | null,
  unprotected: boolean,
): ProtectionGate {
  let open: (unlocked: Unlocked) => void = () => undefined;
  let state: ProtectionState = { state: 'choose' };
  let held: { keys: Keys; lock: (keys: Keys) => StoredKeys } | null = null;
  const unlocked = new Promise<Unlocked>((resolve) => {
    open = resolve;
  });
  const ready = (keys: Keys, protection: Protection, lock: (keys: Keys) => StoredKeys): ProtectionAnswer => {
    state = { state: 'ready' };
    held = { keys, lock };
    open({ keys, protection });
    return { ok: true };
  };
  const readyAgain = (
    kept: KeptKeys,
    protection: Protection,
    lock: (keys: Keys) => StoredKeys,
  ): ProtectionAnswer => {
    const keys = { ...newKeys(), ...kept } as Keys;
    if (kept.people === undefined) writeKeyFile(path, lock(keys));
    return ready(keys, protection, lock);
  };
  const readyAnew = (lock: (keys: Keys) => StoredKeys): ProtectionAnswer => {
    const keys = newKeys();
    const kept = lock(keys);
    writeKeyFile(path, kept);
    return ready(keys, kept.protection, lock);
  };
  const inTheOpen = (keys: Keys): StoredKeys => ({ protection: 'unprotected', keys });

  const stored = readKeyFile(path);
  if (stored?.protection === 'unprotected') readyAgain(stored.keys, 'unprotected', inTheOpen);
  else if (stored?.protection === 'passphrase') state = { state: 'locked' };
  else if (stored?.protection === 'keystore') {
    if (keyStore === null) throw new Error('key_store_gone');
    readyAgain(unlockWithKeyStore(stored, keyStore), 'keystore', (keys) => lockWithKeyStore(keys, keyStore));
  } else if (keyStore !== null) readyAnew((keys) => lockWithKeyStore(keys, keyStore));
  else if (unprotected) readyAnew(inTheOpen);

  return {
    state: () => state,
    unlocked,
    choose(input) {
      const choice = readBy(Choice, input);
      if (!choice.success || state.state === 'ready') return { ok: false, code: 'not_now' };
      if (choice.data.kind === 'unprotected') {
        return state.state === 'choose' ? readyAnew(inTheOpen) : { ok: false, code: 'not_now' };
      }
      const { passphrase } = choice.data;
      const lock = (keys: Keys): StoredKeys => lockWithPassphrase(keys, passphrase);
      if (stored?.protection === 'passphrase') {
        const keys = unlockWithPassphrase(stored, passphrase);
        return keys === null ? { ok: false, code: 'wrong_passphrase' } : readyAgain(keys, 'passphrase', lock);
      }
      if (passphrase.length < SHORTEST_PASSPHRASE) return { ok: false, code: 'passphrase_short' };
      return readyAnew(lock);
    },
    keys() {
      if (held === null) throw new Error('the keys are locked');
      return held.keys;
    },
    destroy(mode) {
      if (held === null) throw new Error('the keys are locked');
      const { replica, outbox } = newKeys();
      held.keys = { ...held.keys, replica, ...(mode === 'all' && { outbox }) };
      writeKeyFile(path, held.lock(held.keys));
      return held.keys;
    },
  };
}
