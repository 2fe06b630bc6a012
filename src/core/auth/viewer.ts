import type { Role } from '../../domain/role.ts';

/**
 * Who asks: the verified content of a bearer token. `grants` are scope patterns; `until` is a time in ms;
 * `generation` is the subject's at the time of issue: a later revocation raises it.
 */
export type Viewer = {
  subject: string;
  role: Role;
  grants: string[];
  until: number;
  issuedAt: number;
  generation?: number;
  /** Where the identity provider tells it. */
  name?: string | undefined;
};

/** Codes of a refused token, as `connect_error` and HTTP name them; the last says nothing about the token. */
export type TokenRefusal =
  | 'token_missing'
  | 'token_invalid'
  | 'token_expired'
  | 'station_revoked'
  | 'sign_in_unavailable';
