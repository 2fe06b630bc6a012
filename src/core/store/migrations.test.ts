import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Fold } from '../fold/fold.ts';
import { migrate } from './database.ts';
import { DecisionStore } from './decisions.ts';
import { EventStore } from './events.ts';
import { IdentityStore } from './identities.ts';
import { LogStore } from './log.ts';
import { lean } from './migrations/006-lean.ts';
import { learning } from './migrations/007-learning.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { ProfileStore } from './profiles.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

/** A store as it was before `lean`: two users who share a card, one of them with an e-mail address and a past flight. */
function oldStore(): Database.Database {
  const db = new Database(':memory:');
  migrate(db, MIGRATIONS.slice(0, MIGRATIONS.indexOf(lean)));
  db.exec(`
    INSERT INTO profile (id, born, user_id, state, timeline) VALUES
      ('P1', 1, 'u1', '{"facts":[["email",[1,0,"m1","crm","a@x.org"]]],"lists":[]}', '[]'),
      ('P2', 2, 'u2', '{"facts":[],"lists":[]}', '[]');
    INSERT INTO identity (iid, type, value, component, owner) VALUES
      (1, 'userId', 'u1', 1, 'P1'), (2, 'loyaltyNumber', 'L1', 2, 'P1'), (3, 'userId', 'u2', 3, 'P2');
    INSERT INTO finder (type, value, profile) VALUES ('email', 'a@x.org', 'P1');
    INSERT INTO flight_profile (key, profile, active) VALUES ('LH1/2026-11-20/FRA', 'P1', 0);
    INSERT INTO claimant (iid, user_id, at, message_id) VALUES (2, 'u1', 5, 'm1'), (2, 'u2', 7, 'm2');
    INSERT INTO contact (id, profile, json, open) VALUES ('k1', 'P2', '{"id":"k1","state":"waiting","queue":"q"}', 1);
    INSERT INTO change_log (seq, tbl, id, scopes_before, v_before, hidden) VALUES
      (1, 0, 'P1', '[]', 0, 0), (2, 0, 'P1', '["station:FRA"]', 1, 0), (3, 0, 'P1', '[]', 0, 0),
      (4, 0, 'P3', '[]', 0, 0), (5, 0, 'P3', '["station:MUC"]', 4, 0);
    INSERT INTO row (tbl, id, v, json, scopes) VALUES (0, 'P1', 3, '{"id":"P1"}', '[]'), (0, 'P2', 1, '{}', '[]');
    INSERT INTO head (one, epoch, seq, chain, floor) VALUES (1, 'e', 5, 'c', 0);
  `);
  return db;
}

describe('lean', () => {
  it('keeps with each profile what stands beside it, so that the fold goes on', () => {
    const db = oldStore();
    migrate(db);
    const stores = {
      log: new LogStore(db, () => NOW),
      events: new EventStore(db),
      identities: new IdentityStore(db),
      profiles: new ProfileStore(db),
    };
    expect(JSON.parse(stores.profiles.get('P1')?.beside ?? '')).toEqual({
      identities: [
        ['loyaltyNumber', 'L1'],
        ['userId', 'u1'],
      ],
      finders: [['email', 'a@x.org']],
      flights: [['LH1/2026-11-20/FRA', 0]],
      shared: [{ userId: 'u2', at: 7 }],
      contacts: false,
      opened: false,
    });
    expect(JSON.parse(stores.profiles.get('P2')?.beside ?? '')).toMatchObject({
      contacts: true,
      finders: [],
    });
    const fold = new Fold(stores, { now: () => NOW, newId: () => 'new' });
    const traits = { email: null, firstName: 'Anna' };
    const said = {
      kind: 'event',
      id: 'm9',
      type: 'identify',
      name: 'identify',
      at: NOW,
      source: 'crm',
    } as const;
    stores.log.transaction((log) => {
      fold.take({ ...said, userId: 'u1', identities: [], properties: traits });
      log.commit(fold.flush());
    });
    expect(fold.holders('email', 'a@x.org')).toEqual([]);
    const row = JSON.parse(stores.log.row('profile', 'P1')?.json ?? '');
    expect(row.facts).toMatchObject({
      firstName: { value: 'Anna' },
      'segment.possible-duplicate': { value: ['u2'] },
    });
    db.close();
  });

  it('finds the scopes of profiles that were removed before, and of those that came again', () => {
    const db = oldStore();
    migrate(db);
    const log = new LogStore(db, () => NOW);
    expect(log.scopesSinceFloor('profile', 'P1')).toEqual(['station:FRA']);
    expect(log.scopesSinceFloor('profile', 'P3')).toEqual(['station:MUC']);
    expect(log.scopesSinceFloor('profile', 'never')).toEqual([]);
    db.close();
  });
});

describe('learning', () => {
  it('joins the outcomes that were there with their decisions, in the order in which they came', () => {
    const db = new Database(':memory:');
    migrate(db, MIGRATIONS.slice(0, MIGRATIONS.indexOf(learning)));
    db.exec(`
      INSERT INTO decision (id, profile, at, json) VALUES ('d1', 'P1', 5, '{"chosen":{"action":"a1"}}'),
        ('d2', 'P2', 6, '{"chosen":null}');
      INSERT INTO outcome (decision, outcome, at, json) VALUES ('d1', 'positive', 9, '{}'),
        ('d1', 'presented', 7, '{}');
    `);
    migrate(db);
    const decisions = new DecisionStore(db);
    expect(decisions.joinedAfter(0, 10).map((one) => [one.outcome, one.joined])).toEqual([
      ['positive', 1],
      ['presented', 2],
    ]);
    expect(decisions.inOrderAfter([0, '', 0], 2, 10).map((one) => one.outcome)).toEqual([
      'presented',
      'positive',
    ]);
    expect(decisions.harm('a1', 0)).toEqual({ shown: 1, harmed: 0 });
    expect(decisions.addOutcome('d1', 'positive', 9, '{}')).toBe(false);
    expect(decisions.addOutcome('d2', 'complaint', 1, '{}')).toBe(true);
    expect(decisions.joinedAfter(2, 10)).toMatchObject([{ decision: 'd2', at: 6, place: 4, joined: 3 }]);
  });
});
