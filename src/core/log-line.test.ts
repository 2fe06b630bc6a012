import { describe, expect, it } from 'vitest';
import { logLine } from './log-line.ts';

const NOW = Date.parse('2026-11-27T10:00:00Z');
const read = (what: unknown) => JSON.parse(logLine(what, NOW));

describe('lines of the log', () => {
  it('[LG1] say when, how bad, what and where', () => {
    const error = Object.assign(new TypeError('no such thing'), { code: 'SQLITE_FULL' });
    const line = read(error);
    expect(line).toMatchObject({
      ...{ time: '2026-11-27T10:00:00.000Z', severity: 'ERROR', error: 'TypeError', code: 'SQLITE_FULL' },
      message: 'no such thing',
    });
    expect(line.at[0]).toContain('log-line.test.ts');
    expect(read('a unit waited 3,000 ms')).toEqual({
      ...{ time: '2026-11-27T10:00:00.000Z', severity: 'WARN' },
      message: 'a unit waited 3,000 ms',
    });
    expect(logLine(error, NOW)).not.toContain('\n');
  });

  it('[LG1] say nothing of a customer and no secret', () => {
    const quoting = (() => {
      try {
        return JSON.parse('Anna Weber lives here');
      } catch (error) {
        return error;
      }
    })();
    const token = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.${'a'.repeat(43)}`;
    const texts = [
      logLine(quoting, NOW),
      logLine(new Error('no answer for anna@example.org or +49 170 1234567'), NOW),
      logLine(new Error(`postgres://kairos:secret@db/one refused ${token} and ${'0f'.repeat(32)}`), NOW),
      logLine('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', NOW),
    ].join('\n');
    for (const secret of ['Anna', 'example.org', '1234567', 'secret', token, '0f0f', 'MfKQ9'])
      expect(texts, secret).not.toContain(secret);
    expect(texts).toContain('no answer for *** or ***');
  });
});
