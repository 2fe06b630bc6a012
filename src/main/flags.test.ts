import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFlags } from './flags.ts';
import { isSafeAddress } from './security/address.ts';

const flags = (...argv: string[]) => {
  const result = parseFlags(argv);
  if (!result.ok) throw new Error(result.message);
  return result.flags;
};

describe('the command line', () => {
  it('reads both spellings and leaves what belongs to Chromium alone', () => {
    expect(flags('--station', 'BER', '--speed=2.5', '--disable-gpu', '--ozone-platform=x11')).toMatchObject({
      station: 'BER',
      speed: 2.5,
    });
  });

  it('has no simulated airport where there is none', () => {
    expect(flags().demo).toBe(true);
    expect(parseFlags([], { demo: false })).toMatchObject({ ok: true, flags: { demo: false } });
  });

  it('[S27] a smoke run is the explicit choice to keep keys unprotected, an ordinary start asks', () => {
    expect(flags('--smoke', 'a.png').protection).toBe('unprotected');
    expect(flags().protection).toBe('ask');
  });

  it.each([
    [['--speed', 'fast'], '--speed takes a number'],
    [['--passengers', '0'], '--passengers takes a number'],
    [['--smoke'], '--smoke needs a value'],
    [['--smoke', '--core'], '--smoke needs a value'],
    [['--station', 'Frankfurt'], 'three letters'],
    [['--core', 'http://example.org'], '--core takes an https:// address'],
    [['--protection', 'none'], '--protection takes'],
  ])('says what is wrong with %j', (argv, sentence) => {
    expect(parseFlags(argv)).toEqual({ ok: false, message: expect.stringContaining(sentence) });
  });

  it('[S1] takes a core over TLS, or on this machine', () => {
    for (const good of [
      'https://core.example',
      'http://127.0.0.1:8080',
      'http://localhost:1',
      'http://[::1]:2',
    ])
      expect(isSafeAddress(good)).toBe(true);
    for (const evil of [
      'http://core.example',
      'ftp://127.0.0.1',
      'ws://localhost',
      'http://127.0.0.1.evil.example',
      'javascript:1',
      '',
      // [S15] The same rule stands before an address that is shown outside.
      ...['file:///etc/passwd', 'smb://host/share', 'ms-msdt:/id', 'search-ms:query=x', 'data:text/html,x'],
      ...[
        'https://user@host.example',
        'https://user:word@host.example',
        'https://',
        'http://127.0.0.1\r\n.evil',
      ],
    ])
      expect(isSafeAddress(evil)).toBe(false);
  });

  it('tells its options to who asks, as an answer and not as a fault', () => {
    expect(parseFlags(['--help'])).toEqual({
      ok: false,
      asked: true,
      message: expect.stringContaining('--station'),
    });
  });

  it('answers whatever it is given', () => {
    fc.assert(fc.property(fc.array(fc.string()), (argv) => void parseFlags(argv)));
  });
});
