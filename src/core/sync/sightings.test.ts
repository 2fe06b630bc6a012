import { expect, it } from 'vitest';
import { Sightings } from './sightings.ts';

it('[C4] an opening is an entry of the audit, once in ten minutes for one person and customer', () => {
  const entries: unknown[] = [];
  const audit = (...entry: unknown[]) => void entries.push(entry);
  const sightings = new Sightings({ audit }, () => 77);
  sightings.seen('anna', 'P1', 0);
  sightings.seen('anna', 'P1', 599_999);
  sightings.seen('anna', 'P2', 1);
  sightings.seen('otto', 'P1', 2);
  sightings.forget(599_999);
  sightings.seen('anna', 'P1', 600_000);
  expect(entries).toEqual(
    [
      ['anna', 'P1'],
      ['anna', 'P2'],
      ['otto', 'P1'],
      ['anna', 'P1'],
    ].map(([subject, profile]) => [subject, 'open', { profile }, 77]),
  );
});
