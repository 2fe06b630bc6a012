/** What the OpenAPI document says of bodies and answers. The doors check by themselves; these describe. */

const text = { type: 'string' } as const;
const object = { type: 'object', additionalProperties: true } as const;

export const ERROR_BODY = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: { code: text, message: text, retry: { type: 'boolean' }, index: { type: 'integer' } },
      required: ['code', 'message', 'retry'],
    },
  },
  required: ['error'],
} as const;

const errors = (...statuses: number[]) =>
  Object.fromEntries(statuses.map((status) => [status, { description: 'refused', ...ERROR_BODY }]));

const WRITE_KEY = [{ writeKey: [] }];
const TOKEN = [{ token: [] }];
const TOKEN_OR_WRITE_KEY: { [scheme: string]: string[] }[] = [{ token: [] }, { writeKey: [] }];

const event = {
  type: 'object',
  additionalProperties: true,
  properties: {
    type: { type: 'string', enum: ['track', 'identify', 'page', 'screen', 'group', 'alias'] },
    messageId: text,
    userId: text,
    anonymousId: text,
    previousId: text,
    event: text,
    name: text,
    timestamp: { type: 'string', format: 'date-time' },
    sentAt: { type: 'string', format: 'date-time' },
    properties: object,
    traits: object,
    context: object,
    writeKey: text,
  },
} as const;

const success = {
  type: 'object',
  properties: { success: { type: 'boolean' } },
  required: ['success'],
} as const;

export const EVENT_SCHEMA = {
  summary: 'One event of the Segment spec, at most 32 KB',
  tags: ['events'],
  security: WRITE_KEY,
  body: event,
  response: {
    200: { description: 'durable and folded', ...success },
    ...errors(400, 401, 413, 415, 429, 503),
  },
};

export const BATCH_SCHEMA = {
  summary: 'Events of the Segment spec, at most 500 KB together',
  tags: ['events'],
  security: WRITE_KEY,
  body: {
    type: 'object',
    properties: { batch: { type: 'array', items: event }, sentAt: { type: 'string' }, writeKey: text },
    required: ['batch'],
  },
  response: {
    200: {
      description: 'the good ones are durable and folded',
      type: 'object',
      properties: {
        success: { type: 'boolean' },
        rejected: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              index: { type: 'integer' },
              messageId: { type: ['string', 'null'] },
              code: text,
              message: text,
            },
          },
        },
      },
      required: ['success'],
    },
    ...errors(400, 401, 413, 415, 429, 503),
  },
};

const identity = {
  type: 'object',
  properties: { type: text, value: text },
  required: ['type', 'value'],
} as const;

export const CONTACT_SCHEMA = {
  summary: 'Work that arrives from telephony or a queue system',
  tags: ['work'],
  security: WRITE_KEY,
  body: {
    type: 'object',
    properties: {
      id: text,
      kind: { type: 'string', enum: ['call', 'visit', 'chat', 'callback'] },
      state: { type: 'string', enum: ['ringing', 'waiting', 'active', 'wrapup', 'ended'] },
      queue: text,
      station: text,
      identity,
      at: { type: 'string', format: 'date-time' },
    },
    required: ['id', 'kind', 'state', 'queue', 'at'],
  },
  response: { 200: { description: 'durable', ...success }, ...errors(400, 401, 413, 415, 429, 503) },
};

const profile = {
  type: ['object', 'null'],
  additionalProperties: true,
  properties: { id: text, identities: { type: 'array', items: object }, facts: object },
} as const;

export const PROFILE_SCHEMA = {
  summary: 'The profile that an identity leads to',
  tags: ['reading'],
  security: TOKEN,
  params: { type: 'object', properties: { identityType: text, value: text } },
  response: {
    200: {
      description: 'the profile as the token may see it, or candidates',
      type: 'object',
      additionalProperties: true,
      properties: {
        profile,
        seq: { type: 'integer' },
        contacts: { type: 'array', items: object },
        candidates: { type: 'array', items: object },
      },
    },
    ...errors(401, 404),
  },
};

export const TIMELINE_SCHEMA = {
  summary: 'The timeline of a profile, newest first',
  tags: ['reading'],
  security: TOKEN,
  params: { type: 'object', properties: { id: text } },
  querystring: { type: 'object', properties: { before: text, limit: text } },
  response: {
    200: {
      description: 'a page; `next` goes into `before`',
      type: 'object',
      additionalProperties: true,
      properties: { events: { type: 'array', items: object }, next: text },
    },
    ...errors(400, 401, 404),
  },
};

export const REJECTED_SCHEMA = {
  summary: 'Refused events of the last week with their reasons, for a supervisor',
  tags: ['operation'],
  security: TOKEN,
  response: {
    200: {
      description: 'newest first',
      type: 'object',
      properties: { rejected: { type: 'array', items: object } },
    },
    ...errors(401, 403),
  },
};

