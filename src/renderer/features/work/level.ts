/** From this share of its time on it is said that it will soon be over. */
const SOON = 0.75;

/** How work stands against its service level at `now` (ms). */
export function levelOf(service: { from: string; seconds: number }, now: number): 'calm' | 'soon' | 'over' {
  const share = (now - Date.parse(service.from)) / (service.seconds * 1000);
  return share > 1 ? 'over' : share >= SOON ? 'soon' : 'calm';
}
