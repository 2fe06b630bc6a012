import type { ReactNode } from 'react';

export type Tone = 'plain' | 'outline' | 'accent' | 'done' | 'warning' | 'critical' | 'tier';

/** One or two words about something, in the tone of what they mean; a `wish` gives way where room is short. */
export const Tag = (props: { tone?: Tone; wish?: boolean; children: ReactNode }) => (
  <span className={`tag tag-${props.tone ?? 'plain'}${props.wish ? ' tag-wish' : ''}`}>{props.children}</span>
);
