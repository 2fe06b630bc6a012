import type { Receipt } from '../../domain/command.ts';
import type { ContactRow } from '../../domain/contact.ts';
import type { EventRow } from '../../domain/event.ts';
import type { Json } from '../../domain/json.ts';
import type { Table } from '../../domain/rows.ts';

/** A row as stored: full, unmasked, with all scopes that hold it (also `profile:ID`). Its `json` is the row's JSON text. */
export type StoredRow = { table: Table; id: string; v: number; json: string; scopes: string[] };
/** A row on its way to a console, its JSON as the store has it at hand: text, or UTF-8. */
export type EncodedRow = Omit<StoredRow, 'json'> & { json: string | Buffer };

/** A change for a commit: `json` null removes the row; otherwise content and complete scope membership after the change. */
export type RowChange = { table: Table; id: string; json: string | null; scopes: string[] };

/** The executed command that a commit carries (R6): one place of one client's sequence and its stored result. */
export type CommandResult = { clientId: string; mid: number; id: string } & Receipt;

/** The head of the history. `chain` is "" at seq 0; `floor` is the oldest seq that a console can resume from. */
export type Head = Readonly<{ epoch: string; seq: number; chain: string; floor: number }>;

/**
 * A row that changed in a range: which scopes held it at the range's start (of its first entry), and the seq of its
 * last entry in the range (the v of an op that deletes).
 */
export type ChangedRow = {
  table: Table;
  id: string;
  scopesBefore: string[];
  /** Its v at the range's start, 0 if it did not exist. */
  vBefore: number;
  /** Before one of its changes it was a row that some role may not see at all. */
  hidden: boolean;
  last: number;
};

/** What the sum of a scope is made of. */
export type RowKey = { table: Table; id: string; v: number };

/**
 * The commit log and the current rows, as sync reads them. All reads are synchronous and see the last commit, so
 * that several reads without an await between them are one read at `head().seq`.
 */
export interface LogReader {
  head(): Head;
  /** The chain at a seq, undefined below the floor or above the head. */
  chainAt(seq: number): string | undefined;
  /** Rows changed in (from, to], each once, with `scopesBefore` of its first entry in the range, in order of that entry. */
  changedRows(from: number, to: number): ChangedRow[];
  row(table: Table, id: string): StoredRow | undefined;
  /** As `row`, to be sent and not looked into. */
  encodedRow(table: Table, id: string): EncodedRow | undefined;
  /** The rows of a scope in the order (table as in TABLES, id), after the given key, at most `limit`; bundles are in every scope. */
  rowsOfScope(scope: string, after: { table: Table; id: string } | null, limit: number): StoredRow[];
  /** As `rowsOfScope`, to be sent and not looked into. */
  encodedRowsOfScope(scope: string, after: { table: Table; id: string } | null, limit: number): EncodedRow[];
  /** As `rowsOfScope`, without content. */
  keysOfScope(scope: string, after: { table: Table; id: string } | null, limit: number): RowKey[];
  /** Every scope that holds the row or held it since the log's floor: what a command or a read may be granted by. */
  scopesSinceFloor(table: Table, id: string): string[];
  /** The lost id's survivor (30 days), or the id itself. */
  survivor(profileId: string): string;
}

/** Writes of one transaction; each `commit` in it is one seq. */
export interface LogWriter extends LogReader {
  /**
   * Appends one commit (at least one change or a command) and returns its seq. Of `command` only the digest is made
   * here; the rows of mid and command are written by src/core/commands in the same transaction.
   */
  commit(changes: RowChange[], command?: CommandResult): number;
}

/** What became of a unit: what its work returned, all of it durable, or why nothing of it is. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };
export type Done<T> = (outcome: Outcome<T>) => void;

/** The store's transactional side. Only the writer's thread calls it; a throw rolls everything back, also bookkeeping. */
export interface CoreStore extends LogReader {
  /**
   * Runs `work` once, without anything between, at the head of the history, and tells `done` when all that it wrote is
   * durable and can be read here. Where the store is this process's own file that is before `unit` returns. Where nodes
   * share it, it is later; until then nobody here reads what was written, and an error may leave open whether it was
   * (asking the store again tells). Every write to a store stands in a unit; one in a unit is a part of it.
   */
  unit<T>(work: () => T, done: Done<T>): void;
  /**
   * Runs `work` in one durable transaction (synchronous FULL); after it returns, listeners of `onCommit` are told.
   * A `relaxed` one commits nothing to the log: it outlives the process, but a power cut may take it, until the next
   * durable one.
   */
  transaction<T>(work: (log: LogWriter) => T, durability?: 'full' | 'relaxed'): T;
  /** Told once per transaction that committed something. Returns the unsubscription. */
  onCommit(listener: (head: Head) => void): () => void;
  /** Starts a new epoch (unannounced restore): seq, chain and every v go on. */
  newEpoch(): Head;
}

/** What an applied command does to its profile: facts (null deletes) and, where it belongs in the timeline, an event. */
export type CommandEffect = {
  /** The command's id; the event row gets it too. */
  id: string;
  profileId: string;
  facts: { [name: string]: Json };
  event: EventRow | null;
  /** A contact of the profile as it is from now on. */
  contact?: ContactRow;
};

/** The fold as commands and `find` need it; made by src/core/fold. */
export interface Folder {
  /**
   * Folds a command's effect with the core's time, inside the caller's transaction, and returns the row changes that
   * belong into the command's own commit. A lost profileId is taken for its survivor.
   * @throws RowTooLarge (code `row_too_large`) and UnknownProfile (src/core/fold/errors.ts); roll back then.
   */
  effect(effect: CommandEffect): RowChange[];
  /** Ids of the profiles that hold an identity (values are normalised here), oldest first. */
  holders(type: string, value: string): string[];
  /** A console of this station has opened the customer: scope `opened:{station}` for 24 h. Own transaction. */
  opened(profileId: string, station: string): void;
}
