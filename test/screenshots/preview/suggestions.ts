import type { SuggestedAction, SuggestionView } from '../../../src/bridge/views.ts';
import { LANGUAGES, type Language } from '../../../src/domain/language.ts';
import { ago } from './people.ts';

/** In each language, in the order of LANGUAGES. */
const words = (language: Language, ...texts: [string, string, string]): string =>
  texts[LANGUAGES.indexOf(language)] as string;

function rebook(l: Language): SuggestedAction {
  return {
    action: 'rebook',
    channel: 'counter',
    approach: 'warm',
    lane: 1,
    title: words(
      l,
      'Rebook to LH 402, tomorrow 08:10',
      'Umbuchen auf LH 402, morgen 08:10',
      'Cambiar a LH 402, mañana 08:10',
    ),
    sentence: words(
      l,
      'I have you on the 8:10 tomorrow, in your window seat, and a room at the Sheraton right here.',
      'Ich habe für Sie morgen den Flug um 8:10 Uhr mit Fensterplatz und ein Zimmer hier im Sheraton.',
      'Le tengo mañana en el vuelo de las 8:10, con ventanilla, y una habitación aquí en el Sheraton.',
    ),
    propensity: 0.94,
    score: 0.81,
    reasonsFor: [
      {
        code: 'viewed',
        text: words(
          l,
          'Looked at LH 402 twice in 1 min',
          'LH 402 in 1 min zweimal angesehen',
          'Miró LH 402 dos veces en 1 min',
        ),
        source: 'app',
        at: ago(20),
      },
      {
        code: 'seats',
        text: words(
          l,
          '12 seats left, window 12A is held',
          '12 Plätze frei, Fenster 12A gehalten',
          '12 plazas, ventanilla 12A retenida',
        ),
        source: 'crs',
        at: ago(4),
      },
      {
        code: 'hotel',
        text: words(
          l,
          'Overnight: hotel is due',
          'Übernachtung: Hotel steht ihr zu',
          'Pasa la noche: le corresponde hotel',
        ),
        source: null,
        at: null,
      },
    ],
    reasonsAgainst: [
      {
        code: 'misses',
        text: words(
          l,
          'Misses Boston 06:30; next seat 14:20',
          'Verpasst Boston 06:30, nächster 14:20',
          'Pierde Boston 06:30; siguiente 14:20',
        ),
        source: 'crs',
        at: ago(4),
      },
    ],
    whyLost: null,
    later: { channel: 'email', approach: 'plain', sendAt: ago(-5_400), bestUntil: ago(-21_600) },
    command: { name: 'rebook', args: { booking: 'QX7R2M', segment: '1', to: 'LH402' } },
  };
}

type Pair = [title: string, sentence: string];
const other = (l: Language, action: string, en: Pair, de: Pair, es: Pair): SuggestedAction => ({
  ...rebook(l),
  action,
  title: words(l, en[0], de[0], es[0]),
  sentence: words(l, en[1], de[1], es[1]),
  whyLost: words(l, en[1], de[1], es[1]),
  command: null,
});

export function suggestionFor(profileId: string, language: Language, offline: boolean): SuggestionView {
  const l = language;
  const candidate = (
    action: string,
    texts: [string, string, string],
    stage: string,
    failures: string[] = [],
  ) => ({
    action,
    title: words(l, ...texts),
    channel: 'counter',
    stage,
    failures,
    score: 0.2,
  });
  return {
    profileId,
    decisionId: `d-${profileId}`,
    at: ago(offline ? 1100 : 2),
    mode: 'respond',
    sendAt: ago(0),
    bestUntil: ago(-18 * 60),
    primary: rebook(l),
    alternatives: [
      other(
        l,
        'ua989',
        ['UA 989 tonight, 23:05', 'reaches Boston, but middle seat 31E'],
        ['UA 989 heute Abend, 23:05', 'erreicht Boston, nur Mittelplatz 31E'],
        ['UA 989 esta noche, 23:05', 'llega a Boston, pero asiento central 31E'],
      ),
      other(
        l,
        'refund',
        ['Refund and train home', 'but she looks only at flights in the app'],
        ['Erstattung und Bahn nach Hause', 'aber sie sucht in der App nur Flüge'],
        ['Reembolso y tren a casa', 'pero en la app solo mira vuelos'],
      ),
    ],
    candidates: [
      candidate(
        'hotel',
        [
          'Give a hotel room for tonight',
          'Hotelzimmer für heute Nacht geben',
          'Dar habitación de hotel para esta noche',
        ],
        'open',
      ),
      candidate('meal', ['Give a meal voucher', 'Verzehrgutschein geben', 'Dar un vale de comida'], 'cap', [
        words(
          l,
          'given at 21:31, free again at 03:31',
          'um 21:31 gegeben, wieder ab 03:31',
          'dado a las 21:31, libre a las 03:31',
        ),
      ]),
      candidate('upgrade', ['Offer an upgrade', 'Upgrade anbieten', 'Ofrecer mejora de clase'], 'suppressed'),
      candidate('lounge', ['Offer the lounge', 'Lounge anbieten', 'Ofrecer la sala VIP'], 'applicable'),
      candidate(
        'mobile',
        ['Ask for the mobile number', 'Nach der Mobilnummer fragen', 'Preguntar por el móvil'],
        'lane',
      ),
    ],
    oldestInput: ago(offline ? 1700 : 20),
    bundle: { version: 'airline-1', validUntil: ago(-23 * 3600), expired: false },
    madeOffline: offline,
    explored: false,
  };
}

export const nothingFor = (profileId: string): SuggestionView => ({
  ...suggestionFor(profileId, 'en', false),
  decisionId: null,
  primary: null,
  alternatives: [],
});
