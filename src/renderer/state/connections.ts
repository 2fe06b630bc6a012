import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ConnectionsView, LetterView } from '../../bridge/connections.ts';
import { moment } from './moment.ts';
import { ask, link } from './replica.ts';

/** With whom the core is connected, while somebody looks. */
export type ConnectionsState = {
  open: boolean;
  view: ConnectionsView | null;
  /** An error code while the core does not answer; what is shown is old then. */
  problem: string | null;
  /** The partner whose letters are looked at. */
  partner: string | null;
  letters: LetterView[] | null;
};

const CLOSED: ConnectionsState = { open: false, view: null, problem: null, partner: null, letters: null };
const RENEW_MS = 2_000;

export const connections = createStore<ConnectionsState>(() => CLOSED);
export const useConnections = <T>(select: (state: ConnectionsState) => T): T => useStore(connections, select);

let timer: ReturnType<typeof setTimeout> | undefined;

export function showConnections(): void {
  connections.setState({ ...CLOSED, open: true });
  void renew();
}

export function closeConnections(): void {
  clearTimeout(timer);
  connections.setState(CLOSED);
}

/** Asks again by itself while it is open. */
async function renew(): Promise<void> {
  clearTimeout(timer);
  try {
    const view = await link.call('connections', {});
    if (connections.getState().open) connections.setState({ view, problem: null });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
    if (connections.getState().open) connections.setState({ problem: code });
  }
  if (connections.getState().open) timer = setTimeout(() => void renew(), RENEW_MS);
}

/** Opens what a partner has not taken, or closes it. */
export async function lookAtLetters(partner: string): Promise<void> {
  if (connections.getState().partner === partner) {
    connections.setState({ partner: null, letters: null });
    return;
  }
  connections.setState({ partner, letters: null });
  const answer = await ask('letters', { partner });
  if (answer && connections.getState().partner === partner)
    connections.setState({ letters: answer.messages });
}

export async function resendLetter(partner: string, id: string): Promise<void> {
  if (!(await ask('resendLetter', { partner, id }))) return;
  connections.setState(({ letters }) => ({ letters: letters?.filter((one) => one.id !== id) ?? null }));
  moment.toast('done', 'toast.resent', { name: partner });
  await renew();
}

/** All that he has not taken; how far that is stands with him. */
export async function resendLetters(partner: string): Promise<void> {
  if (await ask('resendLetters', { partner })) await ordered();
}

export async function discardLetters(partner: string, reason: string): Promise<void> {
  if (await ask('discardLetters', { partner, reason })) await ordered();
}

async function ordered(): Promise<void> {
  connections.setState({ partner: null, letters: null });
  await renew();
}

export async function askSource(source: string): Promise<void> {
  if (!(await ask('askSource', { source }))) return;
  moment.toast('done', 'toast.asked', { name: source });
  await renew();
}
