import { hostname } from 'node:os';
import pg from 'pg';
import type { Place, Unit } from './image.ts';
import { type Changes, databaseSql, recordset, type SharedTable } from './mirror.ts';

/** The shared log in PostgreSQL: one head, whoever holds its row writes; behind it the last units, for nodes to follow. */

/** `version`: how many migrations the shared tables have been through. */
export type SharedHead = Place & { version: number };

/** Of the realm without a name; another has its own, with the name behind it, so that no table is shared between two. */
const SCHEMA = 'kairos';
/** A node that is frozen while it holds the head loses it after so long. */
const HELD_MS = 3_000;
/** Who holds the head is seen in `pg_stat_activity`. */
const NAME = `kairos-core ${process.pid} ${hostname()}`.slice(0, 63);
const CONNECT_MS = 3_000;
/** Longer than a frozen node can hold up others: whoever waits longer is cut off. */
const QUERY_MS = 10_000;
/** What reads or writes whole tables takes as long as it takes (and timers take no more). */
const WHOLE_MS = 2 ** 31 - 1;

const BEGIN = `BEGIN; SELECT n, name, version FROM shared_head WHERE one = 1 FOR UPDATE`;
const HEAD = 'SELECT n, name, version FROM shared_head WHERE one = 1';
const TAIL = `SELECT h.n AS head, h.name AS head_name, h.version, u.n, u.name, u.body
  FROM shared_head AS h LEFT JOIN shared_unit AS u ON u.n > $1 WHERE h.one = 1 ORDER BY u.n LIMIT 200`;
const HAS = 'SELECT 1 FROM shared_unit WHERE n = $1 AND name = $2';
const PRUNE = "DELETE FROM shared_unit WHERE at < now() - interval '10 minutes' AND n < $1";
const FORGET = 'DELETE FROM shared_unit';
const ADD_HEAD = `INSERT INTO shared_head (one, n, name, version) VALUES (1, $1, $2, $3)
  ON CONFLICT (one) DO UPDATE SET n = excluded.n, name = excluded.name, version = excluded.version`;
const SETUP = [
  `CREATE TABLE IF NOT EXISTS shared_head (
    one integer PRIMARY KEY CHECK (one = 1), n bigint NOT NULL, name text NOT NULL, version integer NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS shared_unit (
    n bigint PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now(), body text NOT NULL)`,
  // Who is connected where is true for seconds: it need not outlive the server, nor go to a standby.
  `CREATE UNLOGGED TABLE IF NOT EXISTS shared_node (
    node text PRIMARY KEY, at timestamptz NOT NULL, consoles text NOT NULL)`,
  // Compressing costs more than it saves: the rows live for minutes.
  'ALTER TABLE shared_unit ALTER COLUMN body SET STORAGE EXTERNAL',
  // The oldest units go every minute: their pages are for the next ones.
  'ALTER TABLE shared_unit SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)',
  // The one row of the head has a new version with each unit: they stay in one page.
  'ALTER TABLE shared_head SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)',
];
/** Two nodes that start at once on a new database. */
const SETUP_LOCK = 'SELECT pg_advisory_xact_lock(4711042)';
/** Units and head in the statement that writes the tables; other nodes are woken when it commits. */
const ADD_UNIT = 'INSERT INTO shared_unit (n, name, body) VALUES ($1, $2, $3)';
const SET_HEAD =
  "UPDATE shared_head SET n = $1, name = $2 WHERE one = 1 RETURNING pg_notify(current_schema(), '')";
/** Texts of `write` that are prepared: there is one for each set of tables that units write together. */
const PREPARED = 200;

const PUT_NODE = `INSERT INTO shared_node (node, at, consoles) VALUES ($1, now(), $2)
  ON CONFLICT (node) DO UPDATE SET at = excluded.at, consoles = excluded.consoles`;
const OTHER_NODES =
  "SELECT consoles FROM shared_node WHERE node <> $1 AND at > now() - interval '6 seconds' ORDER BY node";
