/**
 * What the replica and main report to people besides errors of calls: every code, and who can mend it. The sentences,
 * in English and German, stand in the renderer's texts under `link.CODE`, `notice.CODE` and `trouble.CODE`; a test
 * compares the two.
 */
type Report = { [code: string]: { mend: 'nobody' | 'operator' | 'administrator' } };

/** Why there is no connection, or what the core refused (`StatusView.reason`). */
export const LINK_REASONS = {
  core_unreachable: { mend: 'nobody' },
  core_silent: { mend: 'nobody' },
  core_unreadable: { mend: 'nobody' },
  core_busy: { mend: 'nobody' },
  core_shutdown: { mend: 'nobody' },
  core_floor: { mend: 'nobody' },
  upload_stuck: { mend: 'nobody' },
  asleep: { mend: 'nobody' },
  store_failed: { mend: 'administrator' },
  disk_full: { mend: 'administrator' },
  upgrade_needed: { mend: 'administrator' },
  hello_invalid: { mend: 'administrator' },
  too_many_clients: { mend: 'administrator' },
  token_missing: { mend: 'operator' },
  token_invalid: { mend: 'operator' },
  token_expired: { mend: 'operator' },
  station_revoked: { mend: 'administrator' },
  sign_in_unavailable: { mend: 'nobody' },
  lease_over: { mend: 'nobody' },
  wiped: { mend: 'nobody' },
} as const satisfies Report;

/** What happened to the files on this machine (`StatusView.notices`). */
export const NOTICES = {
  replica_rebuilt: { mend: 'nobody' },
  outbox_salvaged: { mend: 'operator' },
  disk_full: { mend: 'administrator' },
} as const satisfies Report;

/** Why there is no replica to speak to (`Shell.requestPort`). */
export const TROUBLES = {
  outbox_in_use: { mend: 'operator' },
  files_failed: { mend: 'administrator' },
  outbox_damaged: { mend: 'nobody' },
  replica_failed: { mend: 'administrator' },
  core_failed: { mend: 'administrator' },
} as const satisfies Report;

export type LinkReason = keyof typeof LINK_REASONS;
export type Notice = keyof typeof NOTICES;
export type Trouble = keyof typeof TROUBLES;

export const isTrouble = (code: unknown): code is Trouble =>
  typeof code === 'string' && Object.hasOwn(TROUBLES, code);