export const DECIDE_SCHEMA = {
  summary: 'What to suggest now, with reasons',
  tags: ['decisions'],
  security: TOKEN,
  body: {
    type: 'object',
    properties: {
      profileId: text,
      identity,
      channel: text,
      mode: { type: 'string', enum: ['respond', 'inspire'] },
    },
    required: ['channel'],
  },
  response: { 200: { description: 'the decision record', ...object }, ...errors(400, 401, 404) },
};

export const OUTCOME_SCHEMA = {
  summary: 'What became of a suggestion',
  tags: ['decisions'],
  security: TOKEN_OR_WRITE_KEY,
  body: {
    type: 'object',
    properties: {
      decisionId: text,
      outcome: text,
      reason: text,
      value: { type: 'number' },
      candidate: {
        type: 'object',
        properties: { action: text, channel: text, approach: text },
        required: ['action', 'channel', 'approach'],
      },
      at: { type: 'string', format: 'date-time' },
    },
    required: ['decisionId', 'outcome', 'at'],
  },
  response: { 200: { description: 'durable', ...success }, ...errors(400, 401, 404) },
};

const steeringAnswer = {
  200: { description: 'the version in force', ...object },
  ...errors(400, 401, 403, 409, 422),
};

/** Doors of a supervisor to what is decided with: they take and give the shapes of docs/spec/doors.md. */
export const STEERING_SCHEMA = (summary: string, properties?: { [name: string]: object }) => ({
  summary,
  tags: ['steering'],
  security: TOKEN,
  ...(properties && { body: { type: 'object', properties } }),
  response: steeringAnswer,
});

export const TRUST_SCHEMA = (summary: string, properties?: { [name: string]: object }) => ({
  ...STEERING_SCHEMA(summary, properties),
  tags: ['trust'],
});

export const SIGN_IN_SCHEMA = {
  summary: 'A token for name and password of a local account',
  tags: ['trust'],
  body: { type: 'object', properties: { name: text, password: text }, required: ['name', 'password'] },
  response: { 200: { description: 'signed in', ...object }, ...errors(400, 401, 429) },
};

export const REVEAL_SCHEMA = {
  summary: 'A masked value in full, for a reason',
  tags: ['trust'],
  security: TOKEN,
  body: {
    type: 'object',
    properties: { profileId: text, name: text, tag: text, reason: text },
    required: ['profileId', 'name', 'tag', 'reason'],
  },
  response: { 200: { description: 'audited', ...object }, ...errors(400, 401, 403, 404, 409, 429) },
};

export const STATION_SCHEMA = (summary: string, names: string[]) => ({
  summary,
  tags: ['trust'],
  body: {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, text])),
    required: names,
  },
  response: { 200: { description: 'done', ...object }, ...errors(400, 401) },
});

export const OPEN_SCHEMA = (summary: string) => ({ summary, tags: ['operation'] });

const intent = {
  type: 'object',
  properties: {
    id: text,
    profileId: text,
    state: {
      type: 'string',
      enum: ['waiting', 'held', 'parked', 'claimed', 'sent', 'cancelled', 'expired', 'failed'],
    },
    why: text,
    action: text,
    channel: text,
    approach: text,
    lane: { type: 'integer' },
    trigger: text,
    decisionId: text,
    until: { type: ['string', 'null'] },
    bestUntil: text,
    sentAt: { type: ['string', 'null'] },
    attempts: { type: 'integer' },
    error: { type: ['string', 'null'] },
    createdAt: text,
    changedAt: text,
  },
} as const;

export const SCHEDULE_SCHEMA = {
  summary: 'Schedules an action for a customer who is not here',
  tags: ['intents'],
  security: TOKEN,
  body: {
    type: 'object',
    properties: {
      profileId: text,
      identity,
      channel: text,
      action: text,
      approach: text,
      at: { type: 'string', format: 'date-time' },
    },
    required: ['channel'],
  },
  response: {
    200: { description: 'planned', type: 'object', properties: { intent } },
    ...errors(400, 401, 404, 422),
  },
};

const oneIntent = (summary: string) => ({
  summary,
  tags: ['intents'],
  security: TOKEN,
  params: { type: 'object', properties: { id: text } },
  response: {
    200: { description: 'the intent', type: 'object', properties: { intent } },
    ...errors(401, 403, 404, 422),
  },
});

export const CANCEL_SCHEMA = oneIntent('Cancels an intent that was not sent');
export const RESEND_SCHEMA = oneIntent('Tries a dead letter again, for a supervisor');

export const INTENTS_SCHEMA = {
  summary: 'What is planned for a profile and what became of it',
  tags: ['intents'],
  security: TOKEN,
  params: { type: 'object', properties: { id: text } },
  response: {
    200: {
      description: 'the latest change first',
      type: 'object',
      properties: { intents: { type: 'array', items: intent } },
    },
    ...errors(401, 404),
  },
};

export const DEAD_SCHEMA = {
  summary: 'Dead letters: what could not be delivered, for a supervisor',
  tags: ['intents'],
  security: TOKEN,
  response: {
    200: {
      description: 'newest first',
      type: 'object',
      properties: { intents: { type: 'array', items: intent } },
    },
    ...errors(401, 403),
  },
};

