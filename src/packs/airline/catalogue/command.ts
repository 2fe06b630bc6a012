import type { JsonObject } from '../../../domain/json.ts';
import type { Language } from '../../../domain/language.ts';
import type { DecisionInput } from './input.ts';
import { ACTION_TEXTS } from './texts.ts';

/** The command that an accepted action leads to; `needs` names the args that the operator still has to give. */
export interface SuggestedCommand {
  readonly name: string;
  readonly args: JsonObject;
  readonly needs: readonly string[];
}

/** What accepting an action means: a command with its args as far as they are known. Pure. */
export function acceptCommand(
  action: string,
  input: DecisionInput,
  language: Language,
): SuggestedCommand | null {
  const { profileId, booking, segment, alternatives } = input.target;
  const isOnTrip = booking !== undefined && segment !== undefined;
  if (action === 'rebook' && isOnTrip) {
    const to = alternatives[0];
    return to === undefined
      ? { name: 'rebook', args: { profileId, booking, segment }, needs: ['to'] }
      : { name: 'rebook', args: { profileId, booking, segment, to }, needs: [] };
  }
  if (action === 'seat-wish' && isOnTrip) {
    return { name: 'change-seat', args: { profileId, booking, segment }, needs: ['seat'] };
  }
  if (action === 'ask-language' || action === 'ask-contact') {
    const name = action === 'ask-language' ? 'language' : 'contact';
    return { name: 'set-preference', args: { profileId, name }, needs: ['value'] };
  }
  const texts = ACTION_TEXTS[action];
  if (texts === undefined) return null;
  return { name: 'add-note', args: { profileId, text: texts.note[language] }, needs: [] };
}
