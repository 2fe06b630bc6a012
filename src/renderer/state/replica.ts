import type { CallInput, CallName, CallResult } from '../../bridge/contract.ts';
import type { Notice } from '../../bridge/reports.ts';
import { errorText } from '../i18n/errors.ts';
import { noteCall } from './calls.ts';
import { card, NO_CARD, receive, touch } from './card.ts';
import { createLink } from './link.ts';
import { mirror } from './mirror.ts';
import { moment } from './moment.ts';
import { clockNow, followPresses, pressed } from './pressed.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';

export const link = createLink((connected) => {
  moment.store.setState({
    link: connected ? 'connected' : 'reconnecting',
    linkSince: Date.now(),
    ...(connected ? { trouble: null } : {}),
  });
  if (connected) {
    quietly('setLanguage', { language: settings.getState().language });
    const profileId = mirror.store.getState().customerId;
    quietly('presence', { profileId, state: profileId ? 'viewing' : 'none' });
    for (const listener of onConnected) listener();
  }
}, noteCall);

/** Told each time that there is a line to the replica again. */
export const onConnected = new Set<() => void>();

/** A call whose failure the operator need not hear of, because the next attachment repeats it. */
function quietly<N extends CallName>(name: N, input: CallInput[N]): void {
  link.call(name, input).catch(() => undefined);
}

/** Calls that are followed from the key that asked for them, where somebody traces. */
const ASKED_BY_KEY: ReadonlySet<CallName> = new Set(['enqueue', 'redo', 'answer']);

/** A call on the operator's behalf: a failure becomes a sentence on screen and `undefined`. */
export async function ask<N extends CallName>(
  name: N,
  input: CallInput[N],
): Promise<CallResult[N] | undefined> {
  try {
    return await link.call(name, ASKED_BY_KEY.has(name) ? { ...input, ...pressed(clockNow()) } : input);
  } catch (error) {
    const { id, values } = errorText(error);
    moment.toast('critical', id, values);
    return undefined;
  }
}

const OPEN_KEY = 'kairos.open';
let stopCustomer: (() => void) | null = null;

/** Opens a customer (null: none). Painted from the replica; colleagues are told. */
export function openCustomer(profileId: string | null): void {
  if (profileId !== null && profileId === mirror.store.getState().customerId) return;
  if (profileId !== null) session.setState({ screen: 'desk' });
  stopCustomer?.();
  stopCustomer = null;
  card.setState(NO_CARD);
  mirror.open(profileId);
  quietly('presence', { profileId, state: profileId ? 'viewing' : 'none' });
  if (profileId === null) return;
  const lost = (): void => mirror.put('customer', null);
  const stops = [
    link.subscribe('customer', { profileId }, (value) => mirror.put('customer', value), lost),
    link.subscribe(
      'suggestion',
      { profileId },
      (value) => mirror.put('suggestion', value),
      () => undefined,
    ),
  ];
  stopCustomer = () => {
    for (const stop of stops) stop();
  };
}

const ignore = (): void => undefined;

/**
 * What an operator needs besides: who waits, what is on its way, and again whoever he had open before a reload.
 * @param operator who has signed in; '' where nobody has to
 */
export function startWorkspace(operator: string): void {
  link.subscribe('work', {}, (value) => mirror.put('work', value), ignore);
  link.subscribe('outbox', {}, (value) => mirror.put('outbox', value), ignore);
  link.subscribe('drafts', {}, (value) => mirror.put('drafts', value), ignore);
  link.subscribe('away', {}, (value) => mirror.put('away', value), ignore);
  const [by, open] = sessionStorage.getItem(OPEN_KEY)?.split('\n') ?? [];
  if (open && by === operator) openCustomer(open);
  else sessionStorage.removeItem(OPEN_KEY);
  mirror.store.subscribe(({ customerId }, before) => {
    if (customerId === before.customerId) return;
    if (customerId === null) sessionStorage.removeItem(OPEN_KEY);
    else sessionStorage.setItem(OPEN_KEY, `${operator}\n${customerId}`);
  });
}

/** Tells when what came with ids of events and commands is on the screen; a replica that does not trace sends none. */
function followPaint(): void {
  const paint = (view: 'customer' | 'suggestion', moments: string[]): void => {
    const receivedAt = clockNow();
    // The values of a frame are put in before it is painted; what is scheduled then runs after it.
    setTimeout(() => quietly('painted', { view, moments, receivedAt, paintedAt: clockNow() }));
  };
  mirror.store.subscribe(({ customer, suggestion }, before) => {
    if (customer?.moments && customer !== before.customer) paint('customer', customer.moments);
    if (suggestion?.moments && suggestion !== before.suggestion) paint('suggestion', suggestion.moments);
  });
}

/** Subscribes to what every screen needs. Nothing of a customer is kept by it but in memory. */
export function startReplica(): void {
  link.subscribe('status', {}, (value) => mirror.put('status', value), ignore);
  followPaint();
  followPresses(window);
  mirror.store.subscribe((state, before) => {
    if (state.suggestion !== before.suggestion && state.customerId && state.suggestion !== undefined) {
      card.setState(
        receive(card.getState(), state.customerId, state.suggestion, performance.now(), touch.on),
      );
    }
    if (state.status !== before.status) keepZone();
    if (state.status !== before.status) report(state.status?.notices ?? [], before.status?.notices ?? []);
    // Access was withdrawn: what was on screen is not kept in memory either.
    if (state.status?.connection === 'revoked' && state.customerId !== null) openCustomer(null);
  });
  moment.store.subscribe(({ action }, before) => {
    const { customerId } = mirror.store.getState();
    if (customerId === null || (action === null) === (before.action === null)) return;
    quietly('presence', { profileId: customerId, state: action === null ? 'viewing' : 'editing' });
  });
  settings.subscribe((state, before) => {
    if (state.language !== before.language) quietly('setLanguage', { language: state.language });
  });
}

/** What has to be put away by a person; the others pass by themselves. */
const STAYING: ReadonlySet<Notice> = new Set(['outbox_salvaged', 'disk_full']);

/** What is new about this machine is said once; what is over is not said any more. */
function report(notices: readonly Notice[], before: readonly Notice[]): void {
  for (const code of notices)
    if (!before.includes(code)) moment.toast(STAYING.has(code) ? 'critical' : 'warning', `notice.${code}`);
}

/** Kept for the first picture of the next start. */
function keepZone(): void {
  const zone = mirror.store.getState().status?.zone;
  if (zone && zone !== session.getState().zone) session.setState({ zone });
}