const nullable = { type: ['string', 'null'] } as const;
const count = { type: 'integer' } as const;

const feed = {
  type: 'object',
  properties: {
    ...{ name: text, state: { type: 'string', enum: ['ok', 'failing'] }, cursor: count, behind: count },
    ...{ waiting: count, deadLetters: count, delivered: count, deliveredAt: nullable },
    ...{ failures: count, error: nullable, errorAt: nullable },
  },
} as const;

const feedMessage = {
  type: 'object',
  properties: {
    ...{ id: text, cursor: count, attempts: count, error: text, changedAt: text },
  },
} as const;

const feedSchema = (summary: string, properties: object, ...codes: number[]) => ({
  summary,
  tags: ['feeds'],
  security: TOKEN,
  response: {
    200: { description: 'how it stands', type: 'object', properties },
    ...errors(401, 403, ...codes),
  },
});

const list = (items: object) => ({ type: 'array', items });

const feedOrder = {
  type: ['object', 'null'],
  properties: {
    ...{ kind: { type: 'string', enum: ['resend', 'discard'] }, at: text, by: text, reason: nullable },
    ...{ total: count, open: count, failed: count, done: count },
  },
} as const;
const reason = { type: 'object', properties: { reason: text }, required: ['reason'] } as const;

export const FEEDS_SCHEMA = feedSchema('How each feed to a partner fares, for a supervisor', {
  feeds: list({ ...feed, properties: { ...feed.properties, order: feedOrder } }),
});
export const FEED_RESEND_ALL_SCHEMA = feedSchema(
  'Tries all such messages again; how far it is stands with the feed',
  { order: feedOrder },
  ...[404, 409, 503],
);
export const FEED_DISCARD_ALL_SCHEMA = {
  ...feedSchema('Discards all such messages for a reason', { order: feedOrder }, 400, 404, 409, 503),
  body: reason,
};
export const FEED_DISCARD_SCHEMA = {
  ...feedSchema('Discards such a message for a reason', { message: feedMessage }, 400, 404, 503),
  body: reason,
};
export const FEED_DEAD_SCHEMA = feedSchema(
  'What a partner has not taken, newest first',
  { messages: list(feedMessage) },
  404,
);
export const FEED_RESEND_SCHEMA = feedSchema(
  'Tries such a message again',
  { message: feedMessage },
  ...[404, 503],
);
export const FEED_REPLAY_SCHEMA = {
  ...feedSchema(
    'Tells a partner again all that came after a place in the event log',
    { feed },
    400,
    404,
    422,
    503,
  ),
  body: { type: 'object', properties: { after: count }, required: ['after'] },
};

const sourceShown = {
  type: 'object',
  properties: {
    ...{ name: text, state: { type: 'string', enum: ['ok', 'failing'] }, since: nullable },
    ...{ isUnderWay: { type: 'boolean' }, taken: count, refused: count, failures: count, error: nullable },
    ...{ errorAt: nullable, endedAt: nullable, dueAt: text },
  },
} as const;

export const SCORERS_SCHEMA = {
  ...feedSchema('How each service that scores customers fares, for a supervisor', {
    scorers: list({
      type: 'object',
      properties: {
        ...{ name: text, scores: list(text), state: { type: 'string', enum: ['ok', 'failing'] } },
        ...{ behind: { type: ['integer', 'null'] }, asked: count, written: count, refused: count },
        ...{ failures: count, error: nullable, errorAt: nullable, scoredAt: nullable },
      },
    }),
  }),
  tags: ['sources'],
};

export const SOURCES_SCHEMA = {
  ...feedSchema('How each system that is asked fares, for a supervisor', { sources: list(sourceShown) }),
  tags: ['sources'],
};
export const SOURCE_RUN_SCHEMA = {
  ...feedSchema(
    'Asks a system now, on from where it is or from a time on',
    { source: sourceShown },
    400,
    404,
    503,
  ),
  tags: ['sources'],
  body: { type: 'object', properties: { since: nullable } },
};

const page = (what: string, item: object) => ({
  [what]: list(item),
  ...{ next: text, more: { type: 'boolean' }, again: { type: 'boolean' } },
});
const open = { type: 'object', additionalProperties: true } as const;

/** What warehouses fetch; `again`: from the beginning, because the cursor is of something that has gone. */
export const EXPORT_SCHEMA = (what: 'events' | 'profiles') => ({
  ...feedSchema(`All ${what} behind a cursor, for a supervisor`, page(what, open), 400),
  tags: ['export'],
});
export const AUDIENCES_SCHEMA = {
  ...feedSchema('The audiences for tools outside, for a supervisor', { audiences: list(open) }),
  tags: ['export'],
};
export const MEMBERS_SCHEMA = {
  ...feedSchema('Who is in an audience, hashed, for a supervisor', page('members', open), 404),
  tags: ['export'],
};
