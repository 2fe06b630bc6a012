import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_POLICY, parsePolicy } from '../policy/policy.ts';
import { keepKeysClosed } from '../policy/protection.ts';
import type { KeyStore } from './key-ring.ts';
import { openGate, protectionGate } from './protection.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-keys-'));
  file = join(folder, 'sub', 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Reversible and visibly not plain text; the real key stores are the operating system's. */
const store: KeyStore = {
  wrap: (text) => Buffer.from(text, 'utf8').reverse().toString('base64'),
  unwrap: (wrapped) => Buffer.from(wrapped, 'base64').reverse().toString('utf8'),
};

const OLD = { replica: 'a'.repeat(64), outbox: 'b'.repeat(64) };

describe('the keys of replica and outbox', () => {
  it('[S27] [S28] are made once and kept by the key store, never in the open', async () => {
    const first = await protectionGate(file, store, false).unlocked;
    const again = await protectionGate(file, store, false).unlocked;
    expect(again).toEqual(first);
    expect(first.protection).toBe('keystore');
    expect(first.keys.replica).toMatch(/^[0-9a-f]{64}$/u);
    expect(first.keys.replica).not.toBe(first.keys.outbox);
    expect(readFileSync(file, 'utf8')).not.toContain(first.keys.replica);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('[S27] without a key store nothing opens before somebody has chosen', async () => {
    const gate = protectionGate(file, null, false);
    expect(gate.state()).toEqual({ state: 'choose' });
    expect(gate.choose({ kind: 'passphrase', passphrase: 'short' })).toEqual({
      ok: false,
      code: 'passphrase_short',
    });
    expect(gate.choose({ kind: 'anything' })).toEqual({ ok: false, code: 'not_now' });
    expect(gate.choose({ kind: 'passphrase', passphrase: 'correct horse' })).toEqual({ ok: true });
    expect((await gate.unlocked).protection).toBe('passphrase');
  });

  it('a passphrase locks the keys, a wrong one does not open them, and the choice cannot be undone by choosing again', async () => {
    const first = protectionGate(file, null, false);
    first.choose({ kind: 'passphrase', passphrase: 'Grüße aus Köln' });
    const { keys } = await first.unlocked;
    expect(readFileSync(file, 'utf8')).not.toContain(keys.outbox);
    const gate = protectionGate(file, null, true);
    expect(gate.state()).toEqual({ state: 'locked' });
    expect(gate.choose({ kind: 'passphrase', passphrase: 'grüße aus köln' })).toEqual({
      ok: false,
      code: 'wrong_passphrase',
    });
    expect(gate.choose({ kind: 'unprotected' })).toEqual({ ok: false, code: 'not_now' });
    expect(gate.choose({ kind: 'passphrase', passphrase: 'Gru\u0308ße aus Ko\u0308ln' })).toEqual({
      ok: true,
    });
    expect((await gate.unlocked).keys).toEqual(keys);
  });

  it('are kept in the open only after the explicit choice', async () => {
    const gate = protectionGate(file, null, false);
    expect(gate.choose({ kind: 'unprotected' })).toEqual({ ok: true });
    expect(await gate.unlocked).toMatchObject({ protection: 'unprotected' });
    expect((await protectionGate(file, null, false).unlocked).protection).toBe('unprotected');
  });

  it('[S28] a wipe destroys keys for good and keeps the new ones as the old ones were kept', async () => {
    const gate = protectionGate(file, store, false);
    const { keys } = await gate.unlocked;
    const afterReplica = gate.destroy('replica');
    expect(afterReplica.outbox).toBe(keys.outbox);
    expect(afterReplica.replica).not.toBe(keys.replica);
    const afterAll = gate.destroy('all');
    expect([keys.outbox, afterReplica.replica]).not.toContain(afterAll.outbox);
    expect(await protectionGate(file, store, false).unlocked).toEqual({
      keys: afterAll,
      protection: 'keystore',
    });
  });

  it('[S27] of a console from before people signed in are kept, with one more that stays', async () => {
    writeFileSync(join(folder, 'old.json'), JSON.stringify({ protection: 'unprotected', keys: OLD }));
    const { keys } = await protectionGate(join(folder, 'old.json'), null, false).unlocked;
    expect(keys).toMatchObject(OLD);
    expect(keys.people).toMatch(/^[0-9a-f]{64}$/u);
    const gate = protectionGate(join(folder, 'old.json'), null, false);
    expect((await gate.unlocked).keys).toEqual(keys);
    expect(gate.destroy('all').people).toBe(keys.people);
  });

  it('a damaged key file is not overwritten by new keys: the data would be lost', async () => {
    const { keys } = await protectionGate(file, store, false).unlocked;
    writeFileSync(file, '{"protection":"keys');
    expect(() => protectionGate(file, store, false)).toThrow();
    // A window can say so: no choice is offered, and nothing opens.
    const gate = openGate(file, store, false);
    await expect(gate.unlocked).rejects.toThrow();
    expect(() => gate.keys()).toThrow();
    const choose = await keepKeysClosed(gate, parsePolicy('{"unprotected":false}', 'policy.json'));
    for (const choice of [{ kind: 'unprotected' }, { kind: 'passphrase', passphrase: keys.outbox }])
      expect(choose(choice)).toMatchObject({ ok: false });
    expect(readFileSync(file, 'utf8')).toBe('{"protection":"keys');
  });
});

describe('[S27] under a policy that allows nothing in the open', () => {
  const closed = parsePolicy('{"unprotected":false}', 'policy.json');

  it('a passphrase is the only choice', async () => {
    const gate = protectionGate(file, null, false);
    const choose = await keepKeysClosed(gate, closed);
    expect(choose({ kind: 'unprotected' })).toEqual({ ok: false, code: 'not_allowed' });
    expect(gate.state()).toEqual({ state: 'choose' });
    expect(choose({ kind: 'passphrase', passphrase: 'correct horse' })).toEqual({ ok: true });
  });

  it('data that is in the open already does not start', async () => {
    protectionGate(file, null, true);
    await expect(keepKeysClosed(protectionGate(file, null, false), closed)).rejects.toThrow('in the open');
    const kept = await keepKeysClosed(protectionGate(file, null, false), NO_POLICY);
    expect(kept({ kind: 'unprotected' })).toEqual({ ok: false, code: 'not_now' });
  });
});
