import { describe, expect, it } from 'vitest';
import { createSettings, exported, imported, readSettings, zoomed } from './settings.ts';

function machine(kept: { [key: string]: string } = {}) {
  const items = new Map(Object.entries(kept));
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

describe('settings of an operator', () => {
  it('come back after a restart', () => {
    const storage = machine();
    createSettings(storage, 'en').store.setState({ theme: 'dark', keys: { accept: 'ö' } });
    expect(createSettings(storage, 'en').store.getState()).toMatchObject({
      theme: 'dark',
      keys: { accept: 'ö' },
    });
  });

  it('are his own on a machine that several use', () => {
    const storage = machine();
    const shared = createSettings(storage, 'en');
    shared.use('anna');
    shared.store.setState({ language: 'de' });
    shared.use('ben');
    expect(shared.store.getState().language).toBe('en');
    shared.store.setState({ density: 'compact' });
    shared.use('anna');
    expect(shared.store.getState()).toMatchObject({ language: 'de', density: 'comfortable' });
    expect(createSettings(storage, 'en').store.getState().language).toBe('de');
  });

  it.each([
    ['es-MX', 'es'],
    ['de', 'de'],
    ['DE_at', 'de'],
    ['fr-FR', 'en'],
    ['est', 'en'],
    ['', 'en'],
  ])('begin in the language of the system, %s', (system, language) => {
    expect(readSettings(undefined, system).language).toBe(language);
  });

  it('begin with what this machine was set to before there were operators', () => {
    const storage = machine({ 'kairos.session': '{"theme":"dark","language":"de","tab":"trips"}' });
    const first = createSettings(storage, 'en');
    storage.setItem('kairos.session', '{"tab":"trips"}');
    first.use('anna');
    expect(first.store.getState()).toMatchObject({ theme: 'dark', language: 'de' });
  });

  it('follow what another window sets', () => {
    const storage = machine();
    const [one, other] = [createSettings(storage, 'en'), createSettings(storage, 'en')];
    one.store.setState({ theme: 'dark' });
    other.again();
    expect(other.store.getState().theme).toBe('dark');
  });

  it.each([
    null,
    7,
    [],
    { theme: 'pink', language: 7, zoom: 3, keys: [1], density: {} },
    { keys: { accept: 7 } },
  ])('fall back from %j to the usual ones in the language of the system', (kept) => {
    expect(readSettings(kept, 'de-AT')).toEqual({ ...readSettings(undefined, 'en'), language: 'de' });
  });

  it('go to another machine as a file, and nothing else is taken for one', () => {
    const { store } = createSettings(machine(), 'en');
    store.setState({ theme: 'dark', keys: { later: 'ö' }, preset: 'function-keys' });
    const other = createSettings(machine(), 'en');
    expect(other.take(exported(store.getState()))).toBe(true);
    expect(other.store.getState()).toEqual(store.getState());
    for (const text of ['', 'null', '[]', '{"settings":{}}']) expect(imported(text, 'en')).toBeNull();
  });

  it('keep those of the operators who were here last', () => {
    const storage = machine();
    const shared = createSettings(storage, 'en');
    for (let one = 0; one < 150; one += 1) {
      shared.use(`operator-${one}`);
      shared.store.setState({ theme: 'dark' });
    }
    const { of } = JSON.parse(storage.items.get('kairos.settings') ?? '{}') as { of: object };
    expect(Object.keys(of)).toHaveLength(100);
    expect(of).toHaveProperty('operator-149');
  });

  it('have a largest and a smallest size', () => {
    expect([zoomed(100, 1), zoomed(200, 1), zoomed(80, -1)]).toEqual([110, 200, 80]);
  });
});
