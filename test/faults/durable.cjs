/**
 * Preloaded into a process of the product (`node --require`): counts its durable writes and kills it, really, directly
 * before or after one of them. A durable write is what the product does as one: a transaction, a statement outside of
 * one, a checkpoint, the close of a database, a file written, renamed or removed. Point 2k-1 lies before the k-th write,
 * 2k after it. Threads inherit preloads, so the checkpoint's thread has points of its own.
 */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { basename } = require('node:path');
const { isMainThread } = require('node:worker_threads');
const Database = require('better-sqlite3');

const SETTINGS = /^\s*(journal_mode|wal_checkpoint)/u;
const { statSync, openSync, readSync, closeSync, writeFileSync } = fs;

const state = {
  /** The point at which this process dies; 0 is never. */
  at: 0,
  writes: 0,
  /** What each write was, in words. */
  words: [],
};
globalThis.kairosDurable = state;
if (!isMainThread) state.at = Number(process.env.KAIROS_FAULTS_CHECKPOINT ?? 0);

const die = () => process.kill(process.pid, 'SIGKILL');

/** Does one durable write between its two points. */
function durable(words, write) {
  const end = begin(words);
  const result = write();
  end();
  return result;
}

function begin(words) {
  state.writes += 1;
  state.words.push(words);
  const k = state.writes;
  if (state.at === 2 * k - 1) die();
  return () => {
    if (state.at === 2 * k) die();
  };
}

const { transaction, pragma, exec, close, prepare } = Database.prototype;
const nameOf = (db) => basename(db.name);

/** Inside of another one a transaction is a savepoint and writes nothing through. */
Database.prototype.transaction = function counted(work) {
  const db = this;
  /** Of the outermost call that is running. */
  let end = null;
  const made = transaction.call(db, function committed(...args) {
    const isOutermost = end === null;
    if (isOutermost) end = () => undefined;
    const result = work.apply(this, args);
    // The controller commits when this returns.
    if (isOutermost) end = begin(`transaction on ${nameOf(db)}`);
    return result;
  });
  const wrap = (run) =>
    function around(...args) {
      if (db.inTransaction) return run.apply(this, args);
      try {
        const result = run.apply(this, args);
        noteSync(db);
        end?.();
        return result;
      } finally {
        end = null;
      }
    };
  const { immediate, deferred, exclusive } = made;
  return Object.assign(wrap(made), {
    immediate: wrap(immediate),
    deferred: wrap(deferred),
    exclusive: wrap(exclusive),
  });
};

Database.prototype.pragma = function counted(source, ...rest) {
  const written = /^\s*synchronous\s*=\s*(\w+)/u.exec(source);
  if (written) through.set(this, written[1] === 'FULL');
  const run = () => pragma.call(this, source, ...rest);
  if (this.inTransaction || !SETTINGS.test(source)) return run();
  return durable(`${source} on ${nameOf(this)}`, run);
};

Database.prototype.exec = function counted(source) {
  const run = () => exec.call(this, source);
  if (this.inTransaction || /^\s*BEGIN/u.test(source)) return run();
  return durable(`exec on ${nameOf(this)}`, run);
};

Database.prototype.close = function counted() {
  return this.open ? durable(`close of ${nameOf(this)}`, () => close.call(this)) : close.call(this);
};

const patched = new WeakSet();
Database.prototype.prepare = function counted(...args) {
  const statement = prepare.apply(this, args);
  const prototype = Object.getPrototypeOf(statement);
  if (!patched.has(prototype)) patchStatement(prototype);
  return statement;
};

function patchStatement(prototype) {
  patched.add(prototype);
  const { run } = prototype;
  prototype.run = function counted(...args) {
    if (this.readonly || this.database.inTransaction || /^\s*BEGIN/u.test(this.source))
      return run.apply(this, args);
    return durable(`statement on ${nameOf(this.database)}`, () => run.apply(this, args));
  };
}

/** Databases that write through to the disk at each commit. */
const through = new WeakMap();

/**
 * Which frames of a write-ahead log a loss of power cannot take: noted beside it when a commit was written through
 * although the file is not (a reset, wire.md R5).
 */
function noteSync(db) {
  if (!/^replica-/u.test(nameOf(db)) || !through.get(db)) return;
  const file = openSync(`${db.name}-wal`, 'r');
  const head = Buffer.alloc(32);
  readSync(file, head, 0, 32, 0);
  closeSync(file);
  const noted = { salt: head.toString('hex', 16, 24), bytes: statSync(`${db.name}-wal`).size };
  writeFileSync(`${db.name}.synced`, JSON.stringify(noted));
}

/** Files of the product's own; the test's are none of its durable writes. */
const isOurs = (path) =>
  /(keys\.json|wipe-\w+\.json|\.db)/u.test(String(path)) && !String(path).endsWith('.synced');

for (const name of ['writeFileSync', 'renameSync', 'rmSync', 'unlinkSync']) {
  const real = fs[name];
  fs[name] = function counted(path, ...rest) {
    const run = () => real.call(fs, path, ...rest);
    return isOurs(path) ? durable(`${name} of ${basename(String(path))}`, run) : run();
  };
}
syncBuiltinESMExports();
