// Clauses of the rules that can be switched off, one by one, by changing the production text while it is bundled for
// the simulator. A clause that another one covers for stands together with it: `A+B` switches both off.
// What each one needs to be caught is in docs/simulation.md.

const core = (file) => `src/core/${file}.ts`;
const replica = (file) => `src/replica/${file}.ts`;

/** @type {Record<string, {file: string, find: string, put: string}[]>} */
export const CLAUSES = {
  // The generation is checked in the transaction that executes, and the older connection is closed.
  'R1.generation': [
    {
      file: core('commands/execute'),
      find: '!client || client.generation !== pusher.generation',
      put: '!client',
    },
  ],
  'R1.closed': [
    {
      file: core('sync/connections'),
      find: "if (older) this.bye(older, 'replaced', SECOND, by);",
      put: 'void older, void by;',
    },
  ],
  'R1.twin': [{ file: replica('sync/links'), find: '!turn.session.conns.includes(by)', put: 'by === null' }],
  'R2.next': [{ file: replica('sync/frames'), find: 'head.n !== session.n + 1', put: 'head.n < 0' }],
  'R2.from': [{ file: replica('sync/frames'), find: 'body.from !== env.meta.cursor', put: 'body.from < 0' }],
  'R2.epoch': [
    { file: replica('sync/frames'), find: 'body.epoch !== env.meta.epoch', put: "body.epoch === ''" },
  ],
  'R3.delete': [
    {
      file: core('sync/frames'),
      find: 'return before || (told !== undefined && told >= 0) ? { row: null } : null;',
      put: 'return (before || told) && !change.scopesBefore ? { row: null } : null;',
    },
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
  'R5.floor': [{ file: core('sync/hello'), find: 'place.cursor < head.floor', put: 'place.cursor < 0' }],
  'R5.future': [{ file: core('sync/hello'), find: 'place.cursor > head.seq', put: 'place.cursor < 0' }],
  'R5.chain': [
    { file: core('sync/hello'), find: 'chainAt(place.cursor) !== place.chain', put: 'place.cursor < 0' },
  ],
  'R5.epoch': [{ file: core('sync/hello'), find: 'place.epoch !== head.epoch', put: 'place.cursor < 0' }],
  'R5.proof': [
    {
      file: core('sync/hello'),
      find: 'genuine.length === given.length && timingSafeEqual(genuine, given)',
      put: 'genuine.length > 0 && given.length > 0 && timingSafeEqual(genuine, genuine)',
    },
  ],
  'R5.new-epoch': [
    {
      file: core('sync/welcome'),
      find: 'if (provesRestore(hello, reason, deps.proof)) deps.restored();',
      put: 'provesRestore(hello, reason, deps.proof);',
    },
  ],
  'R5.drop': [
    {
      file: core('sync/welcome'),
      find: 'session.drops = new Set(reset ? [] : hello.active.filter((scope) => !allowed.has(scope)));',
      put: 'session.drops = new Set();',
    },
  ],
  'R5.stale': [{ file: replica('store/memory'), find: 'row.stale = true', put: 'row.stale = false' }],
  'R5.seen': [
    {
      file: replica('store/memory'),
      find: 'if (change.epoch !== this.state.epoch) this.seenOf.clear();',
      put: '',
    },
  ],
  'R5.granted': [
    {
      file: replica('store/memory'),
      find: 'row.scopes = row.scopes.filter((scope) => granted.includes(scope));',
      put: 'void granted;',
    },
  ],
  'R5.through': [
    {
      file: 'test/simulation/disk.ts',
      find: 'RESET_IS_WRITTEN_THROUGH = true',
      put: 'RESET_IS_WRITTEN_THROUGH = 0 > 1',
    },
  ],
  'R6.copy': [
    {
      file: core('commands/execute'),
      find: 'if (known) return settle(deps, pusher, command, () => known);',
      put: 'void known;',
    },
  ],
  'R6.fork': [
    {
      file: core('commands/execute'),
      find: 'known && known.id !== command.id ?',
      put: 'known && known.mid < 0 ?',
    },
  ],
  'R7.counted': [
    {
      file: core('commands/execute'),
      find: 'clients.setAttempts(command.id, made + 1, deps.now());',
      put: '',
    },
  ],
  'R7.transient': [
    {
      file: core('commands/execute'),
      find: 'if (isTransient(error)) {',
      put: 'if (isTransient(error) && made < 0) {',
    },
  ],
  'R8.strict': [
    {
      file: core('commands/judge'),
      find: 'return stale.length === 0 ? null',
      put: 'return stale.length < 99 ? null',
    },
  ],
  'R10.order': [
    {
      file: replica('sync/frames'),
      find: 'turn.keep(settle(turn.outbox, results, new Date(env.now).toISOString()));',
      put: 'turn.keep(settle(turn.outbox, results, new Date(env.now).toISOString())); turn.effects.unshift(turn.effects.pop()!);',
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
  'R12.lose': [
    {
      file: replica('outbox/rules'),
      find: 'entry.mid !== null && entry.mid > lmid ? withoutMid(entry) : entry',
      put: 'entry.mid !== null && entry.mid < 0 ? withoutMid(entry) : entry',
    },
  ],
  'R12.this-connection': [
    {
      file: replica('sync/step'),
      find: 'input.generation === session.generation',
      put: 'input.generation > 0',
    },
  ],
  'R13.other-epoch': [
    {
      file: replica('sync/links'),
      find: 'outbox.me.epoch === epoch ? outbox.me.lmidAck : 0',
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
  'R13.reset-from-0': [
    { file: core('sync/hello'), find: 'reset ? 0 : Math.min(lmidAck, lmid)', put: 'Math.min(lmidAck, lmid)' },
  ],
  'R14.lmid': [
    { file: replica('outbox/rules'), find: 'if (lmid >= outbox.me.nextMid) return true;', put: '' },
    { file: replica('sync/pushes'), find: 'ack.lmid >= turn.outbox.me.nextMid', put: 'ack.lmid < 0' },
  ],
  'R14.ids': [
    {
      file: replica('outbox/rules'),
      find: 'if (places.length === 0) return false;',
      put: 'if (places.length >= 0) return false;',
    },
  ],
  'R14.start': [
    {
      file: replica('sync/links'),
      find: '(env.seen ?? 0) >= turn.outbox.me.nextMid',
      put: '(env.seen ?? 0) < 0',
    },
  ],
  'R14.marked': [
    {
      file: replica('outbox/rules'),
      find: 'marked: true,\n    order: i,',
      put: 'marked: false,\n    order: i,',
    },
  ],
  'R15.second': [
    {
      file: replica('outbox/rules'),
      find: "if (status !== 'applied') return toConflict(",
      put: "if (status !== 'applied' && !outbox.settled.has(id)) return toConflict(",
    },
  ],
  'R16.higher': [
    {
      file: replica('store/memory'),
      find: 'before === undefined || op.v >= before.v',
      put: 'before === undefined || op.v <= before.v',
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
