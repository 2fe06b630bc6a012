import type { ClientStore } from '../store/client-contract.ts';
import type { Executed } from './execute.ts';

/** Who changed what: every command with its result, in its own transaction. What was written stands in the log, not here. */
export function auditCommand(clients: ClientStore, one: Executed, at: number): void {
  const { id, name, subject, profileId, receipt } = one;
  const { status, code, detail } = receipt;
  const customer = profileId === null ? {} : { profile: profileId };
  clients.audit(subject, 'command', { ...customer, command: id, name, status, code }, at);
  if (detail !== null && profileId !== null) clients.noteDetail(id, profileId);
}
