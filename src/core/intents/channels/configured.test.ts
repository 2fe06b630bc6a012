import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readDestinations } from './configured.ts';

const folder = mkdtempSync(join(tmpdir(), 'destinations-'));
const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const hook = { kind: 'webhook', channel: 'sms', url: 'https://partner.example/hook', secret };
const mail = {
  kind: 'smtp',
  channel: 'email',
  url: 'smtps://u:hidden-pass@mail.example',
  from: 'A <a@air.example>',
};

function read(content: unknown) {
  writeFileSync(
    join(folder, 'destinations.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  const destinations = readDestinations(folder);
  for (const one of destinations) one.close();
  return destinations;
}

afterEach(() => rmSync(join(folder, 'destinations.json'), { force: true }));

describe('destinations.json', () => {
  it('[T19] is not needed, and reads what is in order, slow unless it says otherwise', () => {
    expect(readDestinations(folder)).toEqual([]);
    expect(read({ destinations: [hook, { ...mail, class: 'seconds' }] })).toMatchObject([
      { channel: 'sms', kind: 'webhook', class: 'minutes', facts: [] },
      { channel: 'email', kind: 'smtp', class: 'seconds', facts: ['email'] },
    ]);
    expect(read({ destinations: [{ ...hook, url: 'http://127.0.0.1:9/x' }] })).toHaveLength(1);
  });

  it('[T19] says the place of a mistake and never a value', () => {
    const cases: [unknown, string][] = [
      ['{"destinations": [hidden-pass', 'it is not JSON'],
      [{ destinations: [{ ...hook, url: 'http://partner.example/hidden-pass' }] }, 'destinations.0.url'],
      [{ destinations: [{ ...hook, secret: 'hidden-pass' }] }, 'destinations.0.secret'],
      [{ destinations: [{ ...mail, url: 'https://u:hidden-pass@x.example' }] }, 'destinations.0.url'],
      [{ destinations: [mail, { ...mail }] }, 'email is there twice'],
      [{ destinations: [{ ...mail, pass: 'hidden-pass' }] }, 'destinations.0'],
      [{ destinations: [{ ...mail, class: 'hidden-pass' }] }, 'destinations.0.class'],
    ];
    for (const [content, place] of cases) {
      const failure = (() => {
        try {
          read(content);
          return '';
        } catch (error) {
          return String(error);
        }
      })();
      expect(failure).toContain(place);
      expect(failure).not.toContain('hidden-pass');
    }
  });
});
