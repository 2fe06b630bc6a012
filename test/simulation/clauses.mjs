// Clauses of the rules that can be switched off in the simulator: each names a piece of production code and what takes
// its place. The number before the point is the rule; what it takes to notice each is in caught.mjs.

const core = (file) => `src/core/${file}.ts`;
const replica = (file) => `src/replica/${file}.ts`;

/** An expression that stands for another. What is between « and », if they are there, is replaced; the rest finds it. */
const value = (file, find, put) => ({ file, find, put, kind: 'value' });
/** A whole statement that stands for another, or for nothing. */
const statement = (file, find, put = '') => ({ file, find, put, kind: 'statement' });

const CONNECTIONS = core('sync/connections');
const EXECUTE = core('commands/execute');
const FRAMES = core('sync/frames');
const HELLO = core('sync/hello');
const HUB = core('sync/hub');
const SERVING = core('sync/serving');
const SESSION = core('sync/session');
const SNAPSHOTS = core('sync/snapshots');
const WELCOME = core('sync/welcome');
const GREET = replica('sync/greet');
const LINKS = replica('sync/links');
const OVERLAY = replica('overlay');
const PUSHES = replica('sync/pushes');
const RECEIVE = replica('sync/frames');
const ROWS = replica('store/memory');
const RULES = replica('outbox/rules');

