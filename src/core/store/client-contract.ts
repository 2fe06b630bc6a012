import type { Receipt } from '../../domain/command.ts';

/** One console of one operator: how far its commands are executed, and which of its hellos is the newest (R1, R6). */
export type ClientRecord = {
  clientId: string;
  subject: string;
  lastMid: number;
  generation: number;
  /** `conn` of its newest hello: what an older connection is told that replaced it. */
  conn: string;
  /** When it last said hello or left, or was seen connected, ms. */
  seen: number;
};

/** A place in a client's sequence with the result that it has; `seq` is its commit. */
export type MidRecord = { mid: number; id: string; seq: number } & Receipt;

/** A command's identity: whoever sends the same id again gets the same result, if the payload is the same. */
export type CommandRecord = { id: string; subject: string; payloadHash: string; seq: number } & Receipt;

export type AuditDetail = {
  profile?: string;
  profiles?: string[];
  found?: string[];
  [name: string]: unknown;
};

export type Alarm = { kind: string; at: string; detail: string };
/** `profiles`: only these customers are to go; a client that does not know the field destroys its whole replica. */
export type WipeOrder = { id: string; mode: 'replica' | 'all'; profiles?: string[] };

/**
 * Bookkeeping of sync and commands. None of it has a seq; inside of `CoreStore.transaction` it commits or rolls back
 * with the rest, outside of it every write is durable by itself. Times are ms.
 */
export interface ClientStore {
  client(clientId: string): ClientRecord | undefined;
  putClient(record: ClientRecord): void;
  /** With its mids and grants; it starts again at lmid 0. */
  forgetClient(clientId: string): void;
  clientsOf(subject: string): ClientRecord[];

  mid(clientId: string, mid: number): MidRecord | undefined;
  /** Mids above `after`, ascending, at most `limit`. */
  midsAfter(clientId: string, after: number, limit: number): MidRecord[];
  /** The last mid with a commit up to `seq`; where no such row is kept, the one before the first kept, or undefined. */
  midAt(clientId: string, seq: number): number | undefined;
  addMid(clientId: string, record: MidRecord, at: number): void;
  command(id: string): CommandRecord | undefined;
  putCommand(record: CommandRecord, at: number): void;

  attempts(id: string): number;
  setAttempts(id: string, count: number, at: number): void;

  /** Scopes `profile:ID` that find granted to this client, with the time of the last hello or sub that wanted them. */
  grants(clientId: string): { scope: string; at: number }[];
  putGrant(clientId: string, scope: string, at: number): void;

  /** The last operator who wrote a fact by a command, and when (ISO 8601). */
  writer(profileId: string, fact: string): { subject: string; at: string } | undefined;
  putWriter(profileId: string, fact: string, subject: string, at: string): void;

  /** The oldest wipe that this client has not given its receipt for. */
  openWipe(clientId: string): WipeOrder | undefined;
  /** The clients with an open wipe: another node may have ordered it. */
  clientsToWipe(): string[];
  addWipe(order: WipeOrder, clientId: string, subject: string, at: number): void;
  /** A client that nobody here knew holds rows of this seq: what was erased since is owed by it too. */
  oweErasures(clientId: string, subject: string, cursor: number, at: number): void;
  /** False if there was no such open order. */
  closeWipe(id: string, clientId: string, pending: number, at: number): boolean;

  addAlarm(kind: string, detail: string, at: number): void;
  alarms(): Alarm[];
  /** Appends to the audit; `profile`, `profiles` and `found` of `detail` name the customers that it is about. */
  audit(subject: string, what: string, detail: AuditDetail, at: number): void;
  /** The detail of this command's receipt holds values of this customer. */
  noteDetail(commandId: string, profileId: string): void;

  /** Token generation of a subject (core/auth/tokens.ts). */
  generation(subject: string): number;
  /** ms; before all time if its tokens were never ended. */
  revokedAt(subject: string): number;
  raise(subject: string, at: number): void;

  /** Retention: mids after 30 days, commands after 60, grants after 12 h. */
  prune(now: number): void;
}
