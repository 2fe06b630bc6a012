import type { KioskSetting } from '../../../bridge/shell.ts';

/** `here`: nothing to say; `asking`: cleared in so many seconds; `over`: the guest has gone. */
export type Idle = { is: 'here' } | { is: 'asking'; seconds: number } | { is: 'over' };

/** @param touched when somebody last touched the screen, and `now`, both in ms of a clock that only goes forward */
export function idleOf(touched: number, now: number, { idleSeconds, askSeconds }: KioskSetting): Idle {
  const quiet = (now - touched) / 1000;
  if (quiet < idleSeconds) return { is: 'here' };
  const left = Math.ceil(idleSeconds + askSeconds - quiet);
  return left > 0 ? { is: 'asking', seconds: left } : { is: 'over' };
}
