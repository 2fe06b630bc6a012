/**
 * Plays random bundles and requests through the built command line and judges every answer. Nothing here imports the
 * library. `KAIROS_JUDGE_LINES=100000` judges so many decisions (`npx vitest run test/judge`).
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { instantOf } from './clock.ts';
import { BY_NPM, Door } from './door.ts';
import { bundles, requestsOf } from './generate.ts';
import { judge, type Known } from './judge.ts';
import type { Answer, Bundle, Candidate, Request } from './shapes.ts';
import { judgeMended, judgeReasons, mend, withoutFacts } from './why-not.ts';

const LINES = Number(process.env['KAIROS_JUDGE_LINES'] ?? 800);
const PER_BUNDLE = 40;

type Story = { bundle: Bundle; requests: Request[]; seed: number; isLearning: boolean; dice: number[] };
const stories: fc.Arbitrary<Story> = bundles.chain((bundle) =>
  fc.record({
    bundle: fc.constant(bundle),
    requests: fc.array(requestsOf(bundle), { minLength: PER_BUNDLE / 2, maxLength: PER_BUNDLE, size: 'max' }),
    seed: fc.constantFrom(0, 7, 2 ** 53 - 1),
    isLearning: fc.boolean(),
    dice: fc.array(fc.nat(999), { minLength: PER_BUNDLE, maxLength: PER_BUNDLE }),
  }),
);

class Judged {
  readonly wrong: string[] = [];
  readonly known: Known;
  count = 0;
  private readonly story: Story;
  private readonly door: Door;

  constructor(story: Story, door: Door) {
    this.story = story;
    this.door = door;
    this.known = { seed: story.seed, labels: 0 };
  }

  async decide(request: Request): Promise<Answer> {
    const text = await this.door.askText(JSON.stringify({ decide: request }));
    const answer = JSON.parse(text) as Answer;
    this.count++;
    if (!('candidates' in answer)) this.wrong.push(`no answer: ${text.slice(0, 300)}`);
    else this.wrong.push(...judge(this.story.bundle, request, answer, this.known));
    return answer;
  }

  /** Feedback of a decision; counts the decisions with a label as the text does. */
  async feedBack(request: Request, answer: Answer, dice: number): Promise<void> {
    const tell = async (outcome: string, at: string, more: object = {}) => {
      const said = await this.door.ask<{ ok?: boolean }>({
        feedback: { id: request.id, outcome, at, ...more },
      });
      if (said.ok !== true) this.wrong.push(`feedback ${outcome}: ${JSON.stringify(said)}`);
    };
    const isPresented = dice % 2 === 0;
    const shown =
      dice % 5 === 0 ? answer.candidates.at(dice % Math.max(1, answer.candidates.length)) : undefined;
    const candidate = shown && { action: shown.action, channel: shown.channel, approach: shown.approach };
    const isLabelled = (answer.chosen !== null || (isPresented && candidate)) && this.story.isLearning;
    if (isPresented) await tell('presented', request.at, candidate ? { candidate } : {});
    const outcome = ['positive', 'operator-declined', 'customer-declined', 'opt-out', null][dice % 7] ?? null;
    if (outcome !== null) await tell(outcome, request.at, { value: dice });
    if (isLabelled && (isPresented || (outcome !== null && outcome !== 'operator-declined')))
      this.known.labels = (this.known.labels ?? 0) + 1;
  }

  async whyNot(request: Request, answer: Answer): Promise<void> {
    const blocked = answer.candidates.findIndex(({ failed }) => failed.some(({ rule }) => rule !== 'lane'));
    if (blocked === -1) return;
    const before = answer.candidates[blocked] as Candidate;
    const mended = mend(this.story.bundle, request, before);
    const after = await this.decide(mended.request);
    this.wrong.push(
      ...judgeMended(mended, this.story.bundle, before, after.candidates[blocked] as Candidate),
    );
  }

  async reasons(request: Request, answer: Answer): Promise<void> {
    const { chosen } = answer;
    if (chosen === null) return;
    const i = answer.candidates.findIndex(
      (one) =>
        one.action === chosen.action && one.channel === chosen.channel && one.approach === chosen.approach,
    );
    const moved: { fact: string; delta: number }[] = [];
    for (const { fact, request: lacking } of withoutFacts(this.story.bundle, request)) {
      const without = await this.decide(lacking);
      moved.push({ fact, delta: answer.candidates[i]!.p - without.candidates[i]!.p });
    }
    this.wrong.push(...judgeReasons(answer, moved));
  }
}

async function play(generated: Story): Promise<{ wrong: string[]; count: number }> {
  // As the process reads it: plain objects, no -0.
  const story = JSON.parse(JSON.stringify(generated)) as Story;
  const { bundle, requests, seed, isLearning, dice } = story;
  const door = new Door(JSON.stringify(bundle), { seed, learn: isLearning });
  const judged = new Judged(story, door);
  for (const [i, request] of requests.entries()) {
    const answer = await judged.decide(request);
    if (judged.wrong.length > 0) break;
    if (i % 3 === 0) await judged.whyNot(request, answer);
    if (i % 4 === 0) await judged.reasons(request, answer);
    // Decided anew under the same id: what was asked in between is forgotten.
    const last = await judged.decide(request);
    await judged.feedBack(request, last, dice[i]!);
    if (judged.wrong.length > 0) break;
  }
  const code = await door.end();
  if (code !== 0) judged.wrong.push(`exit code ${code}: ${door.errors.slice(0, 300)}`);
  return judged;
}

describe('[D22] an outside judge', () => {
  // Started by npm it is built where a source is newer; what is judged is what was written.
  beforeAll(() => new Door('{}', {}, BY_NPM).ended);

  it(`finds nothing wrong in ${LINES} decisions of random bundles`, { timeout: 3_600_000 }, async () => {
    let count = 0;
    let stories_ = 0;
    while (count < LINES) {
      const left = Math.min(50, Math.ceil((LINES - count) / (3 * PER_BUNDLE)));
      await fc.assert(
        fc.asyncProperty(stories, async (story) => {
          const result = await play(story);
          count += result.count;
          stories_++;
          expect(result.wrong.slice(0, 3)).toEqual([]);
        }),
        { numRuns: left, endOnFailure: process.env['KAIROS_JUDGE_SHRINK'] === undefined },
      );
    }
    if (LINES > 10_000) console.log(`${count} decisions of ${stories_} bundles`);
    expect(instantOf('2026-11-21T10:00:00Z')).toBe(1_795_255_200_000);
  });
});
