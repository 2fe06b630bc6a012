import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fitting, readPlace, writePlace } from './place.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-place-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'window.json');
const place = { x: 2000, y: 40, width: 1600, height: 1000, maximized: false };
const first = { x: 0, y: 0, width: 1920, height: 1080 };
const second = { x: 1920, y: 0, width: 1280, height: 800 };

describe('the place of a window', () => {
  it('is as it was at the end', () => {
    writePlace(file, place);
    expect(readPlace(file)).toEqual(place);
  });

  it.each(['', '{', '{"x":1}', '{"x":1,"y":1,"width":1e9,"height":300,"maximized":false}'])(
    'is the usual one where %j was kept',
    (text) => {
      writeFileSync(file, text);
      expect(readPlace(file)).toBeNull();
    },
  );

  it('is no larger than its screen', () => {
    expect(fitting(place, [first, second])).toEqual({ ...place, width: 1280, height: 800 });
  });

  it('is the usual one where its screen is gone', () => {
    expect(fitting(place, [first])).toBeNull();
    expect(fitting({ ...place, x: 100, y: -300 }, [first])).toBeNull();
  });
});
