import type { SteeringView } from '../../../bridge/views.ts';
import { plain } from '../../i18n/plain.ts';
import type { Words } from '../../i18n/words.tsx';

/** The catalogue's title of an action; its placeholders, which need a customer, are left out. */
export function titleOf({ language }: Words, steering: SteeringView | null, action: string): string {
  const title = steering?.catalogue.find(({ id }) => id === action)?.title?.[language];
  const bare = title?.replaceAll(/\s*\{\w+\}/gu, '').trim();
  return plain(bare || action);
}

/** "81 %"; a dash where there is nothing to divide by. */
export const shareText = ({ number }: Words, part: number, whole: number): string =>
  whole === 0 ? '–' : `${number(Math.round((100 * part) / whole))} %`;

/** Points of 100 with a sign: "+4.7". */
export function pointsText({ number }: Words, value: number): string {
  const points = Math.round(value * 1000) / 10;
  return points > 0 ? `+${number(points)}` : number(points).replace('-', '−');
}
