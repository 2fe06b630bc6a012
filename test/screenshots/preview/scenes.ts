import type { Trouble } from '../../../src/bridge/reports.ts';
import type { ProtectionState, SignInState } from '../../../src/bridge/shell.ts';
import type { AwayView, DraftView, OutboxEntry, OutboxView, StatusView } from '../../../src/bridge/views.ts';
import { ago } from './people.ts';

export type Scene = {
  name: string;
  open: string | null;
  protection: ProtectionState['state'];
  signIn: SignInState;
  /** The replica dies shortly after the start and does not come back. */
  silent: boolean;
  /** There is no replica to speak to. */
  trouble: Trouble | null;
  /** Nothing is ever said. */
  mute: boolean;
  empty: boolean;
  status: StatusView;
  outbox: OutboxView;
  drafts: DraftView[];
  away: AwayView | null;
  /** Language is the console's own choice; the suggestion is made without the core. */
  offline: boolean;
  /** There are disturbed flights. */
  disrupted: boolean;
  /** What a link of another program asks to look up. */
  link: string | null;
  /** The station serves guests by itself. */
  kiosk: boolean;
};

const BUNDLE = { version: '41', validUntil: ago(-23 * 3600) };

const live: StatusView = {
  connection: 'live',
  since: ago(4000),
  latencyMs: 38,
  reason: null,
  notices: [],
  waiting: 2,
  needsYou: 0,
  outboxShare: 0.01,
  held: 0,
  stuckSince: null,
  upgrade: null,
  profiles: 212,
  expected: 1204,
  snapshot: null,
  bundle: BUNDLE,
  station: 'FRA B42',
  zone: 'Europe/Berlin',
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
    operator: 'M. Brandt',
    state: 'waiting',
    held: null,
    status: null,
    settledAt: null,
    code: '',
    by: null,
    conflict: [],
    canUndo: false,
    canHold: given.canUndo ?? false,
    canRestore: false,
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
  status: 'conflict',
  code: 'stale',
  settledAt: ago(12),
  by: 'app',
  conflict: [
    {
      fact: 'trip.QX7R2M.1.seat',
      mine: '12A',
      base: '14C',
      theirs: '12K',
      source: 'app',
      at: ago(470),
      by: 'app',
      cut: false,
      same: false,
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
  status: 'rejected',
  code: 'seat_taken',
  settledAt: ago(12),
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
      held: 'gap',
      canUndo: true,
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

/** Two facts at once, and a colleague who was quicker. */
const rebooked = entry('e20', {
  name: 'rebook',
  args: { booking: 'QX7R2M', segment: '1', to: 'LH402/2026-11-24' },
  at: ago(790),
  state: 'conflict',
  status: 'conflict',
  code: 'stale',
  settledAt: ago(12),
  by: 'A. Rossi',
  conflict: [
    {
      fact: 'trip.QX7R2M.1.flight',
      ...{ mine: 'LH402', base: 'LH400', theirs: 'LH404', source: 'console', at: ago(420) },
      ...{ by: 'A. Rossi', cut: false, same: false },
    },
    {
      fact: 'trip.QX7R2M.1.flightStatus',
      ...{ mine: 'scheduled', base: 'cancelled', theirs: 'scheduled', source: 'console', at: ago(420) },
      ...{ by: 'A. Rossi', cut: false, same: false },
    },
  ],
});
const parked = entry('e21', {
  args: { text: 'Asked for a wheelchair at the gate' },
  at: ago(900),
  state: 'refused',
  status: 'parked',
  code: 'failed',
  settledAt: ago(300),
});
const forbidden = entry('e22', {
  name: 'resolve-case',
  args: { caseId: '7310', outcome: 'refunded' },
  at: ago(900),
  state: 'refused',
  status: 'forbidden',
  code: 'role',
  settledAt: ago(300),
});
const unsure = entry('e23', {
  args: { text: 'Meal voucher given' },
  at: ago(31 * 24 * 3600),
  state: 'unknown',
  status: 'unknown',
  code: 'unknown',
  settledAt: ago(300),
});
const discarded = entry('e24', {
  name: 'change-seat',
  args: { booking: 'QX7R2M', segment: '1', seat: '3C' },
  at: ago(1000),
  state: 'conflict',
  status: 'conflict',
  code: 'stale',
  settledAt: ago(900),
  canRestore: true,
});
const asking = (one: OutboxEntry): OutboxView => ({
  ...calm,
  needsYou: [one],
  settled: [preference, discarded],
});
const begun: DraftView[] = [
  {
    name: 'add-note',
    profileId: 'anna',
    profileName: 'Anna Weber',
    about: null,
    answers: { text: 'Her bags stay with LH 402, tags 0220 114 206 and' },
    at: ago(40),
  },
];

const own = { total: 0, applied: 0, waiting: 0, held: 0, needsYou: 0, entryId: null };
const change = (fact: string, was: string | null, now: string, flight: string | null = null) => ({
  ...{ fact, was, now, flight, source: 'dcs', at: ago(600) },
});
const returned: AwayView = {
  ...{ from: ago(1220), until: ago(20), how: 'offline', catchingUp: false },
  ...{ watched: 7, changed: 4, gapsOpen: 1 },
  customers: [
    {
      ...{ profileId: 'anna', name: 'Anna Weber', gapOpen: false, gone: false },
      changes: [change('trip.QX7R2M.1.seat', '14C', '12K', 'LH400')],
      own: { ...own, total: 1, needsYou: 1, entryId: 'e4' },
    },
    {
      ...{ profileId: 'nguyen', name: 'Nguyễn Thị Hà', gapOpen: true, gone: false, changes: [] },
      own: { ...own, total: 1, waiting: 1 },
    },
    {
      ...{ profileId: 'okafor', name: 'Chidi Okafor', gapOpen: false, gone: false },
      changes: [
        change('trip.M2KD4T.1.flightStatus', 'scheduled', 'delayed', 'LH568'),
        change('trip.M2KD4T.1.gate', 'B42', 'B61', 'LH568'),
      ],
      own,
    },
    {
      ...{ profileId: 'orsted', name: 'Łukasz Ørsted', gapOpen: false, gone: false },
      changes: [change('bag.0220431877.status', 'not loaded', 'loaded')],
      own: { ...own, total: 1, needsYou: 1, entryId: 'e5' },
    },
    {
      ...{ profileId: 'yilmaz', name: 'Familie Yılmaz', gapOpen: false, gone: false },
      changes: [change('trip.TK9PLM.1.flightStatus', null, 'cancelled', 'TK1588')],
      own,
    },
  ],
};

const NOTHING: OutboxView = { needsYou: [], onTheWay: [], settled: [] };

const ANNA = { id: 'oidc:anna', name: 'Anna Berger', unsent: 1, code: true };
const SARA = { id: 'oidc:sara', name: 'Sara Vogt', unsent: 3, code: true };

const out: Extract<SignInState, { state: 'out' }> = {
  version: 1,
  state: 'out',
  reachable: true,
  ways: { accounts: true, provider: 'login.example.com' },
  waiting: false,
  damaged: false,
  locked: null,
  people: [],
};

const counter: Scene = {
  name: 'counter',
  open: 'anna',
  protection: 'ready',
  signIn: { version: 0, state: 'none' },
  trouble: null,
  silent: false,
  mute: false,
  empty: false,
  status: live,
  outbox: calm,
  drafts: [],
  away: null,
  offline: false,
  disrupted: false,
  link: null,
  kiosk: false,
};

const many = Array.from({ length: 80 }, (_, i) =>
  entry(`m${i}`, {
    args: { text: `asks where the bags are, ${i + 1}` },
    at: ago(60 + i * 20),
    canUndo: true,
    ...(i === 0 ? { state: 'held', held: 'operator' } : {}),
    ...(i === 1 ? { state: 'held', held: 'before' } : {}),
  }),
);

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
  {
    ...counter,
    name: 'away',
    status: { ...live, needsYou: 2, since: ago(20), held: 1 },
    outbox: troubled,
    away: returned,
    offline: true,
  },
  { ...counter, name: 'rebooked', outbox: asking(rebooked) },
  { ...counter, name: 'parked', outbox: asking(parked) },
  { ...counter, name: 'forbidden', outbox: asking(forbidden) },
  { ...counter, name: 'unsure', outbox: asking(unsure) },
  { ...counter, name: 'drafts', drafts: begun },
  {
    ...counter,
    name: 'full',
    status: { ...away, outboxShare: 0.83, waiting: 1660 },
    outbox: { ...calm, onTheWay: many },
  },
  {
    ...counter,
    name: 'stuck',
    status: { ...live, stuckSince: ago(1500), waiting: 12, outboxShare: 1.01 },
    outbox: { ...calm, onTheWay: many },
  },
  {
    ...counter,
    name: 'upgrade',
    status: {
      ...live,
      connection: 'refused',
      reason: 'upgrade_needed',
      upgrade: { min: 2, max: 3, own: 1 },
    },
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
  {
    ...counter,
    name: 'disk-full',
    status: { ...away, reason: 'disk_full', notices: ['disk_full'] },
    offline: true,
  },
  {
    ...counter,
    name: 'strange-rules',
    status: { ...live, bundle: { ...BUNDLE, problem: 'other_key' } },
  },
  { ...counter, name: 'masked', status: { ...live, role: 'restricted' } },
  { ...counter, name: 'salvaged', status: { ...live, notices: ['outbox_salvaged', 'replica_rebuilt'] } },
  { ...counter, name: 'in-use', open: null, trouble: 'outbox_in_use' },
  { ...counter, name: 'revoked', status: { ...live, connection: 'revoked', profiles: 0 } },
  { ...counter, name: 'reconnecting', silent: true },
  { ...counter, name: 'disruption', disrupted: true },
  { ...counter, name: 'link', link: '+49 69 6960' },
  { ...counter, name: 'kiosk', open: null, kiosk: true },
  { ...counter, name: 'choose', protection: 'choose' },
  { ...counter, name: 'sign-in', signIn: out },
  { ...counter, name: 'sign-in-away', signIn: { ...out, reachable: false, ways: null } },
  {
    ...counter,
    name: 'covered',
    signIn: {
      ...out,
      ways: { accounts: false, provider: 'login.example.com' },
      locked: ANNA,
      people: [ANNA, SARA],
    },
  },
  {
    ...counter,
    name: 'sign-in-ended',
    signIn: {
      ...{ version: 1, state: 'in', id: 'a', alias: 'a' },
      name: 'A',
      way: 'oidc',
      ended: true,
      code: true,
    },
  },
  { ...counter, name: 'locked', protection: 'locked' },
];

export function sceneOf(name: string): Scene {
  const scene = SCENES.find((one) => one.name === name);
  if (!scene) throw new Error(`No scene is named ${name}`);
  return scene;
}
