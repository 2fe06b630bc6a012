import { describe, expect, it } from 'vitest';
import { eventOf, type Mapping, mappingSchema, missingColumns } from './mapping.ts';

const keyOf = (text: string): string => `k${text.length}`;
const mapping = (change: object = {}): Mapping =>
  mappingSchema.parse({
    ...{ type: 'identify', userId: 'Nr', timestamp: 'Stand' },
    fields: {
      firstName: 'Vorname',
      'address.city': 'Ort',
      points: { column: 'Punkte', as: 'number' },
      vip: { column: 'VIP', as: 'boolean' },
    },
    ...change,
  });

describe('[IM2] a row becomes an event', () => {
  it('with who, when and what its columns say', () => {
    const row = {
      Nr: ' 4711 ',
      Stand: '2026-11-01',
      Vorname: 'Anna',
      Ort: 'Mainz',
      Punkte: '12.5',
      VIP: 'yes',
    };
    expect(eventOf(mapping(), row, keyOf)).toMatchObject({
      ok: true,
      event: {
        ...{ type: 'identify', userId: '4711', timestamp: '2026-11-01T00:00:00.000Z' },
        context: { app: { name: 'import' } },
        traits: { firstName: 'Anna', address: { city: 'Mainz' }, points: 12.5, vip: true },
      },
    });
  });

  it('an empty cell says nothing', () => {
    const read = eventOf(mapping(), { Nr: '1', Stand: '', Vorname: '', Ort: null, Punkte: '' }, keyOf);
    expect(read).toMatchObject({ ok: true, event: { traits: {} } });
    expect(read.ok && 'timestamp' in read.event).toBe(false);
  });

  it.each([
    [{ Nr: '' }, 'no_user', /Nr is empty/u],
    [{ Nr: '1', Punkte: '1,5' }, 'value', /Punkte: "1,5" is not a number/u],
    [{ Nr: '1', VIP: 'perhaps' }, 'value', /VIP: "perhaps" is not a boolean/u],
    [{ Nr: '1', Stand: '1.11.2026' }, 'value', /Stand: "1.11.2026" is not a time/u],
  ])('or is bad, with its column and value: %j', (row, code, message) => {
    expect(eventOf(mapping(), row, keyOf)).toEqual({
      ok: false,
      code,
      message: expect.stringMatching(message),
    });
  });

  it('cannot reach what objects inherit, nor put a value below a value', () => {
    const inherited = { '__proto__.polluted': 'Vorname', 'constructor.prototype.polluted': 'Ort' };
    eventOf(mapping({ fields: inherited }), { Nr: '1', Vorname: 'x', Ort: 'y' }, keyOf);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    const read = eventOf(
      mapping({ fields: { a: 'Vorname', 'a.b': 'Ort' } }),
      { Nr: '1', Vorname: 'x', Ort: 'y' },
      keyOf,
    );
    expect(read).toEqual({ ok: false, code: 'value', message: 'a.b: a has a value already' });
  });

  it('is known again: by its column, otherwise by what is in it and what is made of it', () => {
    const id = (map: Mapping, row: object): string => {
      const read = eventOf(map, { ...row }, (text) => text);
      return read.ok ? read.event.messageId : '';
    };
    const row = { Nr: '1', Vorname: 'Anna' };
    expect(id(mapping(), row)).toBe(id(mapping(), { ...row }));
    expect(id(mapping(), row)).not.toBe(id(mapping(), { ...row, Vorname: 'Anne' }));
    expect(id(mapping(), row)).not.toBe(id(mapping({ source: 'crm' }), row));
    expect(id(mapping({ messageId: 'Nr' }), row)).toBe('1');
  });

  it('from nested rows too, with ids that are made of several columns', () => {
    const map = mappingSchema.parse({
      ...{ type: 'identify', userId: { template: 'crm/{id}/{of.land}' }, messageId: 'of.stand' },
      fields: { city: 'of.city', dotted: 'a.b', inherited: 'constructor.name' },
    });
    const row = {
      id: 7,
      'a.b': 'as it is',
      a: { b: 'not this' },
      of: { land: 'DE', stand: 'x', city: 'Mainz' },
    };
    expect(eventOf(map, row, keyOf)).toMatchObject({
      ok: true,
      event: { userId: 'crm/7/DE', messageId: 'x', traits: { city: 'Mainz', dotted: 'as it is' } },
    });
    const without = eventOf(map, { ...row, of: {} }, keyOf);
    expect(without).toEqual({ ok: false, code: 'no_user', message: 'id, of.land is empty' });
    expect(missingColumns(map, ['id', 'a.b'])).toEqual([
      'of.land',
      'of.stand',
      'of.city',
      'constructor.name',
    ]);
  });

  it('is taken as it is without a mapping', () => {
    const event = { type: 'track', event: 'Purchase', userId: '1', messageId: 'm' };
    expect(eventOf(null, event, keyOf)).toEqual({ ok: true, event });
    expect(eventOf(null, { userId: '1' }, keyOf)).toMatchObject({ ok: false, code: 'type' });
  });
});

describe('[IM1] a mapping', () => {
  it('names its columns, so that a missing one is seen before anything is sent', () => {
    expect(missingColumns(mapping(), ['Nr', 'Vorname', 'Ort', 'Punkte'])).toEqual(['Stand', 'VIP']);
  });

  it('needs a user, and an event for track', () => {
    expect(mappingSchema.safeParse({ type: 'identify', fields: {} }).success).toBe(false);
    expect(mappingSchema.safeParse({ type: 'track', userId: 'Nr', fields: {} }).success).toBe(false);
  });
});
