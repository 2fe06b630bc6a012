import { expect, it } from 'vitest';
import { broughtBy, originIn } from './trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const STEP = '00f067aa0ba902b7';

it("[TR6] reads a caller's traceparent as W3C Trace Context says, and takes nothing else for one", () => {
  expect(broughtBy(`00-${TRACE}-${STEP}-01`)).toBe(`${TRACE}-${STEP}`);
  expect(originIn(`${TRACE}-${STEP}`)).toEqual({ traceId: TRACE, spanId: STEP });
  // A later version may have more flags and more parts.
  expect(broughtBy(`01-${TRACE}-${STEP}-03-more`)).toBe(`${TRACE}-${STEP}`);
  for (const none of [
    ...[undefined, '', 'x', [`00-${TRACE}-${STEP}-01`], `00-${TRACE}-${STEP}-00`, `ff-${TRACE}-${STEP}-01`],
    ...[`00-${'0'.repeat(32)}-${STEP}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`],
    ...[`00-${TRACE.toUpperCase()}-${STEP}-01`, `00-${TRACE}-${STEP}-01-more`, `00-${TRACE}-${STEP}-1`],
    `00-${TRACE}-${STEP}-01"`,
  ])
    expect(broughtBy(none), String(none)).toBeNull();
  for (const none of [undefined, 7, TRACE, `${TRACE}-${STEP}"`]) expect(originIn(none)).toBeNull();
});
