export const CONTACT_KINDS = ['call', 'visit', 'chat', 'callback'] as const;
export const CONTACT_STATES = ['ringing', 'waiting', 'active', 'wrapup', 'ended'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];
export type ContactState = (typeof CONTACT_STATES)[number];

/** Somebody has taken a contact, at this station: a lease, over at `until`. */
export type Claim = { by: string; station: string; until: string };

/** What people at work have made of a contact, beside the state that its source tells. */
export type ContactWork = {
  claim?: Claim;
  /** When it was taken for the first time. */
  takenAt?: string;
  /** Put aside until then. */
  parkedUntil?: string;
  /** Who handed it over to its queue, and when. */
  from?: { by: string; at: string };
};

/** Whoever has the contact now (ms): a lease gives it back by itself. */
export const holderOf = ({ claim }: ContactWork, now: number): Claim | null =>
  claim !== undefined && Date.parse(claim.until) > now ? claim : null;

/** The row of table `contact`: one piece of work; it leaves its scopes when it has ended. */
export type ContactRow = ContactWork & {
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
