import type { JsonObject } from './json.ts';

/**
 * The row of table `event`: one line of a customer's timeline. The id is the event's messageId (a flight's event,
 * which concerns many profiles, gets `messageId/profileId`), or the command's id for notes and outcomes.
 * `at` is the time that counts for the fold; `originalAt` is there where the source's own time was not believed.
 */
export type EventRow = {
  id: string;
  profileId: string;
  /** track, identify, page, screen, group, alias, contact, note, decision, outcome. */
  type: string;
  /** What happened, in the words of the airline vocabulary: `Seat Changed`; for a note `Note Added`. */
  name: string;
  at: string;
  originalAt?: string;
  source: string;
  /** The trace that its caller brought along (trace.ts), where the core tells traces. */
  trace?: string;
  properties: JsonObject;
};
