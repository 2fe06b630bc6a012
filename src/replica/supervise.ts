/** A supervisor's view of the site: asked of the core while somebody looks, and kept as it was last heard. */
import type { CallRead, CallResult } from '../bridge/contract.ts';
import { PortFailure } from '../bridge/errors.ts';
import type { BoardView, LearnedView, SteeringView } from '../bridge/views.ts';
import { BOARD_FORM, type Board } from '../domain/board.ts';
import type { Role } from '../domain/role.ts';
import { type Doors, step } from './doors.ts';

/** The board is renewed so often while it is on a screen, ms. */
const BOARD_MS = 1_500;
/** What was learned is judged by the core in a quarter of a second: renewed with news, and at most so often, ms. */
const LEARNED_MS = 10_000;

type Change = CallRead['steer']['change'];

export type SuperviseDeps = { role: Role; doors: Doors; now(): number };

export class Supervise {
  private readonly deps: SuperviseDeps;
  private view: BoardView = { board: null, steering: null, heardAt: null, problem: null };
  private learned: { view: LearnedView; state: string; at: number } | null = null;
  private readonly watchers = new Set<(view: BoardView) => void>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private asking: Promise<void> | null = null;

  constructor(deps: SuperviseDeps) {
    this.deps = deps;
  }

  /** @throws PortFailure `forbidden` for other roles */
  watch(emit: (view: BoardView) => void): () => void {
    this.admit();
    this.watchers.add(emit);
    emit(this.view);
    void this.renew();
    return () => {
      this.watchers.delete(emit);
    };
  }

  watchLearned(emit: (view: LearnedView | null) => void): () => void {
    this.admit();
    let last = this.learned?.view ?? null;
    emit(last);
    const look = (): void => {
      void this.renewLearned().then((view) => {
        if (view !== null && view !== last) emit(view);
        last = view;
      });
    };
    return this.watch(look);
  }

  async steer({ change, ifVersion }: CallRead['steer']): Promise<CallResult['steer']> {
    this.admit();
    const { path, body } = requestOf(change);
    const version = await this.deps.doors.post<CallResult['steer']>(`/v1/steering${path}`, {
      ...body,
      ...(ifVersion !== undefined && { ifVersion }),
    });
    await this.asking;
    await this.renew();
    return version;
  }

  steeringHistory(): Promise<CallResult['steeringHistory']> {
    this.admit();
    return this.deps.doors.get('/v1/steering/history');
  }

  decisions({ action, before }: CallRead['decisions']): Promise<CallResult['decisions']> {
    this.admit();
    const query = new URLSearchParams({ action, ...(before !== undefined && { before }) });
    return this.deps.doors.get(`/v1/decisions?${query}`);
  }

  decision({ id }: CallRead['decision']): Promise<CallResult['decision']> {
    this.admit();
    return this.deps.doors.get(`/v1/decisions/${step(id)}`);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.watchers.clear();
  }

  private admit(): void {
    if (this.deps.role !== 'supervisor') throw new PortFailure('forbidden');
  }

  /** One question at a time; goes on by itself while somebody watches. */
  private renew(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = this.watchers.size === 0 ? null : setTimeout(() => void this.renew(), BOARD_MS);
    });
    return this.asking;
  }

  private async ask(): Promise<void> {
    const { doors, now } = this.deps;
    try {
      const board = await doors.get<Board>('/v1/board');
      if (board.form !== BOARD_FORM) throw new PortFailure('unknown_call');
      const known = this.view.steering;
      const steering = known?.version === board.steering ? known : await this.readSteering();
      this.view = { board, steering, heardAt: new Date(now()).toISOString(), problem: null };
    } catch (error) {
      const problem = error instanceof PortFailure ? error.code : 'internal';
      // Access that was taken away takes what it showed with it.
      this.view =
        problem === 'forbidden'
          ? { board: null, steering: null, heardAt: null, problem }
          : { ...this.view, problem };
    }
    for (const emit of this.watchers) emit(this.view);
  }

  private async readSteering(): Promise<SteeringView> {
    type Answer = Omit<SteeringView, 'catalogueCaps'> & { catalogueCaps?: SteeringView['catalogueCaps'] };
    const answer = await this.deps.doors.get<Answer>('/v1/steering');
    return { ...answer, catalogueCaps: answer.catalogueCaps ?? [] };
  }

  private async renewLearned(): Promise<LearnedView | null> {
    const { board } = this.view;
    const state = `${board?.learned} ${board?.steering}`;
    const { learned } = this;
    const now = this.deps.now();
    if (learned && (learned.state === state || now - learned.at < LEARNED_MS)) return learned.view;
    if (board === null || this.view.problem !== null) return learned?.view ?? null;
    try {
      const view = await this.deps.doors.get<LearnedView>('/v1/model');
      this.learned = { view, state, at: now };
      return view;
    } catch (error) {
      if (!(error instanceof PortFailure)) throw error;
      // What was heard last stays; whether the core answers is what the board says.
      return learned?.view ?? null;
    }
  }
}

function requestOf(change: Change): { path: string; body: object } {
  switch (change.kind) {
    case 'lever':
      return { path: '', body: { levers: { [change.action]: change.percent } } };
    case 'caps':
      return { path: '', body: { caps: change.caps } };
    case 'pause':
      return { path: '/pause', body: { actions: change.actions, reason: change.reason } };
    case 'resume':
      return { path: '/resume', body: { actions: change.actions } };
    case 'undo':
      return { path: '/undo', body: { version: change.version } };
  }
}
