/**
 * Every code that the sync protocol names, one table: what it means to a person and whether trying the same again can
 * help. Result codes are `status code`, as in `conflict stale`; a rule of the pack adds its own to `rejected`.
 */
export const CONNECT_CODES = {
  token_missing: { message: 'This console has not signed in.', retry: false },
  token_invalid: {
    message: 'The sign-in of this console is not valid here.',
    retry: false,
  },
  token_expired: {
    message: 'The sign-in of this console has run out; sign in again.',
    retry: false,
  },
  station_revoked: {
    message: 'This station may no longer see customer data.',
    retry: false,
  },
  sign_in_unavailable: {
    message: 'The identity provider cannot be reached, so the sign-in cannot be checked now.',
    retry: true,
  },
} as const;

export const HELLO_CODES = {
  client_of_other: {
    message: 'This clientId belongs to another operator.',
    retry: false,
  },
  too_many_clients: {
    message: 'This operator has too many consoles; at most 100 in 30 days.',
    retry: true,
  },
  hello_invalid: {
    message: 'The hello of this console cannot be read.',
    retry: true,
  },
} as const;

export const PUSH_CODES = {
  push_too_large: {
    message: 'The push has more than 64 KB or 50 commands.',
    retry: false,
  },
  push_unreadable: { message: 'The push cannot be read.', retry: false },
  push_not_ascending: {
    message: 'The mids of the push do not ascend.',
    retry: false,
  },
} as const;

export const ASK_CODES = {
  subject: { message: 'The new token belongs to somebody else.', retry: false },
  scope: {
    message: 'This scope is not active on this connection.',
    retry: false,
  },
  rate: {
    message: 'Too many requests; wait before the next one.',
    retry: true,
  },
  busy: {
    message: 'The core is busy with an earlier request of this kind.',
    retry: true,
  },
  malformed: { message: 'The request cannot be read.', retry: false },
} as const;

export const RESULT_CODES = {
  'applied ': { message: 'Done.', retry: false },
  'applied overwrote': {
    message: 'Done; a newer value of somebody else was replaced.',
    retry: false,
  },
  'conflict stale': {
    message: 'The value has changed since it was seen.',
    retry: true,
  },
  'forbidden scope': {
    message: 'This customer is outside of what this sign-in may change.',
    retry: false,
  },
  'forbidden role': { message: 'This role may not do that.', retry: false },
  'forbidden field': {
    message: 'This role may not write that field.',
    retry: false,
  },
  'rejected args': {
    message: 'Something needed is missing or wrong.',
    retry: false,
  },
  'rejected unknown_profile': {
    message: 'This customer is not known.',
    retry: false,
  },
  'rejected base_missing': {
    message: 'The command does not say which value was seen.',
    retry: false,
  },
  'rejected id_reused': {
    message: 'The id of this command was used for another one.',
    retry: false,
  },
  'rejected too_large': {
    message: 'The command has more than 48 KB.',
    retry: false,
  },
  'rejected row_too_large': {
    message: 'The customer record would become larger than 200 KB.',
    retry: false,
  },
  'parked failed': {
    message: 'The core failed on this command five times and has put it aside.',
    retry: true,
  },
  'parked unknown_command': {
    message: 'The core does not know this command.',
    retry: false,
  },
  'parked unknown_version': {
    message: 'The core does not know this version of the command.',
    retry: false,
  },
} as const;

export type ConnectCode = keyof typeof CONNECT_CODES;
export type HelloCode = keyof typeof HELLO_CODES;
export type PushCode = keyof typeof PUSH_CODES;
export type AskCode = keyof typeof ASK_CODES;

export const RESET_REASONS = ['new', 'epoch', 'floor', 'future', 'chain', 'mask', 'schema'] as const;
export type ResetReason = (typeof RESET_REASONS)[number];

export const BYE_REASONS = [
  'shutdown',
  'replaced',
  'floor',
  'token_expired',
  'station_revoked',
  'busy',
] as const;
export type ByeReason = (typeof BYE_REASONS)[number];
