import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProfileRow } from '../../domain/profile.ts';
import type { Db } from '../store/open.ts';
import { ReplicaReader } from '../store/reader.ts';
import { openReplicaFile, SqliteReplica } from '../store/replica.ts';
import { SearchIndex } from '../store/searchIndex.ts';
import { headlineOf, urgencyOf } from '../views/headline.ts';
import { fold, nameWords, words } from './fold.ts';
import { recognise } from './recognise.ts';
import { search } from './search.ts';

const AT = '2026-11-21T10:00:00.000Z';
const folders: string[] = [];
const open: Db[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** IATA resolution 792: the name has 20 columns. */
const boardingPass = (name: string): string =>
  `M1${name.padEnd(20)}EQX7R2M FRAJFKLH 0400 325Y012A0025 147>218`;

const PASSPORT = 'P<D<<MUELLER<<ANNA<SOPHIE<<<<<<<<<<<<<<<<<<< C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4';

function person(
  id: string,
  firstName: string,
  lastName: string,
  more: { [fact: string]: string } = {},
): ProfileRow {
  const facts: ProfileRow['facts'] = {};
  for (const [name, value] of Object.entries({ firstName, lastName, ...more }))
    facts[name] = { value, source: 'crm', at: AT };
  return { id, identities: [], facts };
}

function filled(here: ProfileRow[], elsewhere: ProfileRow[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'search-'));
  folders.push(folder);
  const { db } = openReplicaFile(join(folder, 'replica.db'), 'ab'.repeat(32));
  open.push(db);
  const store = new SqliteReplica(db, (profile) => urgencyOf(profile, Date.parse(AT)));
  const row = (profile: ProfileRow) => ({ table: 'profile' as const, id: profile.id, v: 1, row: profile });
  const place = { epoch: 'e', cursor: 0, chain: '', proof: '', mask: 'm', schemaHash: '' };
  const granted = ['station:FRA', 'queue:support'];
  store.reset({ ...place, clientId: 'c', lmid: 0, rowsSeen: 0, granted, deleteRows: false });
  store.endStage('station:FRA', here.map(row), []);
  store.endStage('queue:support', elsewhere.map(row), []);
  const index = new SearchIndex(db);
  while (store.tidy() === 'more');
  const parts = {
    index,
    reader: new ReplicaReader(db),
    here: store.scopeNumber('station:FRA'),
    headline: (row: ProfileRow) => headlineOf(row, Date.parse(AT)),
    now: Date.parse(AT),
  };
  const find = (text: string): string[] => search(parts, text, 10).hits.map((hit) => hit.profileId);
  return { store, find, search: (text: string) => search(parts, text, 10) };
}

describe('folding', () => {
  it.each([
    ['Müller', 'muller'],
    ['Łukasz', 'lukasz'],
    ['Đặng Thị Hương', 'dang thi huong'],
    ['İpek Yıldız', 'ipek yildiz'],
    ['Straße', 'strasse'],
    ['Ångström', 'angstrom'],
    ['Søren Ærø', 'soren aero'],
    ['Ωδυσσέας', 'ωδυσσεας'],
    ['Йосиф', 'иосиф'],
    ['김민준', '김민준'],
    ['नमस्ते', 'नमस्ते'],
  ])('folds %s to %s', (name, folded) => {
    expect(fold(name)).toBe(folded.normalize('NFC'));
  });

  it('finds umlauts in each of three spellings, and names of two parts as one word', () => {
    expect(nameWords('Müller')).toEqual(expect.arrayContaining(['muller', 'mueller']));
    expect(nameWords('Mueller')).toEqual(expect.arrayContaining(['muller', 'mueller']));
    expect(nameWords('Mc Donald')).toContain('mcdonald');
    expect(words("O'Neil")).toEqual(['oneil']);
  });
});

describe('recognition', () => {
  it.each([
    ['zoe@example.org', 'email'],
    ['+49 (0)176 123-45678', 'phone'],
    ['2201234567890', 'ticket'],
    ['QX7R2M', 'booking'],
    ['Weber', null],
    [boardingPass('WEBER/ANNA MRS'), 'boardingPass'],
    [PASSPORT, 'passport'],
  ])('%s is %s', (text, recognised) => {
    expect(recognise(text, Date.parse(AT)).recognised).toBe(recognised);
  });

  it('[P22] reads of what is no paper the first 200 characters', () => {
    expect(recognise('ab '.repeat(300), Date.parse(AT)).words).toHaveLength(67);
  });
});

