import type { KioskState } from '../../../bridge/shell.ts';
import type { StatusView } from '../../../bridge/views.ts';
import type { LinkState } from '../../state/moment.ts';

/** Why a kiosk serves nobody now; `devices` by name. */
export type OutOfService =
  | { why: 'staff' | 'starting' | 'fault' | 'noData' | 'withdrawn' }
  | { why: 'device'; devices: string[] };

export type ServiceParts = {
  status: Pick<StatusView, 'connection' | 'profiles'> | null;
  link: LinkState;
  hasTrouble: boolean;
  kiosk: KioskState | null;
};

/**
 * Null: in service. Without a connection it serves on, as long as it knows anybody. What a guest cannot mend is worded
 * for him in one sentence, and staff see the rest behind their code.
 */
export function outOfService({ status, link, hasTrouble, kiosk }: ServiceParts): OutOfService | null {
  if (kiosk?.closed) return { why: 'staff' };
  if (kiosk !== null && kiosk.missing.length > 0) return { why: 'device', devices: kiosk.missing };
  if (hasTrouble) return { why: 'fault' };
  if (status === null || kiosk === null || link === 'connecting') return { why: 'starting' };
  if (status.connection === 'revoked') return { why: 'withdrawn' };
  if (status.connection === 'refused') return { why: 'fault' };
  if (status.profiles > 0) return null;
  return { why: status.connection === 'offline' ? 'noData' : 'starting' };
}

/** Whoever is being served is served to the end, unless what he is shown may not be shown any more. */
export const interrupts = ({ why }: OutOfService): boolean => why === 'withdrawn' || why === 'fault';
