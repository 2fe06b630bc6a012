// Clauses of the rules that can be switched off, one by one, by changing the production text while it is bundled for
// the simulator. The number before the point is the rule; what stands in for each other is named in COVERED.

const core = (file) => `src/core/${file}.ts`;
const replica = (file) => `src/replica/${file}.ts`;

/** @type {Record<string, {file: string, find: string, put: string}[]>} */
export const CLAUSES = {
  // The newest hello of a clientId wins, at every node.
  'R1.generation': [
    {
      file: core('commands/execute'),
      find: '!client || client.generation !== pusher.generation',
      put: '!client',
    },
  ],
  'R1.newest': [
    {
      file: core('sync/connections'),
      find: 'if (client?.generation === session.generation) return true;',
      put: 'if (client !== null) return true;',
    },
  ],
  'R1.closed': [
    {
      file: core('sync/connections'),
      find: "if (older) this.bye(older, 'replaced', SECOND, by);",
      put: 'void older, void by;',
    },
  ],
  'R1.one-moment': [
    {
      file: core('sync/welcome'),
      find: 'const told = deps.store.transaction(() => decide(deps, session, hello));',
      put: 'const lmidBefore = deps.clients.client(session.clientId)?.lastMid ?? 0; const told = deps.store.transaction(() => decide(deps, session, hello)); if (told) told.lmid = lmidBefore;',
    },
  ],
  'R1.subject': [
    {
      file: core('sync/welcome'),
      find: 'if (owner !== undefined && owner !== session.viewer.subject)',
      put: 'if (owner === null)',
    },
    {
      file: core('sync/welcome'),
      find: 'if (known && known.subject !== session.viewer.subject) return null;',
      put: '',
    },
  ],
  'R1.foreign': [
    {
      file: replica('sync/greet'),
      find: "if (reply.code === 'client_of_other') return fork(turn, []);",
      put: '',
    },
  ],
  'R1.twin': [{ file: replica('sync/links'), find: '!turn.session.conns.includes(by)', put: 'by === null' }],
  'R1.once': [{ file: core('sync/hub'), find: "if (session.phase !== 'silent') return;", put: '' }],
  'R1.silent': [
    {
      file: core('sync/hub'),
      find: "return session.phase === 'live' && this.isTokenGood(session)",
      put: "return session.phase !== 'closed' && this.isTokenGood(session)",
    },
    {
      file: core('commands/execute'),
      find: '!client || client.generation !== pusher.generation',
      put: 'client && client.generation !== pusher.generation',
    },
  ],
  'R1.wanted': [
    {
      file: replica('sync/greet'),
      find: 'if (!sameList(session.wanted, session.toldWanted))',
      put: 'if (false)',
    },
  ],

  'R2.next': [{ file: replica('sync/frames'), find: 'head.n !== session.n + 1', put: 'head.n < 0' }],
  'R2.from': [{ file: replica('sync/frames'), find: 'body.from !== env.meta.cursor', put: 'body.from < 0' }],
  'R2.epoch': [
    { file: replica('sync/frames'), find: 'body.epoch !== env.meta.epoch', put: "body.epoch === ''" },
  ],

  // `[]` is sent for a row that was in an active scope at `from`, and for no other.
  'R3.delete': [
    {
      file: core('sync/frames'),
      find: 'return before || (told !== undefined && told >= 0) ? { row: null } : null;',
      put: 'return (before || told) && !change.scopesBefore ? { row: null } : null;',
    },
  ],
  'R3.results-to': [
    { file: core('sync/frames'), find: 'if (seq > to || ', put: 'if (' },
    { file: core('sync/frames'), find: 'to >= deps.log.head().seq\n', put: 'to >= 0\n' },
  ],
  'R3.results-due': [
    {
      file: core('sync/frames'),
      find: 'session.drops.size > 0 || hasResults(session)) return true;',
      put: 'session.drops.size > 0) return true;',
    },
  ],
  'R3.first': [{ file: core('sync/frames'), find: 'if (session.first || ', put: 'if (' }],
  'R3.heartbeat': [
    {
      file: core('sync/frames'),
      find: 'if (deps.clock() - session.lastFrameAt >= MINUTE) return true;',
      put: '',
    },
  ],
  'R3.floor': [
    { file: core('sync/hub'), find: 'if (session.cursor < floor) {', put: 'if (session.cursor < 0) {' },
  ],

  'R4.gone': [{ file: core('sync/snapshots'), find: 'else tail.gone.push([table, id]);', put: '' }],
  'R4.changed': [
    { file: core('sync/snapshots'), find: 'if (held) tail.texts.push(text);', put: 'if (held) void text;' },
  ],
  'R4.frame-first': [
    {
      file: core('sync/snapshots'),
      find: 'session.cursor !== seq || isFrameDue(deps, cache, session)',
      put: 'isFrameDue(deps, cache, session)',
    },
  ],
  'R4.at': [
    { file: replica('sync/frames'), find: 'body.at !== env.meta.cursor', put: 'body.at === undefined' },
  ],
  'R4.oldest-read': [
    {
      file: core('sync/snapshots'),
      find: 'if (snap.since < 0) snap.since = part.seq;',
      put: 'snap.since = part.seq;',
    },
  ],
  'R4.log-cut': [
    { file: core('sync/hub'), find: 'this.restartCutSnaps(session, floor);', put: '' },
    { file: core('sync/snapshots'), find: 'Math.max(floor, snap.since)', put: 'snap.since' },
  ],
  'R4.dropped-early': [
    {
      file: core('sync/session'),
      find: '  session.drops.add(scope);\n',
      put: '  if (session.active.has(scope)) session.drops.add(scope);\n',
    },
  ],
  'R4.drop-ends-stage': [
    {
      file: replica('store/memory'),
      find: 'for (const scope of change.drop) {\n      this.stages.delete(scope);',
      put: 'for (const scope of change.drop) {',
    },
  ],
  'R4.end-of-connection': [
    { file: replica('sync/links'), find: "turn.replica({ kind: 'discard-stages' });", put: '' },
  ],
  'R4.keeps-scopes': [
    {
      file: replica('store/memory'),
      find: 'base.scopes.includes(scope) ? base.scopes : [...base.scopes, scope].sort()',
      put: '[scope]',
    },
  ],
  'R4.higher': [
    {
      file: replica('store/memory'),
      find: 'if (before === undefined || v >= before.v)\n',
      put: 'if (before === undefined)\n',
    },
  ],
  'R4.merge-higher': [{ file: replica('store/memory'), find: 'v > base.v ?', put: 'v < base.v ?' }],

  'R5.epoch': [{ file: core('sync/hello'), find: 'place.epoch !== head.epoch', put: 'place.cursor < 0' }],
  'R5.floor': [{ file: core('sync/hello'), find: 'place.cursor < head.floor', put: 'place.cursor < 0' }],
  'R5.future': [{ file: core('sync/hello'), find: 'place.cursor > head.seq', put: 'place.cursor < 0' }],
  'R5.chain': [
    { file: core('sync/hello'), find: 'chainAt(place.cursor) !== place.chain', put: 'place.cursor < 0' },
  ],
  'R5.mask': [{ file: core('sync/hello'), find: 'place.mask !== mask', put: 'place.cursor < 0' }],
  'R5.schema': [
    {
      file: core('sync/hello'),
      find: "SERVED_SCHEMA_HASHES.includes(place.schemaHash) ? null : 'schema'",
      put: 'SERVED_SCHEMA_HASHES.length > 0 ? null : null',
    },
  ],
  'R5.proof': [
    {
      file: core('sync/hello'),
      find: 'genuine.length === given.length && timingSafeEqual(genuine, given)',
      put: 'genuine.length > 0 && timingSafeEqual(genuine, genuine)',
    },
  ],
  'R5.new-epoch': [
    {
      file: core('sync/welcome'),
      find: 'if (provesRestore(hello, reason, deps.proof)) beginEpoch(deps, session);',
      put: 'if (reason === null && hello.cursor < 0) beginEpoch(deps, session);',
    },
  ],
  'R5.all-others': [
    { file: core('sync/hub'), find: 'if (session.epoch !== epoch) {', put: "if (epoch === '') {" },
  ],
  'R5.drop': [
    {
      file: core('sync/welcome'),
      find: 'session.drops = new Set(reset ? [] : hello.active.filter((scope) => !allowed.has(scope)));',
      put: 'session.drops = new Set();',
    },
  ],
  'R5.rest': [
    {
      file: core('sync/welcome'),
      find: 'granted.filter((scope) => !session.active.has(scope))',
      put: 'granted.filter((scope) => reset && !session.active.has(scope))',
    },
    {
      file: core('sync/session'),
      find: 'if (!held && !pending.has(scope)) session.snaps.push(newSnap(scope));',
      put: 'void [held, pending];',
    },
  ],
  'R5.stale': [
    { file: replica('store/memory'), find: '{ ...row, stale: true }', put: '{ ...row, stale: false }' },
  ],
  'R5.replaced': [
    {
      file: replica('store/memory'),
      find: 'base === undefined || base.stale)\n',
      put: 'base === undefined || (base.stale && v > base.v))\n',
    },
  ],
  'R5.stale-ends': [
    {
      file: replica('store/memory'),
      find: 'if (row.stale && row.scopes.includes(scope)) this.rows.delete(key);',
      put: 'if (row.stale && row.scopes.length === 0) this.rows.delete(key);',
    },
  ],
  'R5.granted': [
    {
      file: replica('store/memory'),
      find: 'row.scopes.filter((scope) => granted.includes(scope)),\n',
      put: 'row.scopes.filter((scope) => granted.includes(scope) || scope),\n',
    },
  ],
  'R5.seen': [
    {
      file: replica('store/memory'),
      find: 'if (change.epoch !== this.state.epoch) this.seenOf.clear();\n    this.seenOf.set(change.clientId, change.lmid);',
      put: '',
    },
  ],
  'R5.place': [
    {
      file: replica('sync/greet'),
      find: 'cursor: seq,\n        chain,',
      put: 'cursor: env.meta.cursor,\n        chain: env.meta.chain,',
    },
  ],
  'R5.no-scope': [
    {
      file: replica('store/memory'),
      find: 'mask, schemaHash, active: [] };',
      put: 'mask, schemaHash, active: this.state.active };',
    },
  ],
  'R5.through': [
    {
      file: 'test/simulation/disk.ts',
      find: 'RESET_IS_WRITTEN_THROUGH = true',
      put: 'RESET_IS_WRITTEN_THROUGH = 0 > 1',
    },
  ],
  'R5.mask-told': [
    {
      file: core('sync/hub'),
      find: 'if (lens.mask !== session.lens.mask) {',
      put: "if (lens.mask === '') {",
    },
  ],
  'R5.mask-deletes': [
    {
      file: replica('sync/links'),
      find: "if (reason === 'mask') turn.replica({ kind: 'delete-rows' });",
      put: '',
    },
    { file: replica('sync/greet'), find: 'deleteRows: mask !== env.meta.mask,', put: 'deleteRows: false,' },
  ],
  'R5.mask-first': [
    {
      file: replica('sync/greet'),
      find: 'deleteRows: mask !== env.meta.mask,',
      put: "deleteRows: told.reason === 'mask',",
    },
  ],
  'R5.revoked': [
    {
      file: replica('sync/links'),
      find: "turn.set({ refused: 'revoked' });\n  turn.replica({ kind: 'delete-rows' });",
      put: "turn.set({ refused: 'revoked' });",
    },
  ],
  'R5.auth': [
    {
      file: core('sync/hub'),
      find: 'session.lens = lens;\n    this.grant(session, true);',
      put: 'session.lens = lens;',
    },
  ],

  'R6.copy': [
    {
      file: core('commands/execute'),
      find: 'if (known) return settle(deps, pusher, command, () => known);',
      put: 'void known;',
    },
    {
      file: core('commands/execute'),
      find: 'knownResult(deps, pusher, command) ?? work(log);',
      put: 'work(log);',
    },
  ],
  'R6.copy-inside': [
    {
      file: core('commands/execute'),
      find: 'knownResult(deps, pusher, command) ?? work(log);',
      put: 'work(log);',
    },
  ],
  'R6.reused': [
    {
      file: core('commands/execute'),
      find: 'known.subject !== pusher.viewer.subject || known.payloadHash !== command.payloadHash',
      put: 'known.subject === null',
    },
  ],
  'R6.fork': [
    {
      file: core('commands/execute'),
      find: 'known && known.id !== command.id ?',
      put: 'known && known.mid < 0 ?',
    },
  ],
  'R6.gap': [
    {
      file: core('commands/execute'),
      find: 'if (command.mid > lastMid + 1) return { gap: lastMid + 1 };',
      put: '',
    },
    {
      file: core('commands/execute'),
      find: 'if (client.lastMid !== mid - 1) throw new Replaced();',
      put: '',
    },
  ],
  'R6.one-transaction': [
    {
      file: core('commands/execute'),
      find: 'clients.putClient({ ...client, lastMid: mid });',
      put: '',
    },
    {
      file: core('commands/execute'),
      find: "  return 'next';\n}\n",
      put: "  const now = clients.client(pusher.clientId); if (now) clients.putClient({ ...now, lastMid: mid });\n  return 'next';\n}\n",
    },
  ],

  'R7.counted': [
    {
      file: core('commands/execute'),
      find: 'clients.setAttempts(command.id, made + 1, deps.now());',
      put: '',
    },
  ],
  'R7.taken-back': [
    { file: core('commands/execute'), find: 'clients.setAttempts(command.id, made, deps.now());', put: '' },
  ],
  'R7.transient': [
    {
      file: core('commands/execute'),
      find: 'if (isTransient(error)) {',
      put: 'if (isTransient(error) && made < 0) {',
    },
  ],
  'R7.parked': [
    { file: core('commands/execute'), find: 'if (made >= MAX_ATTEMPTS) return', put: 'if (made < 0) return' },
    {
      file: core('commands/execute'),
      find: 'if (made + 1 >= MAX_ATTEMPTS) return',
      put: 'if (made < 0) return',
    },
  ],
  'R7.advances': [
    {
      file: core('commands/execute'),
      find: 'if (!verdict.effect) return verdict.receipt;',
      put: "if (!verdict.effect && verdict.receipt.status === 'conflict') throw new Replaced(); if (!verdict.effect) return verdict.receipt;",
    },
  ],
  'R7.behind': [
    {
      file: core('commands/execute'),
      find: "if (step !== 'next') return { lmid: lmid(), ...step };",
      put: "if (step !== 'next' && !('retryMs' in step)) return { lmid: lmid(), ...step };",
    },
    {
      file: core('commands/execute'),
      find: 'if (command.mid > lastMid + 1) return { gap: lastMid + 1 };',
      put: '',
    },
    {
      file: core('commands/execute'),
      find: 'if (client.lastMid !== mid - 1) throw new Replaced();',
      put: '',
    },
  ],
  'R7.refused-one': [
    {
      file: replica('sync/pushes'),
      find: 'if (ids.length === 1 && only !== undefined)',
      put: 'if (ids.length < 0 && only !== undefined)',
    },
  ],
  'R7.halved': [
    {
      file: replica('sync/pushes'),
      find: 'Math.max(1, Math.floor(ids.length / 2))',
      put: 'ids.length + 1',
    },
  ],

  'R8.strict': [
    {
      file: core('commands/judge'),
      find: 'return stale.length === 0 ? null',
      put: 'return stale.length < 99 ? null',
    },
  ],

  // Another node's commits are found by the poll, by its notification, or at the latest by the tick.
  'R9.poll': [
    {
      file: core('sync/hub'),
      find: 'if (seq !== looked.seq || floor !== looked.floor || epoch !== looked.epoch) this.committed();',
      put: 'void [seq, floor, epoch, looked];',
    },
  ],
  'R9.tick': [
    {
      file: core('sync/hub'),
      find: 'else if (this.isTokenGood(session) && this.all.isNewest(session)) this.pump(session);',
      put: 'else if (this.isTokenGood(session)) this.all.isNewest(session);',
    },
    {
      file: core('sync/hub'),
      find: 'this.grant(session, false);\n        this.pump(session);',
      put: 'this.grant(session, false);',
    },
  ],

  'R10.order': [
    {
      file: replica('sync/frames'),
      find: 'turn.keep(settle(turn.outbox, results, new Date(env.now).toISOString()));',
      put: 'turn.keep(settle(turn.outbox, results, new Date(env.now).toISOString())); turn.effects.unshift(turn.effects.pop()!);',
    },
  ],
  'R10.seen': [
    {
      file: replica('store/memory'),
      find: 'this.seenOf.set(change.clientId, change.lmid);\n    const { cursor',
      put: 'const { cursor',
    },
  ],
  'R10.lmidAck': [
    {
      file: replica('outbox/rules'),
      find: 'if (last !== outbox.me.lmidAck) outbox =',
      put: 'if (last < 0) outbox =',
    },
  ],

  'R11.settled': [
    {
      file: replica('overlay'),
      find: 'return [...settled, ...pending];',
      put: 'return settled.length < 0 ? [] : pending;',
    },
  ],
  'R11.seen': [
    {
      file: replica('overlay'),
      find: '(entry.mid === null || entry.mid > seen)',
      put: '(entry.mid === null || entry.mid > 0)',
    },
  ],
  'R11.epoch': [
    {
      file: replica('overlay'),
      find: 'replica.meta().epoch === epoch ?',
      put: 'replica.meta().epoch !== epoch + epoch ?',
    },
  ],

  'R12.durable': [
    {
      file: replica('sync/pushes'),
      find: 'turn.keep(next.outbox);\n  if (next.batch.length === 0) return;',
      put: 'if (next.batch.length === 0) { turn.keep(next.outbox); return; }',
    },
    {
      file: replica('sync/pushes'),
      find: 'commands: next.batch.map(toCommand) });',
      put: 'commands: next.batch.map(toCommand) }); turn.keep(next.outbox);',
    },
  ],
  'R12.lose': [
    {
      file: replica('outbox/rules'),
      find: 'entry.mid !== null && entry.mid > lmid ? withoutMid(entry) : entry',
      put: 'entry.mid !== null && entry.mid < 0 ? withoutMid(entry) : entry',
    },
  ],
  'R12.free': [
    {
      file: replica('outbox/operations'),
      find: 'entry.mid === null && !entry.marked;',
      put: 'entry.mid !== 0;',
    },
  ],
  'R12.free-marked': [
    {
      file: replica('outbox/operations'),
      find: 'entry.mid === null && !entry.marked;',
      put: 'entry.mid === null;',
    },
  ],
  'R12.order': [
    {
      file: replica('outbox/rules'),
      find: 'entry.held || waitingFor.has(entry.profileId) || options.held(entry)',
      put: 'entry.held || options.held(entry)',
    },
  ],
  'R12.open-mids': [
    {
      file: replica('outbox/rules'),
      find: 'if (nextMid > aged.me.lmidAck + MAX_OPEN_MIDS || !fits(entry)) break;',
      put: 'if (!fits(entry)) break;',
    },
  ],
  'R12.in-flight': [
    {
      file: replica('sync/pushes'),
      find: 'session.push !== null || session.pausedPush',
      put: 'session.pausedPush',
    },
  ],
  'R12.this-connection': [
    {
      file: replica('sync/step'),
      find: 'input.generation === session.generation',
      put: 'input.generation > 0',
    },
  ],
  'R12.gap': [
    {
      file: replica('sync/pushes'),
      find: 'if (ack.gap !== undefined) turn.keep(loseMidsAbove(turn.outbox, ack.lmid));',
      put: '',
    },
  ],
  'R12.keeps-mids': [
    {
      file: replica('outbox/rules'),
      find: '.filter((entry) => entry.mid !== null && entry.mid > options.lmid)',
      put: '.filter((entry) => entry.mid !== null && entry.mid < 0)',
    },
  ],

  'R13.other-epoch': [
    {
      file: replica('sync/links'),
      find: 'outbox.me.epoch === epoch ? Math.min(',
      put: 'outbox.me.epoch !== epoch + epoch ? Math.min(',
    },
  ],
  'R13.seen': [
    {
      file: replica('sync/links'),
      find: 'Math.min(outbox.me.lmidAck, env.seen ?? 0)',
      put: 'outbox.me.lmidAck',
    },
  ],
  'R13.back': [
    {
      file: replica('outbox/rules'),
      find: 'if (lost.length > 0) outbox = toFront(',
      put: 'if (lost.length < 0) outbox = toFront(',
    },
  ],
  'R13.conflicts-back': [
    {
      file: replica('outbox/rules'),
      find: '...[...outbox.conflict.values()].filter(wasSent)',
      put: '...[...outbox.conflict.values()].slice(outbox.conflict.size)',
    },
  ],
  'R13.mid-order': [
    {
      file: replica('outbox/rules'),
      find: '.sort((a, b) => (a.mid ?? 0) - (b.mid ?? 0));\n  if (lost',
      put: '.sort((a, b) => (b.mid ?? 0) - (a.mid ?? 0));\n  if (lost',
    },
  ],
  'R13.front': [
    {
      file: replica('outbox/rules'),
      find: 'order: lowest - entries.length + i }',
      put: 'order: (outbox.pending.at(-1)?.order ?? 0) + 1 + i }',
    },
  ],
  'R13.reset-from-0': [
    { file: core('sync/hello'), find: 'reset ? 0 : Math.min(lmidAck, lmid)', put: 'Math.min(lmidAck, lmid)' },
  ],
  'R13.lowered': [
    {
      file: replica('outbox/rules'),
      find: 'const lmidAck = Math.min(outbox.me.lmidAck, told.start);',
      put: 'const lmidAck = outbox.me.lmidAck;',
    },
  ],
  'R13.lowest-first': [
    {
      file: core('sync/frames'),
      find: 'session.settledMid = head.results.at(-1)?.[0] ??',
      put: 'session.settledMid = (head.results.length > 0 ? session.lastMid : undefined) ??',
    },
  ],

  'R14.lmid': [
    { file: replica('outbox/rules'), find: 'if (lmid >= outbox.me.nextMid) return true;', put: '' },
    { file: replica('sync/pushes'), find: '|| ack.lmid >= turn.outbox.me.nextMid', put: '' },
  ],
  'R14.ids': [
    {
      file: replica('outbox/rules'),
      find: 'if (places.length === 0) return false;',
      put: 'if (places.length >= 0) return false;',
    },
  ],
  'R14.ack': [
    {
      file: replica('sync/pushes'),
      find: 'if (ack.fork !== undefined || ack.lmid >= turn.outbox.me.nextMid) return fork(turn, []);',
      put: '',
    },
  ],
  'R14.start': [
    {
      file: replica('sync/links'),
      find: '(env.seen ?? 0) >= turn.outbox.me.nextMid',
      put: '(env.seen ?? 0) < 0',
    },
  ],
  'R14.new-client': [
    {
      file: replica('outbox/rules'),
      find: 'const me: Me = { clientId, epoch',
      put: 'const me: Me = { clientId: clientId ? before.me.clientId : clientId, epoch',
    },
  ],
  'R14.settled': [
    {
      file: replica('outbox/rules'),
      find: 'const pending = [...settled, ...before.pending].map(',
      put: 'const pending = [...settled.slice(settled.length), ...before.pending].map(',
    },
    {
      file: replica('outbox/rules'),
      find: 'settled: new Map<string, SettledEntry>(),',
      put: 'settled: before.settled,',
    },
  ],
  'R14.marked': [
    {
      file: replica('outbox/rules'),
      find: 'marked: true,\n    order: i,',
      put: 'marked: false,\n    order: i,',
    },
  ],
  'R14.archived': [
    { file: replica('outbox/rules'), find: '{ ...one, archived: true }]),', put: '{ ...one }]),' },
  ],
  'R14.undone': [
    {
      file: replica('outbox/rules'),
      find: 'if (outbox.undone.has(id)) outbox = tookEffect(',
      put: "if (id === '') outbox = tookEffect(",
    },
  ],

  'R15.conflict': [
    {
      file: replica('outbox/rules'),
      find: 'conflict.set(entry.id, { entry, status, code, detail, settledAt, archived: false });',
      put: 'if (entry.id.length > 99) conflict.set(entry.id, { entry, status, code, detail, settledAt, archived: false });',
    },
  ],
  'R15.second': [
    {
      file: replica('outbox/rules'),
      find: "if (status !== 'applied') return toConflict(",
      put: "if (status !== 'applied' && !outbox.settled.has(id)) return toConflict(",
    },
  ],
  'R15.undone': [
    {
      file: replica('outbox/rules'),
      find: "return status === 'applied' ? tookEffect(outbox, mid, id, code, settledAt) : outbox;",
      put: "return status === 'applied' && mid < 0 ? tookEffect(outbox, mid, id, code, settledAt) : outbox;",
    },
  ],

  'R16.higher': [
    {
      file: replica('store/memory'),
      find: 'before === undefined || op.v >= before.v',
      put: 'before === undefined || op.v <= before.v',
    },
  ],
  'R16.repeats': [
    {
      file: core('sync/frames'),
      find: 'if (!batch.full) addChangedSince(deps, cache, session, parts, batch);',
      put: 'if (batch.bytes < 0) addChangedSince(deps, cache, session, parts, batch);',
    },
  ],
  'R16.left': [
    {
      file: core('sync/frames'),
      find: 'return before || (told !== undefined && told >= 0) ? { row: null } : null;',
      put: 'return before && told !== -2 ? { row: null } : null;',
    },
  ],
  'R16.drops-late': [
    {
      file: core('sync/frames'),
      find: 'if (session.drops.size > 0) {\n      sendStanding(deps, cache, session);\n      return false;\n    }',
      put: '',
    },
  ],
  'R16.no-end-between': [
    {
      file: core('sync/hub'),
      find: 'if (session.parts || isFrameDue(',
      put: 'if ((session.parts && session.snaps.length === 0) || isFrameDue(',
    },
    { file: core('sync/snapshots'), find: '  if (moved) {\n', put: '  if (moved && !session.parts) {\n' },
  ],
  'R16.discarded': [
    {
      file: replica('sync/links'),
      find: '    n: 0,\n    parts: null,\n',
      put: '    n: 0,\n',
    },
    {
      file: replica('sync/links'),
      find: 'generation: turn.session.generation + 1,\n    parts: null,\n',
      put: 'generation: turn.session.generation + 1,\n',
    },
    {
      file: replica('sync/frames'),
      find: 'body.part !== undefined && body.part !== (session.parts?.count ?? 0) + 1',
      put: 'body.part !== undefined && body.part < 0',
    },
  ],
};

