import { describe, expect, it } from 'vitest';
import { HeadCache } from './head-cache.ts';
import { Routes } from './routes.ts';
import { newSession, type Session, setActive } from './session.ts';
import { TestLink, World } from './test-world.ts';

function setUp() {
  const world = new World();
  const routes = new Routes(world.store, new HeadCache(world.store));
  const holding = (...scopes: string[]): Session => {
    const session = newSession(new TestLink(), world.viewer(), 0, routes);
    setActive(session, new Set(scopes));
    return session;
  };
  const concerned = (): Session[] => {
    routes.follow();
    return [...routes.take()];
  };
  return { world, holding, concerned };
}

describe('a commit concerns', () => {
  it('the consoles that hold a scope of the row before or after, each once, and no others', () => {
    const { world, holding, concerned } = setUp();
    const fra = holding('station:FRA', 'queue:de');
    const muc = holding('station:MUC');
    const other = holding('station:JFK');
    world.commit(world.profile('p', ['station:FRA', 'queue:de']));
    expect(concerned()).toEqual([fra]);
    world.commit(world.profile('p', ['station:MUC']));
    expect(new Set(concerned())).toEqual(new Set([fra, muc]));
    world.commit({ table: 'profile', id: 'p', json: null, scopes: [] });
    expect(concerned()).toEqual([muc]);
    expect(concerned()).toEqual([]);
    expect(other.concerned).toBe(false);
  });

  it('whoever holds anything, where it is a bundle', () => {
    const { world, holding, concerned } = setUp();
    const fra = holding('station:FRA');
    holding();
    world.commit({ table: 'bundle', id: 'b', json: '{}', scopes: [] });
    expect(concerned()).toEqual([fra]);
  });

  it('nobody any more who has given its scope up', () => {
    const { world, holding, concerned } = setUp();
    const session = holding('station:FRA', 'station:MUC');
    setActive(session, new Set(['station:MUC']));
    world.commit(world.profile('p', ['station:FRA']));
    expect(concerned()).toEqual([]);
    world.commit(world.profile('q', ['station:MUC']));
    expect(concerned()).toEqual([session]);
  });

  it('a console from the first commit that does, however many there were before', () => {
    const { world, holding, concerned } = setUp();
    const session = holding('station:FRA');
    for (let i = 0; i < 5; i++) {
      world.commit(world.profile(`p${i}`, ['station:MUC']));
      expect(concerned()).toEqual([]);
    }
    world.commit(world.profile('q', ['station:FRA']));
    concerned();
    expect(session).toMatchObject({ concerned: true, scanned: 5 });
    world.commit(world.profile('r', ['station:FRA']));
    concerned();
    expect(session.scanned).toBe(5);
  });
});