/** @type {Record<string, {file: string, find: string, put: string, kind: 'value' | 'statement'}[]>} */
export const CLAUSES = {
  // The newest hello of a clientId wins, at every node: in the transaction that executes, at every message and tick,
  // and at once where both connections are of one node.
  'R1.generation': [value(EXECUTE, 'client.generation !== pusher.generation', 'false')],
  'R1.newest': [value(CONNECTIONS, 'client?.generation === session.generation', 'true')],
  'R1.closed': [statement(CONNECTIONS, "if (older) this.bye(older, 'replaced', SECOND, by);")],
  'R1.one-moment': [
    value(
      WELCOME,
      "deps.store.transaction(() => decide(deps, session, hello), 'relaxed')",
      '((before) => { const told = deps.store.transaction(() => decide(deps, session, hello)); return told && { ...told, lmid: before }; })(deps.clients.client(session.clientId)?.lastMid ?? 0)',
    ),
  ],
  'R1.subject': [
    value(WELCOME, 'owner !== undefined && owner !== session.viewer.subject', 'false'),
    value(WELCOME, 'known && known.subject !== session.viewer.subject', 'false'),
  ],
  'R1.foreign': [statement(GREET, "if (reply.code === 'client_of_other') return fork(turn, []);")],
  'R1.twin': [value(LINKS, '!turn.session.conns.includes(by)', 'false')],
  'R1.once': [value(HUB, "session.phase !== 'silent'", "session.phase === 'closed'")],
  'R1.silent': [
    value(HUB, "session.phase === 'live' && this.isTokenGood(session)", "session.phase !== 'closed'"),
    value(CONNECTIONS, 'client?.generation === session.generation', 'true'),
    value(EXECUTE, '!client || client.generation !== pusher.generation', 'false'),
  ],
  'R1.wanted': [value(GREET, '!sameList(session.wanted, session.toldWanted)', 'false')],

  'R2.next': [value(RECEIVE, 'head.n !== session.n + 1', 'false')],
  'R2.from': [value(RECEIVE, 'body.from !== env.meta.cursor', 'false')],
  'R2.epoch': [value(RECEIVE, 'body.epoch !== env.meta.epoch', 'false')],

  'R3.delete': [value(FRAMES, 'before || (told !== undefined && told >= 0)', 'false')],
  'R3.results-to': [value(FRAMES, 'seq > to', 'false'), value(FRAMES, 'to >= deps.log.head().seq', 'true')],
  'R3.results-due': [value(FRAMES, 'session.drops.size > 0 || «hasResults(session)») return true', 'false')],
  'R3.first': [value(FRAMES, 'if («session.first» || session.drops', 'false')],
  'R3.heartbeat': [value(FRAMES, 'deps.clock() - session.lastFrameAt >= MINUTE', 'false')],
  'R3.floor': [value(SERVING, 'session.cursor < floor', 'false')],

  'R4.gone': [statement(SNAPSHOTS, 'else «gone.push([table, id]);»')],
  'R4.changed': [statement(SNAPSHOTS, 'if (held) «rows.push(json);»')],
  'R4.frame-first': [value(SNAPSHOTS, 'session.cursor !== seq', 'false')],
  'R4.at': [value(RECEIVE, 'body.at !== env.meta.cursor', 'false')],
  'R4.oldest-read': [value(SNAPSHOTS, 'snap.since < 0', 'true')],
  'R4.log-cut': [
    statement(SERVING, 'this.restartCutSnaps(session, this.deps.store.head().floor);'),
    value(SNAPSHOTS, 'Math.max(floor, snap.since)', 'snap.since'),
  ],
  'R4.dropped-early': [
    statement(
      SESSION,
      'session.drops.add(scope);',
      'if (session.active.has(scope)) session.drops.add(scope);',
    ),
  ],
  'R4.drop-ends-stage': [
    statement(ROWS, 'for (const scope of change.drop) {\n      «this.stages.delete(scope);»'),
  ],
  'R4.end-of-connection': [statement(LINKS, "turn.replica({ kind: 'discard-stages' });")],
  'R4.keeps-scopes': [
    value(ROWS, 'base.scopes.includes(scope) ? base.scopes : [...base.scopes, scope].sort()', '[scope]'),
  ],
  'R4.higher': [value(ROWS, 'before === undefined || v >= before.v', 'before === undefined')],
  'R4.merge-higher': [value(ROWS, 'v > base.v', 'false')],

  'R5.epoch': [value(HELLO, 'place.epoch !== head.epoch', 'false')],
  'R5.last-frame': [value(SERVING, '!hasCredit(session) || «this.lostPlace(session)»', 'false')],
  'R5.floor': [value(HELLO, 'place.cursor < head.floor', 'false')],
  'R5.future': [value(HELLO, 'place.cursor > head.seq', 'false')],
  'R5.chain': [value(HELLO, 'chainAt(place.cursor) !== place.chain', 'false')],
  'R5.mask': [value(HELLO, 'place.mask !== mask', 'false')],
  'R5.schema': [value(HELLO, 'served.includes(place.schemaHash)', 'true')],
  'R5.proof': [value(HELLO, 'genuine.length === given.length && timingSafeEqual(genuine, given)', 'true')],
  'R5.new-epoch': [value(WELCOME, 'provesRestore(hello, reason, deps.proof)', 'false')],
  'R5.all-others': [value(SERVING, 'session.epoch !== epoch', 'false')],
  'R5.drop': [
    value(
      WELCOME,
      'new Set(reset ? [] : hello.active.filter((scope) => !allowed.has(scope)))',
      'new Set<string>()',
    ),
  ],
  'R5.rest': [
    value(WELCOME, '(scope) => !session.active.has(scope)', '(scope) => reset && !session.active.has(scope)'),
    value(SESSION, '!held && !pending.has(scope)', 'false'),
  ],
  'R5.stale': [value(ROWS, '{ ...row, stale: true }', 'row')],
  'R5.replaced': [
    value(ROWS, 'base === undefined || base.stale', 'base === undefined || (base.stale && v > base.v)'),
  ],
  'R5.stale-ends': [value(ROWS, 'row.stale && row.scopes.includes(scope)', 'false')],
  'R5.granted': [value(ROWS, 'row.scopes.filter((scope) => granted.includes(scope))', 'row.scopes')],
  'R5.seen': [
    statement(
      ROWS,
      'if (change.epoch !== this.state.epoch) this.seenOf.clear();\n    this.seenOf.set(change.clientId, change.lmid);',
    ),
  ],
  'R5.seen-of-others': [value(ROWS, 'change.epoch !== this.state.epoch', 'false')],
  'R5.place': [value(GREET, 'cursor: «seq»,', 'env.meta.cursor')],
  'R5.no-scope': [value(ROWS, 'mask, schemaHash, active: «[]» };', 'this.state.active')],
  'R5.through': [value('test/simulation/disk.ts', 'if («RESET_IS_WRITTEN_THROUGH») this', 'false')],
  'R5.mask-told': [value(HUB, 'lens.mask !== session.lens.mask', 'false')],
  'R5.mask-deletes': [
    statement(LINKS, "if (reason === 'mask') turn.replica({ kind: 'delete-rows' });"),
    value(GREET, 'deleteRows: «mask !== env.meta.mask»', 'false'),
  ],
  'R5.mask-first': [value(GREET, 'deleteRows: «mask !== env.meta.mask»', "told.reason === 'mask'")],
  'R5.revoked': [
    statement(LINKS, "turn.set({ refused: 'revoked' });\n  «turn.replica({ kind: 'delete-rows' });»"),
  ],
  'R5.auth': [
    statement(
      HUB,
      'session.lens = lens;\n    «this.renewGrants(session, () => this.serving.pump(session));»',
    ),
  ],

  'R6.copy': [
    value(EXECUTE, 'if («known») return settle(deps, pusher, command, () => known)', 'false'),
    value(EXECUTE, '«knownResult(deps, pusher, command)» ?? work(log)', 'null'),
  ],
  'R6.copy-inside': [value(EXECUTE, '«knownResult(deps, pusher, command)» ?? work(log)', 'null')],
  'R6.reused': [
    value(
      EXECUTE,
      'known.subject !== pusher.viewer.subject || known.payloadHash !== command.payloadHash',
      'false',
    ),
  ],
  'R6.fork': [value(EXECUTE, 'known && known.id !== command.id', 'false')],
  'R6.gap': [
    value(EXECUTE, 'command.mid > lastMid + 1', 'false'),
    value(EXECUTE, 'client.lastMid !== mid - 1', 'false'),
  ],
  'R6.one-transaction': [
    statement(EXECUTE, 'clients.putClient({ ...client, lastMid: mid });'),
    statement(
      EXECUTE,
      "  });\n  «return 'next';»",
      "const after = clients.client(pusher.clientId); if (after) clients.putClient({ ...after, lastMid: mid }); return 'next';",
    ),
  ],

  'R7.counted': [statement(EXECUTE, 'clients.setAttempts(command.id, made + 1, deps.now());')],
  'R7.taken-back': [statement(EXECUTE, 'clients.setAttempts(command.id, made, deps.now());')],
  'R7.transient': [value(EXECUTE, 'isTransient(error)', 'false')],
  'R7.parked': [
    value(EXECUTE, 'made >= MAX_ATTEMPTS', 'false'),
    value(EXECUTE, 'made + 1 >= MAX_ATTEMPTS', 'false'),
  ],
  'R7.advances': [
    statement(
      EXECUTE,
      'if (!verdict.effect) return verdict.receipt;',
      "if (verdict.receipt.status === 'conflict') throw new Replaced(); if (!verdict.effect) return verdict.receipt;",
    ),
  ],
  'R7.behind': [
    value(EXECUTE, "step !== 'next'", "step !== 'next' && !('retryMs' in step)"),
    value(EXECUTE, 'command.mid > lastMid + 1', 'false'),
    value(EXECUTE, 'client.lastMid !== mid - 1', 'false'),
  ],
  'R7.refused-one': [value(PUSHES, 'ids.length === 1 && only !== undefined', 'false')],
  'R7.halved': [value(PUSHES, 'Math.max(1, Math.floor(ids.length / 2))', 'ids.length + 1')],

  'R8.strict': [value(core('commands/judge'), 'stale.length === 0', 'true')],

  'R9.poll': [value(HUB, 'seq !== looked.seq || floor !== looked.floor || epoch !== looked.epoch', 'false')],

  'R10.order': [
    statement(
      RECEIVE,
      'turn.keep(settle(turn.outbox, results, new Date(env.now).toISOString()));',
      'const count = turn.effects.length; turn.keep(settle(turn.outbox, results, new Date(env.now).toISOString())); if (turn.effects.length > count) turn.effects.unshift(turn.effects.pop()!);',
    ),
  ],
  'R10.seen': [statement(ROWS, '«this.seenOf.set(change.clientId, change.lmid);»\n    const { cursor')],
  'R10.lmidAck': [value(RULES, 'last !== outbox.me.lmidAck', 'false')],

  'R11.settled': [value(OVERLAY, '[...appliedAbove(outbox, seen), ...pending]', 'pending')],
  'R11.seen': [value(OVERLAY, '((entry) => «entry.mid === null || entry.mid > seen»)', 'true')],
  'R11.stale': [value(OVERLAY, 'Math.min(seen, staleSeen)', 'seen')],
  'R11.arriving': [value(OVERLAY, 'arriving ? perhaps : []', '[]')],
  'R11.epoch': [
    value(
      OVERLAY,
      'return «seenOf(outbox, replica.meta().epoch, replica.seen(outbox.me.clientId))»',
      '(replica.seen(outbox.me.clientId) ?? 0)',
    ),
  ],
  'R11.stale-epoch': [
    value(GREET, 'rowsSeen: «seenOf(turn.outbox, env.meta.epoch, env.seen)»', '(env.seen ?? 0)'),
  ],

  'R12.durable': [
    statement(PUSHES, 'turn.keep(next.outbox);', 'if (next.batch.length === 0) turn.keep(next.outbox);'),
    statement(
      PUSHES,
      "turn.add({ do: 'push', commands: next.batch.map(toCommand) });",
      "turn.add({ do: 'push', commands: next.batch.map(toCommand) }); turn.keep(next.outbox);",
    ),
  ],
  'R12.lose': [value(RULES, 'isAbove(entry) ? withoutMid(entry) : entry', 'entry')],
  'R12.lose-old': [value(RULES, "status === 'unknown' && isAbove(entry)", 'false')],
  'R12.free': [value(replica('outbox/operations'), 'entry.mid === null && !entry.marked', 'true')],
  'R12.free-marked': [
    value(replica('outbox/operations'), 'entry.mid === null && !entry.marked', 'entry.mid === null'),
  ],
  'R12.order': [value(RULES, 'waitingFor.has(entry.profileId)', 'false')],
  'R12.open-mids': [value(RULES, 'nextMid > aged.me.lmidAck + MAX_OPEN_MIDS', 'false')],
  'R12.in-flight': [
    value(PUSHES, "session.phase !== 'live' || «session.push !== null» || session.pausedPush", 'false'),
  ],
  'R12.this-connection': [value(replica('sync/step'), 'input.generation === session.generation', 'true')],
  'R12.gap': [value(PUSHES, 'ack.gap !== undefined', 'false')],
  'R12.keeps-mids': [
    value(RULES, '(entry) => entry.mid !== null && entry.mid > options.lmid', '() => false'),
  ],
  'R12.old': [value(RULES, 'entry.hadMid && now - Date.parse(entry.at) > MAX_ENTRY_AGE', 'false')],
  'R12.old-marked': [value(RULES, 'hadMid: «true»,\n    marked', 'entry.hadMid')],

  'R13.untold': [value(RULES, 'isLost(entry) || «isUntold(entry)»', 'false')],
  'R13.unvouched': [value(RULES, '? «told.vouched» : 0', 'told.lmid')],
  'R13.other-epoch': [value(LINKS, 'seenOf(outbox, env.meta.epoch, env.seen)', '(env.seen ?? 0)')],
  'R13.seen': [
    value(
      LINKS,
      'Math.min(outbox.me.lmidAck, seen)',
      '(outbox.me.epoch === env.meta.epoch ? outbox.me.lmidAck : 0)',
    ),
  ],
  'R13.due': [value(LINKS, 'lmidAck < outbox.me.lmidAck', 'false')],
  'R13.lost-history': [value(ROWS, '(this.seen(clientId) ?? 0) > lmid', 'false')],
  'R13.back': [value(RULES, 'lost.length > 0', 'false')],
  'R13.conflicts-back': [value(RULES, 'answered.filter(({ entry }) => isLost(entry))', '[]')],
  'R13.mid-order': [
    value(
      RULES,
      '.sort(«(a, b) => (a.mid ?? 0) - (b.mid ?? 0)»);\n  if (lost',
      '(a, b) => (b.mid ?? 0) - (a.mid ?? 0)',
    ),
  ],
  'R13.front': [value(RULES, 'lowest - entries.length + i', '(outbox.pending.at(-1)?.order ?? 0) + 1 + i')],
  'R13.reset-from-0': [value(HELLO, 'reset ? 0 : Math.min(lmidAck, lmid)', 'Math.min(lmidAck, lmid)')],
  'R13.lowered': [
    value(RULES, 'lmidAck = «told.idsFrom - 1»', 'Math.max(outbox.me.lmidAck, told.idsFrom - 1)'),
  ],
  'R13.cut': [value(RULES, 'lmidAck = «told.idsFrom - 1»', 'Math.min(outbox.me.lmidAck, told.idsFrom - 1)')],
  'R13.lowest-first': [
    value(
      FRAMES,
      'session.settledMid = «head.lastResult»',
      '(head.lastResult === undefined ? undefined : session.lastMid)',
    ),
  ],

  'R14.lmid': [
    statement(RULES, 'if (lmid >= outbox.me.nextMid) return true;'),
    value(PUSHES, 'ack.lmid >= turn.outbox.me.nextMid', 'false'),
  ],
  'R14.ids': [value(RULES, 'places.length === 0', 'true')],
  'R14.ack': [value(PUSHES, 'ack.fork !== undefined || ack.lmid >= turn.outbox.me.nextMid', 'false')],
  'R14.start': [value(LINKS, '(env.seen ?? 0) >= turn.outbox.me.nextMid', 'false')],
  'R14.new-client': [
    value(
      RULES,
      '{ clientId, epoch: before.me.epoch, nextMid: 1, lmidAck: 0 }',
      '{ ...before.me, nextMid: 1, lmidAck: 0 }',
    ),
  ],
  'R14.settled': [
    value(RULES, '[...settled, ...before.pending]', 'before.pending'),
    value(RULES, 'new Map<string, SettledEntry>()', 'before.settled'),
  ],
  'R14.marked': [value(RULES, 'marked: «true»,\n    order: i,', 'false')],
  'R14.archived': [value(RULES, "{ ...one, archived: true, archivedBy: 'fork' }", 'one')],
  'R14.undone': [value(RULES, 'if («outbox.undone.has(id)») outbox = tookEffect(', 'false')],

  'R15.conflict': [
    statement(RULES, 'conflict.set(entry.id, { entry, status, code, detail, settledAt, archived: false });'),
  ],
  'R15.second': [
    value(
      RULES,
      "if («status !== 'applied'») return toConflict(outbox, placed",
      "status !== 'applied' && !outbox.settled.has(id)",
    ),
  ],
  'R15.undone': [
    value(RULES, "status === 'applied' ? tookEffect(outbox, mid, id, code, settledAt) : outbox", 'outbox'),
  ],

  'R16.higher': [
    value(ROWS, 'before === undefined || op.v >= before.v', 'before === undefined || op.v <= before.v'),
  ],
  'R16.repeats': [statement(FRAMES, 'if (!batch.full) addChangedSince(deps, cache, session, parts, batch);')],
  'R16.left': [value(FRAMES, 'before || «(told !== undefined && told >= 0)»', 'false')],
  'R16.drops-late': [
    statement(
      FRAMES,
      'if (session.drops.size > 0) {\n      sendStanding(deps, cache, session);\n      return false;\n    }',
    ),
  ],
  'R16.no-end-between': [
    value(SERVING, 'if («session.parts» || isFrameDue(', '(session.parts && session.snaps.length === 0)'),
    value(SNAPSHOTS, 'if («moved») {', '(moved && !session.parts)'),
  ],
  'R16.discarded': [
    value(LINKS, 'n: 0,\n    parts: «null»,', 'session.parts'),
    value(LINKS, 'generation: turn.session.generation + 1,\n    parts: «null»,', 'turn.session.parts'),
    value(RECEIVE, 'body.part !== undefined && body.part !== (session.parts?.count ?? 0) + 1', 'false'),
    value(RECEIVE, 'body.part === undefined && session.parts !== null', 'false'),
  ],
};

