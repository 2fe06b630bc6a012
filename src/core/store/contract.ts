import type { Receipt } from '../../domain/command.ts';
import type { Table } from '../../domain/rows.ts';

/** A row as stored: full, unmasked, with all scopes that hold it (also `profile:ID`). Its `json` is the row's JSON text. */
export type StoredRow = { table: Table; id: string; v: number; json: string; scopes: string[] };

/** A change for a commit: `json` null removes the row; otherwise content and complete scope membership after the change. */
export type RowChange = { table: Table; id: string; json: string | null; scopes: string[] };

/** The executed command that a commit carries (R6): one place of one client's sequence and its stored result. */
export type CommandResult = { clientId: string; mid: number; id: string } & Receipt;

/** The head of the history. `chain` is "" at seq 0; `floor` is the oldest seq that a console can resume from. */
export type Head = { epoch: string; seq: number; chain: string; floor: number };

/** The first log entry of a row in a range: which scopes held the row at the range's start. */
export type ChangedRow = { table: Table; id: string; scopesBefore: string[] };

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
  /** The rows of a scope in the order (table as in TABLES, id), after the given key, at most `limit`; bundles are in every scope. */
  rowsOfScope(scope: string, after: { table: Table; id: string } | null, limit: number): StoredRow[];
  /** The lost id's survivor (30 days), or the id itself. */
  survivor(profileId: string): string;
}

/** Writes of one transaction; each `commit` in it is one seq. */
export interface LogWriter extends LogReader {
  /** Appends one commit (at least one change or a command) and returns its seq. */
  commit(changes: RowChange[], command?: CommandResult): number;
}

/** The store's transactional side. Only the writer's thread calls it; a throw rolls everything back, also bookkeeping. */
export interface CoreStore extends LogReader {
  /** Runs `work` in one durable transaction (synchronous FULL); after it returns, listeners of `onCommit` are told. */
  transaction<T>(work: (log: LogWriter) => T): T;
  /** Told once per transaction that committed something. Returns the unsubscription. */
  onCommit(listener: (head: Head) => void): () => void;
  /** Starts a new epoch (unannounced restore): seq, chain and every v go on. */
  newEpoch(): Head;
}
