import type { DisruptedPassenger } from '../../../bridge/views.ts';
import { flightName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import type { Words } from '../../i18n/words.tsx';

/** `LH402/2026-11-22` as it is read out: "LH 402, Sun 22 Nov". */
export function flightOf(words: Words, to: string): string {
  const [flight = '', date] = to.split('/');
  return date ? `${flightName(flight)}, ${words.date(date)}` : flightName(flight);
}

/** Where he goes: what was asked for, else what is proposed. */
export function toText(words: Words, { rebookedTo, proposed, ownOffer, state }: DisruptedPassenger): string {
  if (rebookedTo !== null) return words.t('disruption.to', { to: flightOf(words, rebookedTo) });
  if (state === 'fine') return words.t('disruption.keeps');
  if (proposed === null) return words.t('disruption.noOffer');
  return words.t(ownOffer ? 'disruption.offered' : 'disruption.proposed', { to: flightOf(words, proposed) });
}

export function missText(words: Words, { misses }: Pick<DisruptedPassenger, 'misses'>): string {
  if (misses.length === 0) return words.t('disruption.missesNothing');
  return misses
    .map(({ kind, flight, to, minutes }) =>
      words.t(`disruption.misses.${kind}`, {
        flight: flightName(flight),
        to: plain(to),
        minutes: minutes === null ? 'none' : minutes,
      }),
    )
    .join(' · ');
}

/** What has to be made anew. */
export function lossText(words: Words, { seat, bags }: DisruptedPassenger): string {
  const lost = [
    ...(seat === null ? [] : [words.t('disruption.seat', { seat: plain(seat) })]),
    ...(bags === 0 ? [] : [words.t('disruption.bags', { count: bags })]),
  ];
  return lost.join(' · ');
}
