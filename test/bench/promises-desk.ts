/** What is promised to whoever talks with a customer: pauses, new suggestions and rings, at a real replica over its socket. */
import { join } from 'node:path';
import type { Bridge } from '../../src/bridge/connect.ts';
import type { SuggestionView } from '../../src/bridge/views.ts';
import { until, windowOf } from '../builders/whole.ts';
import { CoreProcess } from './core-process.ts';
import { RealConsole } from './real-console.ts';
import { SCOPE } from './replica-file.ts';
import { note, type Report } from './report.ts';
import { quantile } from './stats.ts';
import {
  asked,
  beside,
  booked,
  flightStatus,
  identified,
  profileIdOf,
  supervisorOf,
  type Traveller,
  tell,
  tellAll,
  travellers,
} from './travellers.ts';

/** Events a second about others, all the while. */
const PER_SECOND = 50;
const NOTICE = 'cancellation-notice';

type Desk = { core: CoreProcess; bridge: Bridge };
type Shown = SuggestionView | null;

const now = (): number => performance.now();
const suggestion = ({ bridge }: Desk, profileId: string, fits: (view: Shown) => boolean): Promise<Shown> =>
  until(bridge, 'suggestion', { profileId }, fits);
const isThere = (view: Shown): boolean => view?.primary != null;

/** The value is the p99 beside what is promised, both in ms. */
export function promised(report: Report, name: string, took: readonly number[], most: number): void {
  const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)];
  report({ case: name, n: took.length, value: p99, unit: 'ms (p99)', p50, p99, floor: most });
}

/** [B16] From the sending of a pause to the first decision without the action, at the core and at the console. */
async function steering(desk: Desk, who: Traveller, rounds: number, report: Report): Promise<void> {
  const { core } = desk;
  const chief = await supervisorOf(core);
  const profileId = await profileIdOf(core, who);
  const atCore: number[] = [];
  const atConsole: number[] = [];
  const wish = { profileId, channel: 'counter' };
  for (let round = 0; round < rounds; round++) {
    const action = (await suggestion(desk, profileId, isThere))?.primary?.action as string;
    const isGone = (view: Shown): boolean => isThere(view) && view?.primary?.action !== action;
    const sent = now();
    const gone = suggestion(desk, profileId, isGone).then(() => atConsole.push(now() - sent));
    await asked(core, '/v1/steering/pause', { action, reason: 'bench' }, chief);
    for (;;) {
      const { chosen } = await asked<{ chosen: { action: string } }>(core, '/v1/decide', wish, chief);
      if (chosen.action !== action) break;
    }
    atCore.push(now() - sent);
    await gone;
    await asked(core, '/v1/steering/resume', { action }, chief);
    await suggestion(desk, profileId, (view) => view?.primary?.action === action);
  }
  promised(report, 'a pause, sent, to a decision of the core without it (B16)', atCore, 1_000);
  promised(report, 'a pause, sent, to a suggestion of a console without it (B16)', atConsole, 3_000);
}

/** [B15] From an event, and from the customer's no, to the next suggestion at the console. */
async function again(desk: Desk, people: readonly Traveller[], report: Report): Promise<void> {
  const afterEvent: number[] = [];
  const afterNo: number[] = [];
  for (const who of people) {
    const profileId = await profileIdOf(desk.core, who);
    await suggestion(desk, profileId, isThere);
    const told = suggestion(desk, profileId, (view) => view?.primary?.action === NOTICE);
    let from = now();
    await tell(desk.core, flightStatus(who, 'cancelled'));
    const { decisionId } = (await told) as SuggestionView;
    afterEvent.push(now() - from);
    const other = suggestion(desk, profileId, (view) => isThere(view) && view?.primary?.action !== NOTICE);
    from = now();
    const answer = { decisionId: decisionId as string, profileId, answer: 'decline', reason: 'not-needed' };
    await desk.bridge.call('answer', { ...answer, answer: 'decline', seen: [] });
    await other;
    afterNo.push(now() - from);
  }
  promised(report, 'an event, sent, to the new suggestion of a console (B15)', afterEvent, 200);
  promised(report, "a customer's no to the next suggestion, at the console (B15)", afterNo, 200);
}

/** [B24] From a ring that telephony tells to the suggestion that its window is given. */
async function rings(desk: Desk, people: readonly Traveller[], report: Report): Promise<void> {
  const took: number[] = [];
  for (const who of people) {
    const profileId = await profileIdOf(desk.core, who);
    const contact = (state: string): Buffer =>
      Buffer.from(
        JSON.stringify({
          ...{ id: `ring-${who.userId}`, kind: 'call', state, queue: 'support-de', station: 'FRA' },
          ...{ identity: { type: 'userId', value: who.userId }, at: new Date().toISOString() },
        }),
      );
    const listed = until(desk.bridge, 'work', {}, ({ items }) =>
      items.some((item) => item.profileId === profileId && item.contact !== null),
    );
    const from = now();
    await desk.core.post('/v1/contacts', contact('ringing'));
    await listed;
    await suggestion(desk, profileId, isThere);
    took.push(now() - from);
    await desk.core.post('/v1/contacts', contact('ended'));
  }
  promised(report, 'a ring, sent, to the suggestion of a console (B24)', took, 1_000);
}

async function offline(desk: Desk, ids: readonly string[], report: Report): Promise<void> {
  const took: number[] = [];
  for (const id of ids) {
    const from = now();
    const view = await suggestion(desk, id, isThere);
    took.push(now() - from);
    if (view?.madeOffline !== true) throw new Error('the console does not know that its core is gone');
  }
  promised(report, 'a customer opened to the suggestion, no core (B24)', took, 1_000);
}

export async function atTheDesk(folder: string, quick: boolean, report: Report): Promise<void> {
  const count = quick ? 20 : 200;
  const people = travellers('XK', 3 * count + 1);
  const [first, ...rest] = people as [Traveller, ...Traveller[]];
  const core = await CoreProcess.start(join(folder, 'desk-core'));
  let isEnded = false;
  note(`${people.length} customers of a desk book`);
  await tellAll(
    core,
    people.flatMap((who) => [identified(who, 'Europe/Berlin'), booked(who)]),
  );
  const console = new RealConsole(join(folder, 'desk-console'), core, [SCOPE], () => undefined);
  const bridge = windowOf(console.running);
  const desk = { core, bridge };
  try {
    await until(bridge, 'status', {}, (view) => view.profiles >= people.length);
    await beside(core, PER_SECOND, async () => {
      await steering(desk, first, quick ? 5 : 50, report);
      await again(desk, rest.slice(0, count), report);
      // Half as many: each waits for the work list, which is made anew four times a second at most.
      await rings(desk, rest.slice(count, 1.5 * count), report);
    });
    const ids = await Promise.all(rest.slice(2 * count).map((who) => profileIdOf(core, who)));
    await core.end();
    isEnded = true;
    await until(bridge, 'status', {}, (view) => view.connection === 'offline');
    await offline(desk, ids, report);
  } finally {
    bridge.close?.();
    await console.stop();
    if (!isEnded) await core.end();
  }
}
