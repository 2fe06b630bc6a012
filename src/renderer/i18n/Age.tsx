import { useTick } from '../state/clock.ts';
import { clockOf, isOld } from './age.ts';
import { sourceName } from './facts.ts';
import { type TextId, useWords } from './words.tsx';

const secondsSince = (iso: string, now: number): number => (now - Date.parse(iso)) / 1000;

/** "20 s", kept up to date by itself; `text` is the id of a sentence around it, with the age as `{age}`. */
export function Age(props: { at: string; text?: TextId }) {
  const words = useWords();
  const age = useTick((now) => words.age(secondsSince(props.at, now)));
  return <span className="age">{props.text ? words.t(props.text, { age }) : age}</span>;
}

const DAY = 86_400;

/** Waiting time as a clock, "02:40"; what has waited for more than a day in days. */
export function Waiting(props: { since: string }) {
  const words = useWords();
  const text = useTick((now) => {
    const seconds = secondsSince(props.since, now);
    return seconds < DAY ? clockOf(seconds) : words.age(seconds);
  });
  return <span className="waiting">{text}</span>;
}

/** "app · 8 s"; past its limit "crm · 26 h, limit 24 h" in amber. */
export function Origin(props: { source: string; at: string; limitSeconds?: number | null }) {
  const words = useWords();
  const limit = props.limitSeconds ?? null;
  const age = useTick((now) => words.age(secondsSince(props.at, now)));
  const old = useTick((now) => isOld(secondsSince(props.at, now), limit));
  const source = sourceName(words, props.source);
  if (!old || limit === null)
    return <span className="origin">{words.t('fact.origin', { source, age })}</span>;
  return (
    <span className="origin origin-old">
      {words.t('fact.originOld', { source, age, limit: words.age(limit) })}
    </span>
  );
}
