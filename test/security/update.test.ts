/** [C10] The feed of updates: whatever comes is refused in a word of the list; nothing throws anything else, nothing is kept. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { feedAt } from '../../src/main/update/feed.ts';
import { choosePackage, REFUSALS, Refused, readManifest } from '../../src/main/update/manifest.ts';
import { fetchUpdate } from '../../src/main/update/staged.ts';
import {
  ASKER,
  manifestOf,
  PACKAGE,
  packageOf,
  publicKey,
  signed,
} from '../../src/main/update/update.testing.ts';
import { inputs, JUNK, PATIENCE } from './material.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-feed-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns the word it is refused with; undefined where it is taken. Any other error fails the test. */
function refusal(look: () => unknown): string | undefined {
  try {
    look();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.code;
  }
}

const bytes = fc.uint8Array({ maxLength: 3_000 });
const flipped = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
const spoil = (whole: Buffer, [place, by]: [number, number]): Buffer => {
  const copy = Buffer.from(whole);
  copy[place % copy.length] = (copy[place % copy.length] as number) ^ by;
  return copy;
};

describe('[C10] the feed of updates', () => {
  it('takes no manifest with one byte changed, in it or in its signature, and no bytes at all that nobody signed', {
    timeout: PATIENCE,
  }, () => {
    const { bytes: whole, signature } = signed(manifestOf());
    fc.assert(
      fc.property(flipped, flipped, bytes, bytes, (one, two, text, sign) => {
        expect(refusal(() => readManifest(spoil(whole, one), signature, publicKey))).toBe('signature');
        expect(refusal(() => readManifest(whole, spoil(signature, two), publicKey))).toBe('signature');
        expect(refusal(() => readManifest(text, sign, publicKey))).toBe('signature');
      }),
      inputs(0.4),
    );
  });

  it('refuses whatever is signed and is not a release for this console, in a word', {
    timeout: PATIENCE,
  }, () => {
    const odd = fc.oneof(
      fc.constantFrom(...JUNK),
      fc.json().map((text) => JSON.parse(text) as unknown),
      fc.string(),
    );
    const name = fc.constantFrom(...Object.keys(manifestOf()), 'packages.0', 'x', '__proto__');
    fc.assert(
      fc.property(name, odd, fc.boolean(), (member, value, isWhole) => {
        const one = { ...packageOf(PACKAGE), ...(typeof value === 'object' ? value : { file: value }) };
        const changed =
          member === 'packages.0' ? manifestOf({ packages: [one] }) : manifestOf({ [member]: value });
        const text = isWhole ? JSON.stringify(value ?? null) : JSON.stringify(changed);
        const release = signed(text);
        const code = refusal(() =>
          choosePackage(readManifest(release.bytes, release.signature, publicKey), ASKER),
        );
        if (code !== undefined) expect(REFUSALS).toContain(code);
        if (isWhole) expect(code).toBe(text.length > 65_536 ? 'oversize' : 'malformed');
      }),
      // The second one made what reads it throw instead of refuse, once in thousands.
      {
        ...inputs(0.2),
        examples: [
          ['version', 1, false],
          ['packages', { length: { toString: 1 } }, false],
        ],
      },
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('keeps no package that is cut, longer, or other than what was signed', {
    timeout: PATIENCE,
  }, async () => {
    const small = Buffer.from('a package of some bytes');
    const feed = join(folder, 'feed');
    mkdirSync(feed);
    const release = signed(manifestOf({ packages: [packageOf(small)] }));
    writeFileSync(join(feed, 'stable.json'), release.bytes);
    writeFileSync(join(feed, 'stable.json.sig'), release.signature);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          bytes.map(Buffer.from),
          flipped.map((at) => spoil(small, at)),
        ),
        async (there) => {
          writeFileSync(join(feed, 'console_1.1.0_amd64.deb'), there);
          const taken = fetchUpdate(
            join(folder, 'update'),
            feedAt(pathToFileURL(feed).href, fetch),
            publicKey,
            ASKER,
          );
          await expect(taken).rejects.toBeInstanceOf(Refused);
          expect(existsSync(join(folder, 'update'))).toBe(false);
          expect(readdirSync(folder)).toEqual(['feed']);
        },
      ),
      inputs(0.1),
    );
  });
});
