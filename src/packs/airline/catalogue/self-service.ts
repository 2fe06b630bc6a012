import type { Text } from './vocabulary.ts';

/**
 * What a passenger reads who is served by nobody: the same actions, addressed to him, as a choice. An action that is not
 * here is none that one can take alone, and is not offered at a kiosk. As in texts.ts, the first text whose words are
 * known is taken. At a kiosk these stand for the sentence of every tone.
 */
export interface SelfServiceTexts {
  readonly title: readonly Text[];
  readonly sentence: readonly Text[];
}

const text = (en: string, de: string): Text => ({ en, de });

export const SELF_SERVICE: Readonly<Record<string, SelfServiceTexts>> = {
  rebook: {
    title: [text('Fly with {alternative}', 'Mit {alternative} fliegen')],
    sentence: [
      text(
        'You fly to {to} with {alternative} instead of {flight}. It costs you nothing, and your bags fly with you.',
        'Sie fliegen mit {alternative} statt {flight} nach {to}. Das kostet nichts, und Ihr Gepäck fliegt mit.',
      ),
      text(
        'You fly with {alternative} instead. It costs you nothing, and your bags fly with you.',
        'Sie fliegen stattdessen mit {alternative}. Das kostet nichts, und Ihr Gepäck fliegt mit.',
      ),
    ],
  },
  'connection-help': {
    title: [
      text('Help with {connection}', 'Hilfe für {connection}'),
      text('Help with your connection', 'Hilfe für Ihren Anschluss'),
    ],
    sentence: [
      text(
        'We tell the gate that you are coming, and look for a later flight too.',
        'Wir sagen am Gate Bescheid, dass Sie kommen, und suchen auch einen späteren Flug.',
      ),
    ],
  },
  'bag-trace': {
    title: [
      text('Find bag {bagTag}', 'Gepäckstück {bagTag} suchen'),
      text('Find your bag', 'Ihr Gepäck suchen'),
    ],
    sentence: [
      text(
        'Your bag is not on board yet. We look for it and send it after you.',
        'Ihr Gepäck ist noch nicht an Bord. Wir suchen es und schicken es Ihnen nach.',
      ),
    ],
  },
  'hotel-voucher': {
    title: [text('Hotel for tonight', 'Hotel für heute Nacht')],
    sentence: [
      text(
        'We pay your room and the way there. A person at the counter hands you the voucher.',
        'Wir zahlen Zimmer und Weg. Den Gutschein bekommen Sie am Schalter.',
      ),
    ],
  },
  'meal-voucher': {
    title: [text('Something to eat', 'Etwas zu essen')],
    sentence: [
      text(
        'A voucher for a meal while you wait. A person at the counter hands it to you.',
        'Ein Essensgutschein für die Wartezeit. Sie bekommen ihn am Schalter.',
      ),
    ],
  },
  'refund-info': {
    title: [text('Money back instead', 'Lieber Geld zurück')],
    sentence: [
      text(
        'You do not fly and get your money back. A person at the counter does this with you.',
        'Sie fliegen nicht und bekommen Ihr Geld zurück. Das erledigt jemand am Schalter mit Ihnen.',
      ),
    ],
  },
  'ask-contact': {
    title: [text('How shall we reach you?', 'Wie erreichen wir Sie?')],
    sentence: [
      text(
        'If something changes on your trip, we tell you that way.',
        'Wenn sich an Ihrer Reise etwas ändert, sagen wir es Ihnen so.',
      ),
    ],
  },
};