/** Changes the texts of what is switched off; each must be found. */
export function withoutClauses(names, root) {
  const edits = names.flatMap((name) => {
    const known = CLAUSES[name] ? [name] : Object.keys(CLAUSES).filter((one) => one.startsWith(`${name}.`));
    if (known.length === 0)
      throw new Error(`there is no clause ${name}; there are ${Object.keys(CLAUSES).join(', ')}`);
    return known.flatMap((one) => CLAUSES[one].map((edit) => ({ ...edit, name: one })));
  });
  const left = new Set(edits);
  return {
    name: 'without-clauses',
    enforce: 'pre',
    transform(code, id) {
      let text = code;
      for (const edit of edits) {
        if (id !== `${root}/${edit.file}`) continue;
        // Two clauses of one rule may be about the same words.
        if (!text.includes(edit.find) && code.includes(edit.find)) {
          left.delete(edit);
          continue;
        }
        if (!text.includes(edit.find)) throw new Error(`${edit.name}: ${edit.file} has no "${edit.find}"`);
        text = text.replaceAll(edit.find, edit.put);
        left.delete(edit);
      }
      return text === code ? null : text;
    },
    buildEnd(error) {
      if (!error && left.size > 0) throw new Error(`not in the bundle: ${[...left].map((e) => e.file)}`);
    },
  };
}
