/** Good requests to the core's HTTP doors, to be spoilt. */
const now = new Date().toISOString();
const segment = {
  segment: 1,
  flight: 'LH400',
  date: now.slice(0, 10),
  from: 'FRA',
  to: 'JFK',
  departs: now,
  arrives: now,
  seat: '12A',
  cabin: 'Economy',
  status: 'confirmed',
};
const event = (type: string, more: object) => ({
  type,
  messageId: 'm',
  timestamp: now,
  userId: 'u',
  context: { app: { name: 'app' }, externalIds: [{ id: 'X1', type: 'loyaltyNumber' }] },
  ...more,
});
const track = (name: string, properties: object) => event('track', { event: name, properties });
const EVENTS = [
  event('identify', {
    traits: { firstName: 'A', email: 'a@example.org', phone: '+4915112345679', consents: { sms: true } },
  }),
  event('alias', { previousId: 'a', anonymousId: 'b' }),
  event('page', { name: 'Home', properties: { path: '/' } }),
  event('group', { groupId: 'g', traits: { name: 'x' } }),
  track('Booking Created', { booking: 'QX7R2M', segments: [segment, { ...segment, segment: 2 }] }),
  track('Seat Changed', { booking: 'QX7R2M', segment: 1, seat: '14C' }),
  track('Checked In', { booking: 'QX7R2M', segment: 1, seat: '1A', sequence: 7 }),
  track('Bag Accepted', { booking: 'QX7R2M', tag: 'T', weightKg: 3 }),
  track('Case Opened', { caseId: 'C', topic: 't', text: 'x' }),
  track('Flight Status', { ...segment, status: 'delayed', gate: 'A1' }),
  track('Consent Changed', { name: 'sms', value: true }),
];
export const CONTACT = {
  id: 'K',
  kind: 'call',
  state: 'ringing',
  queue: 'q',
  station: 'FRA',
  identity: { type: 'phone', value: '+4915112345679' },
  at: now,
};
export const DOORS: { path: string; by: 'key' | 'token' | 'nobody'; samples: unknown[] }[] = [
  { path: '/v1/batch', by: 'key', samples: [{ batch: EVENTS, sentAt: now }, { batch: [EVENTS[0]] }] },
  ...['track', 'identify', 'page', 'screen', 'group', 'alias'].map((type) => ({
    path: `/v1/${type}`,
    by: 'key' as const,
    samples: EVENTS,
  })),
  { path: '/v1/contacts', by: 'key', samples: [CONTACT] },
  {
    path: '/v1/decide',
    by: 'token',
    samples: [
      { identity: { type: 'userId', value: 'u' }, channel: 'counter', mode: 'respond' },
      { profileId: 'p', channel: 'counter' },
    ],
  },
  {
    path: '/v1/outcomes',
    by: 'token',
    samples: [{ decisionId: 'd', outcome: 'positive', reason: 'x', value: 1, at: now }],
  },
  { path: '/v1/sign-in', by: 'nobody', samples: [{ name: 'otto', password: 'correct horse' }] },
  {
    path: '/v1/stations/enrol',
    by: 'nobody',
    samples: [{ code: 'ABCDE-FGHIJ-KLMNO-PQRST', publicKey: 'A'.repeat(43), signature: 'A'.repeat(86) }],
  },
  { path: '/v1/stations/challenge', by: 'nobody', samples: [{ station: 's' }] },
  {
    path: '/v1/stations/token',
    by: 'nobody',
    samples: [{ station: 's', challenge: `${Date.now()}.s.${'0'.repeat(64)}`, signature: 'A'.repeat(86) }],
  },
  {
    path: '/dev/token',
    by: 'nobody',
    samples: [{ subject: 's', role: 'operator', scopes: ['station:*'], ttlSeconds: 60 }],
  },
];
