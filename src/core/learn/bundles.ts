import { type CompiledBundle, compileBundle } from '../../decision/bundle.ts';
import type { BundleData } from '../../decision/contract.ts';
import { freeze } from '../../decision/frozen.ts';
import type { Learner } from '../../decision/learner.ts';
import { MODEL_FORM } from '../../decision/model-data.ts';
import { explores, type Steering, steer } from '../../decision/steering.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { BundleRow } from '../../domain/rows.ts';
import { isoTime } from '../../domain/time.ts';
import type { StoredRow } from '../store/contract.ts';
import type { LogStore } from '../store/log.ts';
import type { BundleSigner } from './sign.ts';

/**
 * The bundle that consoles decide with: one row, signed, with what people have set and the model as it was when the row
 * was published. The core decides with the same catalogue and policy, but with the model as it stands.
 */

const ID = 'airline';
const VALID_MS = 7 * 86_400_000;
const RENEW_MS = VALID_MS / 2;
/** Consoles get a new model at most this often; a lever does not wait. */
export const PUBLISH_MS = 10 * 60_000;
const LEAST_NEW_LABELS = 10;
const LEAST_NEW_SHARE = 0.05;

export type BundlesDeps = {
  log: LogStore;
  signer: BundleSigner;
  catalogue: BundleData;
  now(): number;
  steering(): Steering;
  model(): Learner;
  /** Channels to customers who are not here, so that consoles offer no other. */
  destinations?: readonly string[];
};

/** No model at all is of every form. */
const isOfThisForm = (model: Json | undefined): boolean =>
  typeof model !== 'object' || model === null || (model as JsonObject).form === MODEL_FORM;

/** Whether the model has moved enough since it was published: by a twentieth of what it rests on, at least ten labels. */
export function hasMoved(published: number, labels: number): boolean {
  return labels < published || labels - published >= Math.max(LEAST_NEW_LABELS, LEAST_NEW_SHARE * published);
}

export class Bundles {
  /** Told when another bundle is in force. */
  onRenewed: (bundle: CompiledBundle) => void = () => undefined;
  /** Of the row in the table `bundle`. */
  readonly id = ID;
  private readonly deps: BundlesDeps;
  /** The v of the row that is known. */
  private place = -1;
  private row: BundleRow | null = null;
  private labels = 0;
  private isExploring = false;
  private publishedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: BundlesDeps) {
    this.deps = deps;
    this.read();
    deps.log.onCommit(() => this.follow());
  }

  /** What decisions are made with; publishes only where there is nothing good, so that a core starts on a full disk. */
  start(): CompiledBundle {
    if (!this.isGood()) this.publish();
    this.read();
    return this.bundleInForce();
  }

  /** Takes over what was published since, by whichever node; what was not committed never comes here. */
  private follow(): void {
    const known = this.place;
    this.read();
    if (this.place !== known) this.onRenewed(this.bundleInForce());
  }

  private read(): void {
    const stored = this.deps.log.row('bundle', ID);
    if (stored && stored.v === this.place) return;
    this.place = stored?.v ?? 0;
    this.row = bundleRowOf(stored);
    this.labels = labelsIn(this.row);
    this.isExploring = isExploringIn(this.row);
    this.publishedAt = this.row ? Date.parse(this.row.validUntil) - VALID_MS : Number.NEGATIVE_INFINITY;
  }

  private bundleInForce(): CompiledBundle {
    return this.inForce({ ...(this.row as BundleRow).bundle, model: null });
  }

  /** Publishes what has changed by itself: the catalogue, the model, the time until it ends. */
  tend(): void {
    if (!this.isGood() || this.isDue()) this.publish();
  }

  /** Writes and signs the row with what holds now; consoles get it with their next frame. */
  publish(): void {
    const { log, signer, catalogue, now, steering, model } = this.deps;
    const learner = model();
    // As it is in this transaction: one before it may have published, too.
    const before = bundleRowOf(log.row('bundle', ID));
    const version = `${catalogue.version}.${numberOf(before, catalogue.version) + 1}`;
    const validUntil = isoTime(now() + VALID_MS);
    const steered = steer({ ...catalogue, version, validUntil }, steering(), learner.labels);
    const data: BundleData = {
      ...steered,
      model: learner.labels === 0 ? null : freeze(learner.toData()),
    };
    const { destinations = [] } = this.deps;
    const bundle = JSON.parse(JSON.stringify({ ...data, destinations })) as JsonObject;
    const row = signer.sign({ id: ID, version, validUntil, bundle });
    log.transaction((writer) =>
      writer.commit([{ table: 'bundle', id: ID, json: JSON.stringify(row), scopes: [] }]),
    );
  }

  /** What consoles have, or get with their next frame. */
  view() {
    const { version = '', validUntil = '' } = this.row ?? {};
    return { version, validUntil, key: this.deps.signer.key, labels: this.labels };
  }

  /** What the core decides with: the catalogue as it is steered and, at each decision, the model as it stands. */
  private inForce(data: unknown): CompiledBundle {
    const { model } = this.deps;
    return {
      ...compileBundle(data),
      get model() {
        return model();
      },
    };
  }

  private isGood(): boolean {
    const { row } = this;
    const { catalogue, signer, now } = this.deps;
    if (row === null || numberOf(row, catalogue.version) === 0) return false;
    if (String(row.bundle.destinations ?? []) !== String(this.deps.destinations ?? [])) return false;
    // Consoles refuse a model of a form that is not theirs.
    if (!isOfThisForm(row.bundle.model)) return false;
    if (!row.signature?.startsWith(`ed25519.${signer.key}.`)) return false;
    const left = Date.parse(row.validUntil) - now();
    return left > RENEW_MS && left <= VALID_MS + RENEW_MS;
  }

  /** [D32] Exploring begins, and where labels were taken out of the log ends, with a label: it waits for no next model. */
  get isTurned(): boolean {
    return explores(this.deps.steering(), this.deps.model().labels) !== this.isExploring;
  }

  private isDue(): boolean {
    if (this.isTurned) return true;
    const waited = Math.abs(this.deps.now() - this.publishedAt);
    return waited >= PUBLISH_MS && hasMoved(this.labels, this.deps.model().labels);
  }
}

const bundleRowOf = (stored: StoredRow | undefined): BundleRow | null =>
  stored ? (JSON.parse(stored.json) as BundleRow) : null;

/** The running number behind the catalogue's version; 0 where the row is of another catalogue. */
function numberOf(row: BundleRow | null, catalogue: string): number {
  const rest = row?.version.startsWith(`${catalogue}.`) ? Number(row.version.slice(catalogue.length + 1)) : 0;
  return Number.isInteger(rest) ? rest : 0;
}

const isExploringIn = (row: BundleRow | null): boolean =>
  (row?.bundle as BundleData | undefined)?.policy?.exploration?.paused === false;

function labelsIn(row: BundleRow | null): number {
  const model = row?.bundle.model;
  return typeof model === 'object' && model !== null && !Array.isArray(model) ? Number(model.labels) : 0;
}
