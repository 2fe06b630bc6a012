import { keyOf, postHook } from '../../connectors/hook.ts';
import type { LatencyClass } from '../rules.ts';
import type { Destination } from './destination.ts';

export type WebhookOptions = {
  channel: string;
  url: string;
  /** `whsec_` and the key in base64. */
  secret: string;
  class: LatencyClass;
  facts: readonly string[];
  places: number;
};

/** Messages to customers over a partner's webhook. */
export function webhook(options: WebhookOptions): Destination {
  const key = keyOf(options.secret);
  const closing = new AbortController();
  return {
    channel: options.channel,
    kind: 'webhook',
    class: options.class,
    facts: options.facts,
    places: options.places,
    async deliver(message) {
      const hook = { id: message.id, type: 'action.due', data: message };
      return (await postHook(options.url, key, hook, closing.signal)).attempt;
    },
    close: () => closing.abort(),
  };
}
