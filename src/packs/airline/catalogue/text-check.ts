import { LANGUAGES } from '../../../domain/language.ts';
import { AIRLINE_ACTIONS } from './actions.ts';
import { FACT_TEXTS } from './reason-texts.ts';
import { SELF_SERVICE } from './self-service.ts';
import { ACTION_TEXTS } from './texts.ts';
import type { Text } from './vocabulary.ts';

/** What operators could not read: actions, approaches and reasons without a text in some language. */
export function textProblems(): readonly string[] {
  const problems: string[] = [];
  const check = (place: string, texts: readonly Text[] | undefined) => {
    if (texts === undefined || texts.length === 0) problems.push(`${place} has none`);
    for (const text of texts ?? []) {
      for (const language of LANGUAGES) {
        if ((text[language] ?? '').trim() === '') problems.push(`${place} lacks ${language}`);
      }
    }
  };
  for (const { id, approaches = ['plain'], because, but } of AIRLINE_ACTIONS) {
    const texts = ACTION_TEXTS[id];
    check(`${id}, title`, texts?.title);
    check(`${id}, note`, texts && [texts.note]);
    for (const approach of approaches) check(`${id}, sentence, ${approach}`, texts?.sentence[approach]);
    for (const fact of [...because, ...but]) {
      const own = FACT_TEXTS[fact];
      check(`reason ${fact}`, own && [...(own.isTrue ?? []), ...(own.isFalse ?? []), ...(own.any ?? [])]);
    }
  }
  for (const [id, { title, sentence }] of Object.entries(SELF_SERVICE)) {
    if (!AIRLINE_ACTIONS.find((action) => action.id === id)?.channels.includes('kiosk'))
      problems.push(`${id}, self-service, is no action of a kiosk`);
    check(`${id}, self-service title`, title);
    check(`${id}, self-service sentence`, sentence);
  }
  return [...new Set(problems)];
}
