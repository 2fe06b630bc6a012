import { describe, expect, it } from 'vitest';
import { createDrafts, type DraftOf } from './drafts.ts';

const NOTE: DraftOf = { name: 'add-note', profileId: 'p1', about: null };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A replica that keeps each draft when the test says so. */
function replica() {
  const asked: (string | null)[] = [];
  const answer: ((kept: boolean) => void)[] = [];
  const drafts = createDrafts(({ answers }) => {
    asked.push(answers?.text ?? null);
    return new Promise((resolve) => answer.push(resolve));
  });
  const keep = async (kept = true): Promise<void> => {
    answer.shift()?.(kept);
    await settled();
  };
  return { drafts, asked, keep, type: (text: string) => drafts.keep(NOTE, { text }) };
}

describe('[O19] drafts', () => {
  it('are sent at every keystroke, and while one is being kept the latest waits', async () => {
    const { asked, keep, type } = replica();
    type('h');
    type('he');
    type('hel');
    expect(asked).toEqual(['h']);
    await keep();
    expect(asked).toEqual(['h', 'hel']);
    await keep();
    type('hell');
    expect(asked).toEqual(['h', 'hel', 'hell']);
  });

  it('that could not be kept are sent again when there is a line to the replica', async () => {
    const { drafts, asked, keep, type } = replica();
    type('h');
    await keep(false);
    expect(asked).toEqual(['h']);
    expect(drafts.typed(NOTE)).toEqual({ text: 'h' });
    drafts.again();
    expect(asked).toEqual(['h', 'h']);
    await keep();
    drafts.again();
    expect(asked).toEqual(['h', 'h']);
  });

  it('are given up in the replica too, but not asked about once they went with their command', async () => {
    const { drafts, asked, keep, type } = replica();
    type('h');
    await keep();
    drafts.keep(NOTE, null);
    await keep();
    expect([asked, drafts.typed(NOTE)]).toEqual([['h', null], null]);
    type('again');
    drafts.given(NOTE);
    await keep();
    expect([asked, drafts.typed(NOTE)]).toEqual([['h', null, 'again'], null]);
    expect(drafts.typed({ ...NOTE, about: 'e1' })).toBeUndefined();
  });
});