/** The clauses that a word names: one, all of a rule, or several joined by `+`. */
export function clausesOf(word) {
  return word.split('+').flatMap((name) => {
    const known = CLAUSES[name] ? [name] : Object.keys(CLAUSES).filter((one) => one.startsWith(`${name}.`));
    if (known.length === 0)
      throw new Error(`there is no clause ${name}; there are ${Object.keys(CLAUSES).join(', ')}`);
    return known;
  });
}

/** Where the texts that clauses name stand in a file; each must be there, and only as often as it is meant. */
function placesIn(names, file, code) {
  const places = [];
  for (const name of names)
    for (const edit of CLAUSES[name].filter((one) => one.file === file)) {
      const [before, target = null] = edit.find.split('«');
      const inner = target === null ? before : target.split('»')[0];
      const whole = edit.find.replace(/[«»]/gu, '');
      const skip = target === null ? 0 : before.length;
      let at = code.indexOf(whole);
      if (at < 0) throw new Error(`${name}: ${file} has no "${whole}"`);
      for (; at >= 0; at = code.indexOf(whole, at + whole.length))
        places.push({ name, edit, start: at + skip, end: at + skip + inner.length });
    }
  // What contains another comes before it.
  return places.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Writes a choice around each place: what there is, or what takes its place while the clause is off. */
function withChoices(code, places, from, to) {
  let text = '';
  let at = from;
  for (let i = 0; i < places.length; ) {
    const { name, edit, start, end } = places[i];
    let next = i + 1;
    while (next < places.length && places[next].start < end) {
      if (places[next].end > end) throw new Error(`${name} and ${places[next].name} overlap`);
      next++;
    }
    const inner = withChoices(code, places.slice(i + 1, next), start, end);
    const off = `globalThis.isOff(${JSON.stringify(name)})`;
    text += code.slice(at, start);
    text +=
      edit.kind === 'value'
        ? `(${off} ? (${edit.put}) : (${inner}))`
        : `{ if (${off}) { ${edit.put} } else { ${inner} } }`;
    at = end;
    i = next;
  }
  return text + code.slice(at, to);
}

/** Makes clauses a choice, so that one program can run without any of them. */
export function switchable(root, names = Object.keys(CLAUSES)) {
  const files = new Set(names.flatMap((name) => CLAUSES[name].map((edit) => edit.file)));
  const seen = new Set();
  return {
    name: 'switchable-clauses',
    enforce: 'pre',
    transform(code, id) {
      const file = id.slice(root.length + 1);
      if (!files.has(file)) return null;
      seen.add(file);
      return withChoices(code, placesIn(names, file, code), 0, code.length);
    },
    buildEnd(error) {
      const missing = [...files].filter((file) => !seen.has(file));
      if (!error && missing.length > 0) throw new Error(`not in the program: ${missing}`);
    },
  };
}
