/** Who has opened whom at a console, for the audit: once in ten minutes for one person and customer. */
import { MINUTE } from '../../protocol/limits.ts';
import type { ClientStore } from '../store/client-contract.ts';

const AGAIN_AFTER = 10 * MINUTE;

export class Sightings {
  private readonly clients: Pick<ClientStore, 'audit'>;
  private readonly now: () => number;
  private readonly at = new Map<string, number>();

  constructor(clients: Pick<ClientStore, 'audit'>, now: () => number) {
    this.clients = clients;
    this.now = now;
  }

  /** @param clock the clock of sockets, ms */
  seen(subject: string, profileId: string, clock: number): void {
    const key = `${subject}\n${profileId}`;
    if (clock - (this.at.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER) return;
    this.at.set(key, clock);
    this.clients.audit(subject, 'open', { profile: profileId }, this.now());
  }

  /** Forgets what no longer limits anything. */
  forget(clock: number): void {
    for (const [key, at] of this.at) if (clock - at >= AGAIN_AFTER) this.at.delete(key);
  }
}
