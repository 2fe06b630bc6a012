import { type CompiledBundle, compileBundle } from '../../decision/bundle.ts';
import type { BundleData } from '../../decision/contract.ts';
import type { Learner } from '../../decision/learner.ts';
import { MODEL_FORM } from '../../decision/model-data.ts';
import { learnOutcome, type RecordedOutcome, readName, readRecord } from '../../decision/record.ts';
import { canonicalJson } from '../../domain/canonical.ts';
import { digest } from '../digest.ts';
import type { DecisionStore, JoinedOutcome, Place } from '../store/decisions.ts';
import type { LearnedStore, SavedModel } from '../store/learned.ts';

/**
 * The model that the core learns. It is a function of the log: outcomes are learned when they are joined with their
 * decision, each once, and a rebuild learns all of them anew in the canonical order. What is in memory never runs ahead of
 * the store: after a transaction that was rolled back, or a restart, the same outcomes are learned in the same order.
 */

export type LearningDeps = {
  decisions: DecisionStore;
  learned: LearnedStore;
  /** The id that now stands for a profile. */
  survivor(profileId: string): string;
  now(): number;
  onFailure(error: unknown): void;
  /** Whether what is read now may never become durable. */
  isTentative(): boolean;
  /** Runs what writes when it may, and what follows when that is durable. */
  write(work: () => void): Promise<void>;
  /** The catalogue as data, without a model, and its version. */
  catalogue: BundleData;
};

const PER_TURN = 200;
const SAVE_MS = 60_000;
const REBUILD_MS = 86_400_000;
const START: Place = [-1, '', -1];

type State = { model: Learner; joined: number; inOrder: boolean; last: Place; built: number; moves: number };

export class Learning {
  private readonly deps: LearningDeps;
  /** Facts, candidates and window that outcomes are learned with; no steering changes these. */
  private readonly ground: CompiledBundle;
  private state: State;
  private savedJoined: number;
  private savedAt = Number.NEGATIVE_INFINITY;
  private rebuilding: Promise<void> | null = null;
  private stopped = false;
  /** Learned with conditions and start rates that are no longer these: to be learned anew as soon as possible. */
  private isOfOtherCatalogue: boolean;
  /** How often something was taken out of the log, and how often it had been when the model was begun. */
  private taken = 0;
  private takenBefore = 0;
  /** Actions after which somebody complained or opted out since this was last asked. */
  private harmed = new Set<string>();

  constructor(deps: LearningDeps) {
    this.deps = deps;
    this.ground = compileBundle(deps.catalogue);
    const saved = ofThisForm(deps.learned.model());
    this.isOfOtherCatalogue = saved !== undefined && saved.catalogue !== deps.catalogue.version;
    this.state = saved
      ? {
          ...saved,
          model: this.modelOf(JSON.parse(saved.json)),
          inOrder: saved.inOrder && !this.isOfOtherCatalogue,
        }
      : this.empty();
    this.savedJoined = saved?.joined ?? 0;
  }

  /** The model in force, with everything that is in the log. */
  get model(): Learner {
    this.catchUp();
    return this.state.model;
  }

  /** Whether a rebuild would give the same model, bit for bit. */
  get isCanonical(): boolean {
    this.catchUp();
    return this.state.inOrder && this.state.moves === this.deps.decisions.moves();
  }

  /** When the log was last learned from its beginning, ms. */
  get builtAt(): number {
    return this.state.built;
  }

  /** SHA-256 of the model in canonical form: equal for two models that are equal bit for bit. */
  hash(): string {
    return digest(canonicalJson(this.model.toData()));
  }

  /** Learns what was joined since. */
  catchUp(): void {
    if (this.deps.isTentative()) return;
    for (;;) {
      const rows = this.deps.decisions.joinedAfter(this.state.joined, PER_TURN);
      for (const row of rows) {
        this.learn(this.state.model, row, byArrival);
        const place: Place = [row.at, row.decision, row.place];
        this.state.inOrder &&= comparePlaces(this.state.last, place) < 0;
        this.state.last = place;
        this.state.joined = row.joined;
      }
      if (rows.length < PER_TURN) return;
    }
  }

  /** Actions with new complaints, told once. */
  takeHarmed(): string[] {
    this.catchUp();
    const actions = [...this.harmed];
    this.harmed.clear();
    return actions;
  }

  /** Learns the whole log anew in the canonical order, giving way to others between turns. One at a time. */
  rebuild(): Promise<void> {
    this.rebuilding ??= this.build().finally(() => {
      this.rebuilding = null;
    });
    return this.rebuilding;
  }