const DROP_NODE = "DELETE FROM shared_node WHERE node = $1 OR at < now() - interval '1 day'";
const TELL = "SELECT pg_notify(current_schema() || '_nodes', $1)";

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** What the shared log says beyond a place. */
export type Tail = { head: SharedHead; units: Unit[] };

/**
 * [N11] Which history of a database is meant: `?realm=NAME` behind its address.
 * @throws Error where the name is none
 */
function realmIn(url: string): { connectionString: string; schema: string } {
  if (!URL.canParse(url)) return { connectionString: url, schema: SCHEMA };
  const address = new URL(url);
  const realm = address.searchParams.get('realm');
  if (realm === null) return { connectionString: url, schema: SCHEMA };
  if (!/^[a-z][a-z0-9_]{0,39}$/u.test(realm))
    throw new Error('a realm has a name of at most 40 small letters, digits and _');
  address.searchParams.delete('realm');
  return { connectionString: address.href, schema: `${SCHEMA}_${realm}` };
}

export class Connection {
  private readonly client: pg.Client;
  private readonly schema: string;
  private readonly prepared = new Map<string, string>();
  private ended = false;

  private constructor(client: pg.Client, schema: string) {
    this.client = client;
    this.schema = schema;
  }

  /** @param onLost told once when the connection has gone by itself */
  static async open(url: string, onLost: (error: Error) => void = () => undefined): Promise<Connection> {
    const { connectionString, schema } = realmIn(url);
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: QUERY_MS,
      keepAlive: true,
      // Statements that need not wait for each other's answers go out together (`write`).
      ...{ pipeline: true },
      application_name: NAME,
      options: `-c search_path=${schema} -c idle_in_transaction_session_timeout=${HELD_MS}`,
    });
    const connection = new Connection(client, schema);
    const lost = (error: Error) => {
      if (!connection.ended) onLost(error);
      connection.ended = true;
    };
    client.on('error', lost);
    client.on('end', () => lost(new Error('the connection to the database has ended')));
    await client.connect();
    return connection;
  }

  /** Of its process at the server. */
  get processId(): number | null {
    return (this.client as unknown as { processID: number | null }).processID;
  }

  /** Makes what is missing of the shared log's own tables. */
  async setUp(): Promise<void> {
    await this.client.query('BEGIN');
    await this.client.query(SETUP_LOCK);
    // Its name was looked at: realmIn.
    await this.client.query(`CREATE SCHEMA IF NOT EXISTS ${this.schema}`);
    for (const text of SETUP) await this.client.query(text);
    await this.client.query('COMMIT');
  }

  /** Begins a transaction that holds the head; null where there is no history yet (then it holds the set-up's lock). */
  async begin(): Promise<SharedHead | null> {
    const results = (await this.client.query(BEGIN)) as unknown as pg.QueryResult<SharedHead>[];
    const head = results[1]?.rows[0];
    if (head) return head;
    await this.client.query(SETUP_LOCK);
    return (await this.client.query<SharedHead>(HEAD)).rows[0] ?? null;
  }

  /** Begins a transaction that sees one moment. */
  async beginReading(): Promise<SharedHead | null> {
    await this.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return (await this.client.query<SharedHead>(HEAD)).rows[0] ?? null;
  }

  /** A transaction that writes everything takes as long as it takes. */
  async takeTime(): Promise<void> {
    await this.client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  }

  async commit(): Promise<void> {
    await this.client.query('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.client.query('ROLLBACK');
  }

  /** The units after a place, and the head of that moment. */
  async tail(n: number): Promise<Tail | null> {
    type Raw = {
      head: number;
      head_name: string;
      version: number;
      n: number | null;
      name: string;
      body: string;
    };
    const { rows } = await this.client.query<Raw>(TAIL, [n]);
    const first = rows[0];
    if (!first) return null;
    const units = rows.flatMap((row) =>
      row.n === null
        ? []
        : [{ place: { n: row.n, name: row.name }, changes: JSON.parse(row.body) as Changes }],
    );
    return { head: { n: first.head, name: first.head_name, version: first.version }, units };
  }

  async has({ n, name }: Place): Promise<boolean> {
    return (await this.client.query(HAS, [n, name])).rows.length > 0;
  }

  /**
   * Writes a unit in one statement, inside of the transaction that holds the head, and commits. Both go out together, because others
   * wait for the head: where the statement fails, the commit behind it undoes.
   */
  async write(tables: readonly SharedTable[], { place, changes }: Unit): Promise<void> {
    const values: unknown[] = [place.n, place.name, JSON.stringify(changes)];
    const mark = (columns: SharedTable['columns'], rows: Changes[string]['put']) =>
      `$${values.push(recordset(columns, rows))}`;
    const parts = [ADD_UNIT];
    for (const table of tables) {
      const of = changes[table.name];
      const sql = databaseSql(table);
      if (of && of.put.length > 0) parts.push(sql.put(mark(table.columns, of.put)));
      if (of && of.gone.length > 0) parts.push(sql.gone(mark(table.key, of.gone)));
    }
    const withs = parts.map((part, i) => `p${i} AS (${part})`).join(', ');
    const text = `WITH ${withs} ${SET_HEAD}`;
    await Promise.all([this.client.query({ ...this.nameOf(text), text, values }), this.commit()]);
  }

  /** Planning a statement over a dozen tables takes longer than running it: it is done once. */
  private nameOf(text: string): { name?: string } {
    const known = this.prepared.get(text);
    if (known !== undefined) return { name: known };
    if (this.prepared.size >= PREPARED) return {};
    const name = `unit_${this.prepared.size}`;
    this.prepared.set(text, name);
    return { name };
  }

  /** Forgets all units and sets the head: whoever is not at it begins anew. */
  async restart(head: SharedHead): Promise<void> {
    await this.run(FORGET);
    await this.client.query(ADD_HEAD, [head.n, head.name, head.version]);
    await this.client.query(`NOTIFY ${this.schema}`);
  }

  async prune(n: number): Promise<void> {
    await this.client.query(PRUNE, [n]);
  }

  /** @param own whose notifications say nothing new here */
  async heed(woken: () => void, own: () => number | null): Promise<void> {
    this.client.on('notification', ({ processId }) => {
      if (processId !== own()) woken();
    });
    await this.client.query(`LISTEN ${this.schema}`);
  }

  /** What this node's consoles are now. */
  async putNode(node: string, consoles: string): Promise<void> {
    await this.client.query(PUT_NODE, [node, consoles]);
  }

  /** What the other nodes that live have put last. */
  async otherNodes(node: string): Promise<string[]> {
    return (await this.client.query<{ consoles: string }>(OTHER_NODES, [node])).rows.map(
      (row) => row.consoles,
    );
  }

  async dropNode(node: string): Promise<void> {
    await this.client.query(DROP_NODE, [node]);
  }

  /** To every node that listens now, this one too. @param text at most 8,000 bytes */
  async tell(text: string): Promise<void> {
    await this.client.query(TELL, [text]);
  }

  async hear(told: (text: string) => void): Promise<void> {
    this.client.on('notification', ({ payload }) => told(payload ?? ''));
    await this.client.query(`LISTEN ${this.schema}_nodes`);
  }

  /** One statement over a whole table, made from the schema (mirror.ts). */
  async run(text: string, values: unknown[] = []): Promise<{ [name: string]: unknown }[]> {
    const statement = { text, values, query_timeout: WHOLE_MS };
    return (await this.client.query(statement)).rows;
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.client.end().catch(() => undefined);
  }

  /** Without a farewell: of a connection that may not answer. */
  drop(): void {
    this.ended = true;
    void this.client.end().catch(() => undefined);
    const { stream } = (this.client as unknown as { connection: { stream: { destroy(): void } } }).connection;
    stream.destroy();
  }
}
