import type { Json } from '../domain/json.ts';
import type { PortError } from './contract.ts';

/**
 * Every error that can cross the port: whether a retry can help and who can mend it. The sentences, in English and
 * German, stand under `error.CODE` in the renderer's texts; a test compares the two.
 */
export const ERRORS = {
  bad_input: { retry: false, mend: 'developer' },
  unknown_call: { retry: false, mend: 'developer' },
  too_many_calls: { retry: true, mend: 'nobody' },
  cancelled: { retry: true, mend: 'operator' },
  port_closed: { retry: true, mend: 'nobody' },
  internal: { retry: true, mend: 'developer' },
  offline: { retry: true, mend: 'administrator' },
  not_found: { retry: false, mend: 'operator' },
  too_late: { retry: false, mend: 'operator' },
  forbidden: { retry: false, mend: 'administrator' },
  rate: { retry: true, mend: 'nobody' },
  outbox_full: { retry: true, mend: 'operator' },
  too_large: { retry: false, mend: 'operator' },
  disk_full: { retry: true, mend: 'administrator' },
  no_bundle: { retry: true, mend: 'administrator' },
  changed: { retry: true, mend: 'operator' },
  refused: { retry: false, mend: 'operator' },
  bad_command: { retry: false, mend: 'operator' },
} as const satisfies { [code: string]: { retry: boolean; mend: string } };

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure of a call; whatever else a handler throws crosses the port as `internal`, without its text. */
export class PortFailure extends Error {
  readonly code: ErrorCode;
  readonly params: { [name: string]: Json };
  readonly retry: boolean;

  constructor(code: ErrorCode, params: { [name: string]: Json } = {}) {
    super(code);
    this.name = 'PortFailure';
    this.code = code;
    this.params = params;
    this.retry = ERRORS[code].retry;
  }
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

export function toPortError(error: unknown): PortError {
  if (error instanceof PortFailure) return { code: error.code, params: error.params, retry: error.retry };
  return { code: 'internal', params: {}, retry: true };
}

export const fromPortError = (error: PortError): PortFailure =>
  new PortFailure(isCode(error.code) ? error.code : 'internal', error.params);
