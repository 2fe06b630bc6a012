import type { ProcessView, Shell } from '../../../bridge/shell.ts';
import type { DiagnosticsView, StatusView } from '../../../bridge/views.ts';
import type { SlowCall } from '../../state/calls.ts';

export type Report = ReturnType<typeof reportOf>;

export type ReportParts = {
  at: string;
  shell: Pick<Shell, 'version' | 'platform' | 'engines'>;
  status: StatusView | null;
  replica: DiagnosticsView | null;
  processes: readonly ProcessView[];
  calls: readonly SlowCall[];
};

/**
 * What support is given: each part is named here, so that nothing comes along that nobody has thought of. There is no
 * name in it, of a customer, an operator or a station, and no text that somebody wrote.
 */
export function reportOf({ at, shell, status, replica, processes, calls }: ReportParts) {
  return {
    format: 'kairos-diagnostics-1',
    at,
    version: shell.version,
    platform: shell.platform,
    engines: { ...shell.engines },
    connection: status && {
      state: status.connection,
      since: status.since,
      reason: status.reason,
      notices: status.notices,
      latencyMs: status.latencyMs,
      waiting: status.waiting,
      needsYou: status.needsYou,
      held: status.held,
      stuckSince: status.stuckSince,
      outboxShare: status.outboxShare,
      upgrade: status.upgrade,
      divergence: status.divergence,
      bundle: status.bundle,
      leaseUntil: status.leaseUntil,
      protection: status.protection,
      role: status.role,
      simulation: status.simulation,
    },
    replica,
    processes: processes.map(({ type, bytes }) => ({ type, bytes })),
    slowCalls: calls.map(({ name, ms, at: when }) => ({ name, ms, at: when })),
  };
}
