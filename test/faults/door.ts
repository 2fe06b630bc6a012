/** The core's HTTP doors, as sources and integrators use them: how passengers come to be, and what the checker reads. */
import type { Known } from './checker.ts';
import { bookingOf } from './checker.ts';

export type Access = { url: string; writeKey: string; consoleToken: string };

type Answer = { status: number; body: unknown };
type Fact = { value?: unknown };
type TimelineRow = { id: string; type: string; name: string; properties: { [name: string]: unknown } };

const nobody = (): string => '';
const HOUR = 3_600_000;
/** A token that outlives any clock that a run sets. */
const TTL_SECONDS = 50 * 366 * 86_400;
/** How long a source goes on sending what was not acknowledged. */
const PATIENCE = 120_000;

export class Door {
  private readonly access: () => Access;

  /** `access` is asked each time: a core that starts again has a new write key. */
  constructor(access: () => Access) {
    this.access = access;
  }

  /** Asks until somebody answers: a core that has fallen is started again. */
  private async ask(
    method: string,
    path: string,
    body: unknown,
    authorization: () => string,
  ): Promise<Answer> {
    const giveUp = Date.now() + PATIENCE;
    for (;;) {
      try {
        return await this.once(method, path, body, authorization());
      } catch (error) {
        if (Date.now() > giveUp) throw error;
        await new Promise((resolve) => void setTimeout(resolve, 20));
      }
    }
  }

  private async once(method: string, path: string, body: unknown, authorization: string): Promise<Answer> {
    const answer = await fetch(this.access().url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  private async sure(
    method: string,
    path: string,
    body: unknown,
    authorization: () => string,
  ): Promise<unknown> {
    const answer = await this.ask(method, path, body, authorization);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  private readonly basic = (): string =>
    `Basic ${Buffer.from(`${this.access().writeKey}:`).toString('base64')}`;

  private readonly bearer = (): string => `Bearer ${this.access().consoleToken}`;

  /** Sends events again and again until they are acknowledged, as a source does; their messageIds stay. */
  async send(events: readonly { [name: string]: unknown }[]): Promise<void> {
    const batch = events.map((event) => ({ context: { app: { name: 'app' } }, ...event }));
    const giveUp = Date.now() + PATIENCE;
    for (;;) {
      const answer = await this.ask('POST', '/v1/batch', { batch }, this.basic);
      const rejected = (answer.body as { rejected?: unknown[] } | undefined)?.rejected;
      if (rejected) throw new Error(`rejected: ${JSON.stringify(rejected[0])}`);
      if (answer.status === 200) return;
      if (Date.now() > giveUp) throw new Error(`never stored: ${JSON.stringify(answer)}`);
      await new Promise((resolve) => void setTimeout(resolve, 20));
    }
  }

  async passengers(userIds: readonly string[], station = 'FRA'): Promise<string[]> {
    await this.send(userIds.flatMap((userId) => passenger(userId, station)));
    return Promise.all(userIds.map((userId) => this.idOf(userId)));
  }

  async idOf(userId: string): Promise<string> {
    const path = `/v1/profiles/by/userId/${userId}`;
    const { profile } = (await this.sure('GET', path, undefined, this.bearer)) as { profile: { id: string } };
    return profile.id;
  }

  /** Everything that the core says of a customer: facts, and the whole timeline, page by page. */
  async known(userId: string): Promise<Known> {
    const path = `/v1/profiles/by/userId/${userId}`;
    const { profile } = (await this.sure('GET', path, undefined, this.bearer)) as {
      profile: { id: string; facts: { [name: string]: Fact } };
    };
    const facts = Object.fromEntries(Object.entries(profile.facts).map(([name, fact]) => [name, fact.value]));
    const events = await this.timeline(profile.id);
    const notes = events.filter((one) => one.type === 'note').map((one) => String(one.properties.text));
    return { profileId: profile.id, notes, facts };
  }

  async timeline(profileId: string): Promise<TimelineRow[]> {
    const found = [];
    for (let before = ''; ; ) {
      const path = `/v1/profiles/${profileId}/events?limit=100${before && `&before=${encodeURIComponent(before)}`}`;
      const page = (await this.sure('GET', path, undefined, this.bearer)) as {
        events: TimelineRow[];
        next?: string;
      };
      found.push(...page.events);
      if (page.next === undefined) return found;
      before = page.next;
    }
  }

  async token(subject: string): Promise<string> {
    const scopes = ['station:*', 'profile:*', 'queue:*', 'opened:*', 'flight:*'];
    const wish = { subject, role: 'operator', scopes, ttlSeconds: TTL_SECONDS };
    return ((await this.dev('token', wish)) as { token: string }).token;
  }

  /** An event that the core cannot take; it keeps the reason. */
  async reject(): Promise<void> {
    const batch = [{ type: 'track', event: 'Nobody' }];
    await this.sure('POST', '/v1/batch', { batch }, this.basic);
  }

  /** Resolves when the core has said that it cannot store anything. */
  async refuses(): Promise<void> {
    const batch = [{ type: 'identify', userId: 'nobody', traits: { name: 'x'.repeat(8_000) } }];
    for (;;) if ((await this.ask('POST', '/v1/batch', { batch }, this.basic)).status === 503) return;
  }

  /** Somebody whom nobody knows calls. */
  async contact(station: string): Promise<void> {
    const identity = { type: 'phone', value: '+49301234567' };
    const at = new Date().toISOString();
    const contact = {
      id: `call-${station}`,
      kind: 'call',
      state: 'waiting',
      queue: 'support-de',
      identity,
      at,
    };
    await this.sure('POST', '/v1/contacts', contact, this.basic);
  }

  async decide(profileId: string): Promise<void> {
    const wish = { profileId, channel: 'app', mode: 'respond' };
    await this.sure('POST', '/v1/decide', wish, this.bearer);
  }

  dev(path: string, body: unknown): Promise<unknown> {
    return this.sure('POST', `/dev/${path}`, body, nobody);
  }

  async alarms(): Promise<{ kind: string; detail: string }[]> {
    return (
      (await this.sure('GET', '/dev/alarms', undefined, nobody)) as {
        alarms: { kind: string; detail: string }[];
      }
    ).alarms;
  }
}

/** A passenger who departs from the station in some hours. */
function passenger(userId: string, from: string): { [name: string]: unknown }[] {
  const timestamp = new Date().toISOString();
  const departs = new Date(Date.now() + 6 * HOUR).toISOString();
  const segment = {
    segment: 1,
    flight: 'LH400',
    date: departs.slice(0, 10),
    from,
    to: 'JFK',
    departs,
    arrives: new Date(Date.now() + 14 * HOUR).toISOString(),
    seat: '99Z',
    cabin: 'Economy',
    status: 'confirmed',
  };
  return [
    {
      type: 'identify',
      userId,
      messageId: `${userId}-identify`,
      timestamp,
      traits: {
        firstName: 'Anna',
        lastName: `Weber ${userId}`,
        email: `${userId}@example.org`,
        language: 'de',
      },
    },
    {
      type: 'track',
      userId,
      messageId: `${userId}-booking`,
      timestamp,
      event: 'Booking Created',
      properties: { booking: bookingOf(userId), segments: [segment] },
    },
  ];
}
