export const CONTACT_KINDS = ['call', 'visit', 'chat', 'callback'] as const;
export const CONTACT_STATES = ['ringing', 'waiting', 'active', 'wrapup', 'ended'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];
export type ContactState = (typeof CONTACT_STATES)[number];

/** The row of table `contact`: one piece of work; it leaves its scopes when it has ended. */
export type ContactRow = {
  id: string;
  profileId: string | null;
  kind: ContactKind;
  state: ContactState;
  queue: string;
  station: string | null;
  /** How the customer was named by telephony or the queue system, masked like any other field. */
  identity: { type: string; value: string } | { type: string; masked: string; tag: string } | null;
  /** Time of the present state. */
  at: string;
  /** Time of the first state. */
  since: string;
};
