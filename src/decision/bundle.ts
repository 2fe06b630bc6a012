import { type CompiledAction, compileCatalogue } from './catalogue.ts';
import { checkName, hasLoneSurrogate, readInstant } from './check.ts';
import type { BundleData, FactType } from './contract.ts';
import type { DeclaredFacts } from './facts.ts';
import { type FactTable, makeDeclaredFacts, makeFactTable } from './facts.ts';
import { type Learner, readModel } from './learner.ts';
import { type CompiledPolicy, compilePolicy } from './policy.ts';
import { type LeafTable, makeLeafTable, sealLeaves } from './predicate.ts';
import { BundleError, isObject } from './shape.ts';
import { type CandidateSpace, makeCandidateSpace } from './space.ts';

/** A bundle that was checked and compiled once. It owns scratch space: one decision at a time. */
export interface CompiledBundle {
  readonly version: string;
  /** Milliseconds; Infinity where none is given. */
  readonly validUntil: number;
  readonly declared: DeclaredFacts;
  readonly actions: readonly CompiledAction[];
  readonly space: CandidateSpace;
  readonly policy: CompiledPolicy;
  /** The frozen model of the bundle. */
  readonly model: Learner;
  readonly leaves: LeafTable;
  readonly table: FactTable;
  /** Start rate per candidate. */
  readonly startRates: Float64Array;
  /** Positions of the actions that ask the customer something. */
  readonly questions: readonly number[];
  /** The largest value that an action has. */
  readonly mostValue: number;
  readonly scratch: Scratch;
}

/** Per candidate (per channel for `isOn` and `isRefused`), written anew by each decision. */
export interface Scratch {
  readonly isOn: Uint8Array;
  /** 1 for a channel of the request that the customer does not want. */
  readonly isRefused: Uint8Array;
  /** 1 for an open candidate of the top lane. */
  readonly isOpen: Uint8Array;
  /** Bits of the stages that block it. */
  readonly mask: Int32Array;
  readonly start: Float64Array;
  readonly earliest: Float64Array;
  readonly p: Float64Array;
  readonly score: Float64Array;
  readonly propensity: Float64Array;
  /** C per action. */
  readonly context: Float64Array;
  /** Value per action; that of a question with what its answer is worth. */
  readonly worth: Float64Array;
  /** Per fact of `policy.learn`, of the chosen candidate: see `Model.effects`. */
  readonly effect: Float64Array;
}

export type LoadedBundle =
  | { readonly ok: true; readonly bundle: CompiledBundle }
  | { readonly ok: false; readonly error: { readonly code: 'bundle'; readonly message: string } };

const FACT_TYPES: ReadonlySet<unknown> = new Set<FactType>(['number', 'text', 'boolean', 'time', 'times']);

/** Checks and compiles a bundle; unknown members are ignored. */
export function loadBundle(json: unknown): LoadedBundle {
  try {
    return { ok: true, bundle: compileBundle(json) };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { ok: false, error: { code: 'bundle', message: error.message.slice(0, 200) } };
  }
}

/** The same for data that is known to be good, such as a catalogue compiled in. @throws BundleError */
export function compileBundle(json: BundleData | unknown): CompiledBundle {
  if (!isObject(json)) throw new BundleError('a bundle is an object');
  if (hasLoneSurrogate(json)) throw new BundleError('a text of the bundle holds half of a surrogate pair');
  const version = json['version'];
  if (typeof version !== 'string' || version === '') throw new BundleError('version: a text is needed');
  const validUntil = json['validUntil'] == null ? Infinity : readInstant(json['validUntil'], 'validUntil');
  const { declared, isProtected } = declareFacts(json['facts'] ?? undefined);
  const leaves = makeLeafTable();
  const actions = compileCatalogue(json['catalogue'], declared, leaves);
  const space = makeCandidateSpace(actions);
  const policy = compilePolicy(json['policy'], declared, isProtected, leaves, actions, space);
  sealLeaves(leaves);
  const model = readModel(json['model'], { declared, actions, space, learn: policy.learn });
  return {
    version,
    validUntil,
    declared,
    actions,
    space,
    policy,
    model,
    leaves,
    table: makeFactTable(declared),
    startRates: Float64Array.from(space.action, (action) => actions[action]?.startRate as number),
    questions: actions.flatMap(({ question }, position) => (question === null ? [] : [position])),
    mostValue: Math.max(0, ...actions.map(({ value }) => value)),
    scratch: makeScratch(space, actions, policy.learn.length),
  };
}

function makeScratch(
  { size, channels }: CandidateSpace,
  actions: readonly CompiledAction[],
  learned: number,
): Scratch {
  return {
    isOn: new Uint8Array(channels.length),
    isRefused: new Uint8Array(channels.length),
    isOpen: new Uint8Array(size),
    mask: new Int32Array(size),
    start: new Float64Array(size),
    earliest: new Float64Array(size),
    p: new Float64Array(size),
    score: new Float64Array(size),
    propensity: new Float64Array(size),
    context: new Float64Array(actions.length),
    worth: Float64Array.from(actions, ({ value }) => value),
    effect: new Float64Array(learned),
  };
}

function declareFacts(json: unknown): { declared: DeclaredFacts; isProtected: ReadonlySet<number> } {
  if (json !== undefined && !isObject(json))
    throw new BundleError('facts: an object of declarations is needed');
  const names: string[] = [];
  const types: FactType[] = [];
  const isProtected = new Set<number>();
  for (const [name, declaration] of Object.entries(json ?? {})) {
    checkName(name, 'facts');
    if (!isObject(declaration) || !FACT_TYPES.has(declaration['type'])) {
      throw new BundleError(`facts: the type of a fact is number, text, boolean, time or times`);
    }
    if (declaration['protected'] === true) isProtected.add(names.length);
    names.push(name);
    types.push(declaration['type'] as FactType);
  }
  return { declared: makeDeclaredFacts(names, types), isProtected };
}