  /** Decisions were taken out of the log: what was learned from them is not saved until the log was learned anew. */
  outdate(): void {
    this.taken++;
  }

  /** Whether something in the model is not in the log any more. */
  get isOutdated(): boolean {
    return this.taken !== this.takenBefore;
  }

  /** Learns the log anew, after a rebuild that may have read what was taken out meanwhile. */
  async unlearn(): Promise<void> {
    await this.rebuilding?.catch(() => undefined);
    await this.rebuild();
  }

  private async build(): Promise<void> {
    const { decisions } = this.deps;
    const { taken } = this;
    const fresh: State = { ...this.empty(), joined: decisions.lastJoined(), moves: decisions.moves() };
    for (;;) {
      const rows = decisions.inOrderAfter(fresh.last, fresh.joined, PER_TURN);
      for (const row of rows) {
        this.learn(fresh.model, row, byPlace, fresh.joined);
        fresh.last = placeIn(row);
      }
      if (rows.length < PER_TURN) break;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.stopped) return;
    }
    fresh.built = this.deps.now();
    this.takenBefore = taken;
    this.isOfOtherCatalogue = false;
    this.state = fresh;
    this.catchUp();
    await this.deps.write(() => this.save());
  }

  /** Keeps the model, so that a start need not learn everything again; not after each outcome, because it is large. */
  tend(): void {
    this.catchUp();
    const now = this.deps.now();
    if (this.state.joined !== this.savedJoined && Math.abs(now - this.savedAt) >= SAVE_MS) this.save();
    const isDue = this.isOfOtherCatalogue || Math.abs(now - this.state.built) >= REBUILD_MS;
    if (isDue && !this.isCanonical) void this.rebuild().catch(this.deps.onFailure);
  }

  stop(): void {
    this.stopped = true;
    if (this.state.joined !== this.savedJoined) this.save();
  }

  private save(): void {
    // What was erased must not come back by what was learned from it.
    if (this.isOutdated) return;
    const { model, ...state } = this.state;
    const json = JSON.stringify(model.toData());
    this.deps.learned.saveModel({ ...state, catalogue: this.deps.catalogue.version, json });
    this.savedJoined = state.joined;
    this.savedAt = this.deps.now();
  }

  private empty(): State {
    return { model: this.modelOf(null), joined: 0, inOrder: true, last: START, built: 0, moves: 0 };
  }

  private modelOf(json: unknown): Learner {
    return compileBundle({ ...this.deps.catalogue, model: json }).model;
  }

  /** Learns one outcome after those of its decision that are earlier in `order` and were joined up to `upTo`. */
  private learn(model: Learner, row: JoinedOutcome, order: Order, upTo = row.joined): void {
    const json: unknown = JSON.parse(row.record);
    const record = readRecord(json);
    if (record === null || this.isForeign(row)) return;
    const before = this.deps.decisions
      .outcomesOf(row.decision)
      .filter((other) => other.joined <= upTo && order(other, row) < 0 && !this.isForeign(other))
      .sort(order);
    learnOutcome(this.ground, model, record, before.map(outcomeOf), outcomeOf(row));
    const action = (record.override ?? record.chosen)?.action;
    if (action !== undefined && (row.outcome === 'complaint' || row.outcome === 'opt-out'))
      this.harmed.add(action);
  }

  /** Told of another customer than the decision was made for: whoever may write to one may not speak for the other. */
  private isForeign(row: JoinedOutcome): boolean {
    const { profile } = JSON.parse(row.json) as { profile?: string };
    if (profile === undefined) return false;
    return this.deps.survivor(profile) !== this.deps.survivor(row.profile);
  }
}

type Order = (a: JoinedOutcome, b: JoinedOutcome) => number;
const byArrival: Order = (a, b) => a.joined - b.joined;
const byPlace: Order = (a, b) => comparePlaces(placeIn(a), placeIn(b));

const placeIn = ({ at, decision, place }: JoinedOutcome): Place => [at, decision, place];

function comparePlaces(a: Place, b: Place): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1;
  return a[2] - b[2];
}

function outcomeOf({ outcome, at, json }: JoinedOutcome): RecordedOutcome {
  const { candidate = null } = JSON.parse(json) as { candidate?: unknown };
  return { outcome, at, candidate: readName(candidate) ?? null };
}

/** A model of another form is learned anew from the log, which is the truth. */
function ofThisForm(saved: SavedModel | undefined): SavedModel | undefined {
  const form = saved && (JSON.parse(saved.json) as { form?: unknown }).form;
  return form === MODEL_FORM ? saved : undefined;
}
