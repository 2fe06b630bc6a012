import type { ProtectionState } from '../../../src/bridge/shell.ts';
import type { OutboxEntry, OutboxView, StatusView } from '../../../src/bridge/views.ts';
import { ago } from './people.ts';

export type Scene = {
  name: string;
  open: string | null;
  protection: ProtectionState['state'];
  /** The replica dies shortly after the start and does not come back. */
  silent: boolean;
  /** Nothing is ever said. */
  mute: boolean;
  empty: boolean;
  status: StatusView;
  outbox: OutboxView;
  /** Language is the console's own choice; the suggestion is made without the core. */
  offline: boolean;
};

const live: StatusView = {
  connection: 'live',
  since: ago(4000),
  latencyMs: 38,
  reason: null,
  waiting: 2,
  needsYou: 0,
  outboxShare: 0.01,
  profiles: 212,
  expected: 1204,
  snapshot: null,
  bundle: { version: '41', validUntil: ago(-23 * 3600) },
  station: 'FRA B42',
  operator: 'M. Brandt',
  role: 'operator',
  simulation: { speed: 10 },
  protection: 'keystore',
  leaseUntil: ago(-4 * 3600),
  divergence: { since: null, repairs: 0, repairedAt: null },
};

function entry(id: string, given: Partial<OutboxEntry>): OutboxEntry {
  return {
    id,
    name: 'add-note',
    args: {},
    profileId: 'anna',
    profileName: 'Anna Weber',
    at: ago(60),
    state: 'waiting',
    settledAt: null,
    code: '',
    by: null,
    conflict: [],
    canUndo: false,
    ...given,
  };
}

const hotel = entry('e1', {
  name: 'change-seat',
  args: { booking: 'QX7R2M', segment: '1', seat: '12A' },
  at: ago(8),
  canUndo: true,
});
const note = entry('e2', { args: { text: 'asks where her bags are' }, at: ago(72) });
const preference = entry('e3', {
  name: 'set-preference',
  args: { name: 'seat', value: 'window' },
  at: ago(300),
  state: 'applied',
  settledAt: ago(296),
});
const calm: OutboxView = { needsYou: [], onTheWay: [hotel, note], settled: [preference] };

const conflict = entry('e4', {
  name: 'change-seat',
  args: { booking: 'QX7R2M', segment: '1', seat: '12A' },
  at: ago(790),
  state: 'conflict',
  code: 'stale',
  settledAt: ago(12),
  by: 'Anna Weber',
  conflict: [
    {
      fact: 'trip.QX7R2M.1.seat',
      mine: '12A',
      base: '14C',
      theirs: '12K',
      source: 'app',
      at: ago(470),
      cut: false,
    },
  ],
});
const refused = entry('e5', {
  name: 'change-seat',
  args: { booking: 'W9TT2A', segment: '1', seat: '3A' },
  profileId: 'orsted',
  profileName: 'Łukasz Ørsted',
  at: ago(560),
  state: 'refused',
  code: 'seat_taken',
});
const troubled: OutboxView = {
  needsYou: [conflict, refused],
  onTheWay: [
    entry('e6', {
      name: 'rebook',
      args: { booking: 'M2KD4T', to: 'LH568/2026-11-23' },
      profileId: 'okafor',
      profileName: 'Chidi Okafor',
      at: ago(340),
      state: 'sent',
    }),
    entry('e7', {
      args: { text: 'Call back between 22:15 and 22:30' },
      profileId: 'rossi',
      profileName: 'Sofia Rossi',
      at: ago(250),
      canUndo: true,
    }),
    entry('e8', {
      name: 'change-seat',
      args: { booking: 'PL8W3C', segment: '1', seat: '24H' },
      profileId: 'nguyen',
      profileName: 'Nguyễn Thị Hà',
      at: ago(120),
      state: 'held',
    }),
  ],
  settled: [
    preference,
    entry('e9', {
      name: 'resolve-case',
      args: { caseId: '7310', outcome: 'compensated' },
      at: ago(900),
      state: 'applied',
      settledAt: ago(14),
    }),
  ],
};

const NOTHING: OutboxView = { needsYou: [], onTheWay: [], settled: [] };

const counter: Scene = {
  name: 'counter',
  open: 'anna',
  protection: 'ready',
  silent: false,
  mute: false,
  empty: false,
  status: live,
  outbox: calm,
  offline: false,
};

const away: StatusView = { ...live, connection: 'offline', since: ago(1140), latencyMs: null, waiting: 3 };

const SCENES: Scene[] = [
  counter,
  { ...counter, name: 'nobody', open: null, outbox: NOTHING, status: { ...live, waiting: 0 } },
  {
    ...counter,
    name: 'empty',
    open: null,
    empty: true,
    outbox: NOTHING,
    status: { ...live, waiting: 0, profiles: 212, expected: 0 },
  },
  { ...counter, name: 'offline', status: away, offline: true },
  {
    ...counter,
    name: 'conflict',
    status: { ...live, needsYou: 2, since: ago(20) },
    outbox: troubled,
    offline: true,
  },
  {
    ...counter,
    name: 'stale',
    open: 'rossi',
    status: { ...live, connection: 'catching-up', snapshot: { scope: 'station:FRA', rows: 12480 } },
  },
  { ...counter, name: 'gone', open: 'nobody-known' },
  { ...counter, name: 'names', open: 'yilmaz' },
  { ...counter, name: 'chinese', open: 'wang' },
  { ...counter, name: 'starting', open: null, mute: true },
  {
    ...counter,
    name: 'loading',
    open: null,
    empty: true,
    status: {
      ...live,
      connection: 'catching-up',
      profiles: 0,
      snapshot: { scope: 'station:FRA', rows: 4210 },
    },
  },
  {
    ...counter,
    name: 'refused',
    open: null,
    empty: true,
    status: { ...live, connection: 'refused', reason: 'token_expired', profiles: 0 },
  },
  { ...counter, name: 'revoked', status: { ...live, connection: 'revoked', profiles: 0 } },
  { ...counter, name: 'reconnecting', silent: true },
  { ...counter, name: 'choose', protection: 'choose' },
  { ...counter, name: 'locked', protection: 'locked' },
];

export function sceneOf(name: string): Scene {
  const scene = SCENES.find((one) => one.name === name);
  if (!scene) throw new Error(`No scene is named ${name}`);
  return scene;
}
