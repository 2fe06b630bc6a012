/**
 * Sizes (bytes of the UTF-8 JSON text), counts and times (ms) of `kairos-sync/1`, as docs/spec/wire.md states them.
 */
export const KB = 1024;
export const MB = 1024 * 1024;

/** A `frame` or `snap`, head and body together. */
export const MAX_FRAME_BYTES = 256 * KB;
/** The head of a frame, which is part of its 256 KB. */
export const MAX_HEAD_BYTES = 64 * KB;
export const MAX_PUSH_BYTES = 64 * KB;
export const MAX_PUSH_COMMANDS = 50;
export const MAX_COMMAND_BYTES = 48 * KB;
export const MAX_ROW_BYTES = 200 * KB;
/** socket.io's maxHttpBufferSize. */
export const MAX_BUFFER_BYTES = 2 * MB;
/** `theirs` in the detail of a conflict is cut above this. */
export const MAX_THEIRS_BYTES = 4 * KB;

/** Flow control: what one console may leave unacknowledged. */
export const CREDIT_MESSAGES = 8;
export const CREDIT_BYTES = MB;

export const MAX_SCOPES = 1_000;
export const MAX_OPAQUE_CHARS = 64;
export const MAX_ID_CHARS = 100;
/** No mid above lmidAck + 2,000 is given; ids and results cover as many (R12, R13). */
export const MAX_OPEN_MIDS = 2_000;
export const MAX_CLIENTS_PER_SUBJECT = 100;
export const FINDS_PER_MINUTE = 30;
export const BUCKETS = 256;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const HELLO_TIMEOUT = 10 * SECOND;
export const PUSH_TIMEOUT = 15 * SECOND;
/** A message not acknowledged for this long closes the connection with `bye {reason: "busy"}`. */
export const ACK_TIMEOUT = 60 * SECOND;
export const WIPE_RECEIPT_TIMEOUT = 60 * SECOND;
/** While seq moves, a frame at least this often, to consoles without scopes too (R3). */
export const HEARTBEAT_EVERY = MINUTE;
/** `sums` of one scope at most this often. */
export const SUMS_EVERY = MINUTE;
/** Repairs of one scope at most this often; an unanswered or refused one is asked again after it. */
export const REPAIR_EVERY = 10 * MINUTE;
/** After `refused` with too_many_clients or hello_invalid the console tries again after this. */
export const REFUSED_RETRY = 10 * MINUTE;
/** `notice` at most this often per profile. */
export const NOTICE_EVERY = SECOND;
/** A grant of `profile:ID` by find ends this long after the last hello or sub that wanted it. */
export const FOUND_GRANT = 12 * HOUR;
export const LEASE = 72 * HOUR;
/** The upload watchdog: pending and no answer of the core for this long while connected means reconnect. */
export const UPLOAD_WATCHDOG = 30 * SECOND;
/** The console's back-off without progress: first delay, factor 2, full jitter, cap. */
export const BACKOFF_FIRST = 250;
export const BACKOFF_CAP = 30 * SECOND;
/** An entry that has or had a mid and is older than this is not sent again (R12). */
export const MAX_ENTRY_AGE = 30 * DAY;
/** The fifth unexpected failure parks a command (R7). */
export const MAX_ATTEMPTS = 5;

/** Limits of one operator's outbox; warn at 80 %, refuse what is not critical at 100 %. */
export const OUTBOX_MAX_ENTRIES = 2_000;
export const OUTBOX_MAX_BYTES = 20 * MB;
export const OUTBOX_WARN_SHARE = 0.8;
export const SETTLED_MAX_ENTRIES = 5_000;
export const SETTLED_MAX_AGE = 7 * DAY;
