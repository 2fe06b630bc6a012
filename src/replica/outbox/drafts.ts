/** What an operator has begun to write in a dialog and not given yet. Pure; kept in outbox.db, one transaction each. */
import { DAY } from '../../protocol/limits.ts';
import { jsonLength } from '../../protocol/size.ts';
import type { KeptDraft, Outbox } from './model.ts';

/** One draft is at most as large as the command that it may become. */
const MAX_DRAFT_BYTES = 48 * 1024;
/** Beyond these the oldest go: a draft is not a place to keep things. */
const MOST_DRAFTS = 200;
const OLDEST = 30 * DAY;

/** A dialog is about one command for one customer, and maybe about an entry that it mends. */
export const draftKey = (name: string, profileId: string, about: string | null): string =>
  JSON.stringify([name, profileId, about]);

/** [O19] Keeps a draft in place of the one before of the same dialog; null if it is too large. */
export function keepDraft(outbox: Outbox, draft: KeptDraft): Outbox | null {
  if (jsonLength(draft) > MAX_DRAFT_BYTES) return null;
  const oldest = new Date(Date.parse(draft.at) - OLDEST).toISOString();
  const key = draftKey(draft.name, draft.profileId, draft.about);
  const others = [...outbox.drafts].filter(([other, one]) => other !== key && one.at >= oldest);
  others.sort(([, a], [, b]) => (a.at < b.at ? -1 : 1));
  return { ...outbox, drafts: new Map([...others.slice(1 - MOST_DRAFTS), [key, draft]]) };
}

/** [O19] A draft goes when what it became is in the outbox, or when its operator gives it up. */
export function dropDraft(outbox: Outbox, name: string, profileId: string, about: string | null): Outbox {
  const key = draftKey(name, profileId, about);
  if (!outbox.drafts.has(key)) return outbox;
  const drafts = new Map(outbox.drafts);
  drafts.delete(key);
  return { ...outbox, drafts };
}
