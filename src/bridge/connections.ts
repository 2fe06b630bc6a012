/** With whom the core is connected and how that goes, for whoever answers for it. Times are ISO 8601. */

export type PartnerView = {
  name: string;
  state: 'ok' | 'failing';
  /** Places of the log that he has not been told of. */
  behind: number;
  /** Tried again by itself. */
  waiting: number;
  deadLetters: number;
  delivered: number;
  deliveredAt: string | null;
  error: string | null;
  errorAt: string | null;
  /** The last order for all his dead letters; null: none was given. */
  order: OrderView | null;
};

/** `open`: not tried yet, or tried again by itself; `failed`: not taken again; `done`: taken, or discarded. */
export type OrderView = {
  kind: 'resend' | 'discard';
  at: string;
  reason: string | null;
  total: number;
  open: number;
  failed: number;
  done: number;
};

export type LetterView = { id: string; attempts: number; error: string; changedAt: string };

export type SourceView = {
  name: string;
  state: 'ok' | 'failing';
  isUnderWay: boolean;
  taken: number;
  refused: number;
  error: string | null;
  endedAt: string | null;
  dueAt: string;
};

/** A service that scores customers; `behind` null: everybody is being asked about. */
export type ScorerView = {
  name: string;
  state: 'ok' | 'failing';
  behind: number | null;
  asked: number;
  refused: number;
  error: string | null;
  scoredAt: string | null;
};

export type AudienceView = {
  name: string;
  consent: string | null;
  state: 'working' | 'ready';
  members: number;
  entered: number;
  left: number;
};

export type RefusedView = { at: string; messageId: string | null; code: string; message: string };

export type NodeView = { isThis: boolean; consoles: number };

export type ConnectionsView = {
  partners: PartnerView[];
  sources: SourceView[];
  scorers: ScorerView[];
  audiences: AudienceView[];
  refused: RefusedView[];
  nodes: NodeView[];
};