describe('search', () => {
  const anna = person('anna', 'Anna', 'Müller', {
    loyaltyNumber: 'LH 220 1234',
    ticket: '220-1234567890',
    'trip.QX7R2M.1.flight': 'LH400',
  });
  anna.identities.push(
    { type: 'phone', value: '+4917612345678' },
    { type: 'email', value: 'anna.mueller@example.org' },
    { type: 'booking', value: 'QX7R2M' },
  );
  const anton = person('anton', 'Anton', 'Mueller');
  const far = person('far', 'Anna', 'Muller-Far');

  it.each(['müller', 'Mueller', 'muller', 'MÜL'])(
    'finds every spelling of a name by %s, expected here first',
    (text) => {
      const found = filled([anna, anton], [far]).find(text);
      expect(found.slice(0, 2).sort()).toEqual(['anna', 'anton']);
      expect(found).toHaveLength(text === 'Mueller' ? 2 : 3);
    },
  );

  it.each([
    ['QX7R2M', 'booking'],
    ['qx7r', 'booking'],
    ['0176 123 456 78', 'phone'],
    ['+49 (0) 176 / 12345678', 'phone'],
    ['0049 17612345678', 'phone'],
    ['45678', 'phone'],
    ['anna.mue', 'name'],
    ['anna.mueller@', 'email'],
    ['LH2201234', 'loyaltyNumber'],
    ['2201234567890', 'ticket'],
    [boardingPass('MUELLER/ANNA MRS'), 'booking'],
    ['anna müll', 'name'],
  ])('finds her by %s as %s', (text, matched) => {
    const { hits } = filled([anna, anton]).search(text);
    expect(hits[0]).toMatchObject({ profileId: 'anna', matched });
  });

  it('[P22] finds who stands on a pass, first the bearer among those who travel on one booking', () => {
    const ida = person('ida', 'Ida', 'Müller');
    ida.identities.push({ type: 'booking', value: 'QX7R2M' });
    const { search: look } = filled([ida, anna, anton]);
    const { hits, document, bearer } = look(boardingPass('MUELLER/ANNA MRS'));
    expect(bearer).toBe('anna');
    expect(hits.map((hit) => hit.profileId)).toEqual(['anna', 'ida']);
    expect(document).toMatchObject({ kind: 'boardingPass', lastName: 'MUELLER', firstName: 'ANNA' });
    expect(look(boardingPass('MUELLER/IDA')).hits.map((hit) => hit.profileId)).toEqual(['ida', 'anna']);
  });

  it('[P22] finds who stands in a passport, also by less of the name than it has', () => {
    const { search: look } = filled([anton, anna]);
    expect(look(PASSPORT).hits.map((hit) => hit.profileId)).toEqual(['anna']);
    expect(look(PASSPORT.replace('ANNA<SOPHIE', 'ANNE<SOPHIE')).hits.map((hit) => hit.profileId)).toEqual([
      ...['anna', 'anton'],
    ]);
  });

  it('[P22] finds whose bag it is, from a snapshot and from a frame, until the bag has gone', () => {
    const facts = (status: string) => ({ 'bag.0220123456.status': status });
    const { store, find } = filled([anton, person('bags', 'Ada', 'Koffer', facts('accepted'))]);
    expect(find('0220123456')).toEqual(['bags']);
    const told = (row: ProfileRow, v: number) =>
      store.applyFrame({
        ops: [{ table: 'profile', id: 'bags', v, scopes: ['station:FRA'], row }],
        ...{ drop: [], granted: [], cursor: v, chain: '', proof: '', clientId: 'c', lmid: 0 },
      });
    told(person('bags', 'Ada', 'Koffer', { ...facts('loaded'), 'bag.0220999999.status': 'accepted' }), 2);
    expect([find('0220123456'), find('0220999999')]).toEqual([['bags'], ['bags']]);
    told(person('bags', 'Ada', 'Koffer'), 3);
    expect(find('0220123456')).toEqual([]);
  });

  it.each([
    ['Mülelr', 'swapped'],
    ['Nuller', 'the first letter'],
    ['nna muller', 'missing'],
    ['Annna Mueller', 'too many'],
    ['anns müller', 'wrong'],
  ])('[P35] finds her by %s: a letter is %s, and says that it is another spelling', (text) => {
    const { hits } = filled([person('olga', 'Olga', 'Petrowa'), anna]).search(text);
    expect(hits.map((hit) => [hit.profileId, hit.matched])).toEqual([['anna', 'similar']]);
  });

  it.each([
    ['Yıldız', 'yildis'],
    ['Łukasz', 'lukaz'],
    ['Nguyễn', 'ngyuen'],
    ['김민준', '김민쥰'],
    ['محمد', 'محد'],
    ['Li', 'Ly'],
  ])('[P35] finds %s by %s', (name, text) => {
    expect(filled([anna, person('one', 'Ada', name)]).find(text)).toContain('one');
  });

  it('[P35] lists what was typed before other spellings, and one person of each other spelling', () => {
    const people = [
      person('hans', 'Hans', 'Meier'),
      person('m1', 'Ida', 'Maier'),
      person('m2', 'Ada', 'Maier'),
      person('mayer', 'Eva', 'Mayer'),
    ];
    const { hits } = filled(people).search('meier');
    expect(hits[0]).toMatchObject({ profileId: 'hans', matched: 'name' });
    expect(hits.slice(1).map((hit) => hit.matched)).toEqual(['similar']);
  });

  it('[P35] lists the spellings first that a slip makes most often of what was typed', () => {
    const wrong = [...'efghijklmnop'].flatMap((letter) => [
      person(`a${letter}`, 'Ida', `Xabc${letter}`),
      person(`b${letter}`, 'Ada', `Xabc${letter}`),
    ]);
    const { find } = filled([
      ...wrong,
      person('swapped', 'Eva', 'Axbcd'),
      person('missing', 'Eva', 'Xabcdy'),
    ]);
    expect(find('xabcd')).toEqual(expect.arrayContaining(['swapped', 'missing']));
  });

  it('[P35] keeps half of the list for other spellings, of two letters too, whoever is called as was typed', () => {
    const otero = Array.from({ length: 12 }, (_, i) => person(`o${i}`, 'Eva', 'Otero'));
    const near = [...'bcdfghk'].map((letter) => person(letter, 'Ida', `${letter}oter`));
    const similar = ({ hits }: { hits: { matched: string }[] }): number =>
      hits.filter((hit) => hit.matched === 'similar').length;
    expect(similar(filled([...otero, ...near]).search('oter'))).toBe(5);
    const oter = Array.from({ length: 12 }, (_, i) => person(`p${i}`, 'Eva', 'Oter'));
    expect(similar(filled([...near, ...oter]).search('oter'))).toBe(5);
    const short = [...'bcdfghk'].map((letter) => person(letter, 'Ida', `${letter}t`));
    expect(similar(filled([...short, ...oter]).search('ot'))).toBe(5);
  });

  it('lists no more than was asked for, however many are called so', () => {
    const many = Array.from({ length: 30 }, (_, i) => person(`p${i}`, 'Eva', 'Li'));
    expect(filled(many).search('Li').hits).toHaveLength(10);
    expect(filled(many).search('Li').more).toBe(true);
  });

  it('[P35] does not offer a name that nobody has any more', () => {
    const { store, find } = filled([anna, person('one', 'Ada', 'Quirin')]);
    expect(find('quirim')).toEqual(['one']);
    store.applyFrame({
      ops: [{ table: 'profile', id: 'one', v: 2, scopes: [], row: null }],
      ...{ drop: [], granted: [], cursor: 2, chain: '', proof: '', clientId: 'c', lmid: 0 },
    });
    expect(find('quirim')).toEqual([]);
  });

  it('finds nobody by an empty entry, by quotes or by operators of the index', () => {
    const { find } = filled([anna]);
    for (const text of ['', '  ', '"', '*', 'anna"*', 'NOT anna', 'anna OR', '()', '^', 'NEAR('])
      expect(() => find(text)).not.toThrow();
    expect(find('"')).toEqual([]);
  });

  it('follows changes of names and keys, and forgets who is gone', () => {
    const { store, find } = filled([anna]);
    const change = (row: ProfileRow | null, v: number): void => {
      const scopes = row === null ? [] : ['station:FRA'];
      const ops = [{ table: 'profile' as const, id: 'anna', v, scopes, row }];
      store.applyFrame({
        ops,
        drop: [],
        granted: [],
        cursor: v,
        chain: '',
        proof: '',
        clientId: 'c',
        lmid: 0,
      });
    };
    change({ ...anna, facts: { ...anna.facts, lastName: { value: 'Schmidt', source: 'crm', at: AT } } }, 2);
    expect(find('schmidt')).toEqual(['anna']);
    expect(find('muller')).toEqual([]);
    expect(find('45678')).toEqual(['anna']);
    change(null, 3);
    expect(find('schmidt')).toEqual([]);
    expect(find('45678')).toEqual([]);
  });
});
