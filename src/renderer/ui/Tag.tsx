import type { ReactNode } from 'react';

export type Tone = 'plain' | 'outline' | 'accent' | 'done' | 'warning' | 'critical' | 'tier';

/** One or two words about something, in the tone of what they mean. */
export const Tag = (props: { tone?: Tone; children: ReactNode }) => (
  <span className={`tag tag-${props.tone ?? 'plain'}`}>{props.children}</span>
);
