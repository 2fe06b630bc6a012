/**
 * All errors of the doors in one table: status, sentence, whether a retry can help. Nothing else is ever said to the
 * outside: no stack, no SQL, no foreign data.
 */
export const ERRORS = {
  malformed: { status: 400, message: 'The body or an argument is not as the door needs it.', retry: false },
  bad_json: { status: 400, message: 'The body is not JSON in UTF-8.', retry: false },
  type_unknown: {
    status: 400,
    message: 'The type must be track, identify, page, screen, group or alias.',
    retry: false,
  },
  timestamp_invalid: { status: 400, message: 'The timestamp is not a time in ISO 8601.', retry: false },
  user_missing: { status: 400, message: 'An event needs a userId or an anonymousId.', retry: false },
  event_missing: { status: 400, message: 'A track needs the name of its event.', retry: false },
  value_wrong_kind: { status: 400, message: 'A value is of a wrong kind.', retry: false },
  too_deep: { status: 400, message: 'The event is nested deeper than 32.', retry: false },
  row_too_large: {
    status: 400,
    message: 'The event would make its profile larger than 200 KB.',
    retry: false,
  },
  event_too_large: { status: 413, message: 'The event is larger than 32 KB.', retry: false },
  body_too_large: { status: 413, message: 'The body is larger than 500 KB.', retry: false },
  write_key_missing: {
    status: 401,
    message: 'A write key is needed, as the user name of basic auth.',
    retry: false,
  },
  write_key_invalid: { status: 401, message: 'The write key is not known here.', retry: false },
  token_missing: { status: 401, message: 'A bearer token is needed.', retry: false },
  token_invalid: { status: 401, message: 'The token is not valid here.', retry: false },
  token_expired: { status: 401, message: 'The token has expired; get a fresh one.', retry: false },
  station_revoked: { status: 401, message: 'The access was revoked.', retry: false },
  sign_in_refused: { status: 401, message: 'The name or the password is not right.', retry: false },
  enrolment_refused: { status: 401, message: 'The code is wrong, used or out of date.', retry: false },
  station_refused: {
    status: 401,
    message: 'The station is not known here, or its signature is not right.',
    retry: false,
  },
  forbidden: { status: 403, message: 'That is not allowed from there.', retry: false },
  not_found: { status: 404, message: 'There is nothing here.', retry: false },
  method_not_allowed: { status: 405, message: 'This address does not take that method.', retry: false },
  conflict: { status: 409, message: 'That contradicts what is already there.', retry: false },
  wrong_type: { status: 415, message: 'The body must be plain JSON (application/json).', retry: false },
  refused: { status: 422, message: 'Understood, but it cannot be done.', retry: false },
  slow_down: { status: 429, message: 'Too much at once; try again in a moment.', retry: true },
  internal: { status: 500, message: 'Something unexpected went wrong here.', retry: false },
  sign_in_unavailable: {
    status: 503,
    message: 'The identity provider cannot be reached, so this sign-in cannot be checked now.',
    retry: true,
  },
  store_unavailable: { status: 503, message: 'The core cannot store anything now.', retry: true },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An error with its code; `message` overrides the table's sentence where it can say more. */
export class DoorError extends Error {
  readonly code: ErrorCode;
  readonly index: number | undefined;

  constructor(code: ErrorCode, message: string = ERRORS[code].message, index?: number) {
    super(message);
    this.code = code;
    this.index = index;
  }
}

/** Too much at once, for a time that is known. */
export class SlowDown extends DoorError {
  readonly seconds: number;

  constructor(waitMs: number) {
    super('slow_down');
    this.seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  }
}

export type ErrorBody = { error: { code: string; message: string; retry: boolean; index?: number } };

export const errorBody = (error: DoorError): ErrorBody => ({
  error: {
    code: error.code,
    message: error.message,
    retry: ERRORS[error.code].retry,
    ...(error.index === undefined ? {} : { index: error.index }),
  },
});

/** Seconds for `Retry-After`, where the status asks for it and the error knows no better. */
export const RETRY_AFTER_SECONDS: { readonly [status: number]: number } = { 429: 1, 503: 5 };

/** The stores' ways of saying that nothing can be written now: a full or failing disk, a lock held too long, no database. */
export function isStoreFailure(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^STORE_UNREACHABLE$|^SQLITE_(?:FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM)/u.test(code);
}
