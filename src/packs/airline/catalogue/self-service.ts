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

const text = (en: string, de: string, es: string): Text => ({ en, de, es });

export const SELF_SERVICE: Readonly<Record<string, SelfServiceTexts>> = {
  rebook: {
    title: [text('Fly with {alternative}', 'Mit {alternative} fliegen', 'Volar con {alternative}')],
    sentence: [
      text(
        'You fly to {to} with {alternative} instead of {flight}. It costs you nothing, and your bags fly with you.',
        'Sie fliegen mit {alternative} statt {flight} nach {to}. Das kostet nichts, und Ihr Gepäck fliegt mit.',
        'Vuela a {to} con {alternative} en lugar de {flight}. No le cuesta nada y su equipaje viaja con usted.',
      ),
      text(
        'You fly with {alternative} instead. It costs you nothing, and your bags fly with you.',
        'Sie fliegen stattdessen mit {alternative}. Das kostet nichts, und Ihr Gepäck fliegt mit.',
        'Vuela con {alternative} en su lugar. No le cuesta nada y su equipaje viaja con usted.',
      ),
    ],
  },
  'connection-help': {
    title: [
      text('Help with {connection}', 'Hilfe für {connection}', 'Ayuda con {connection}'),
      text('Help with your connection', 'Hilfe für Ihren Anschluss', 'Ayuda con su conexión'),
    ],
    sentence: [
      text(
        'We tell the gate that you are coming, and look for a later flight too.',
        'Wir sagen am Gate Bescheid, dass Sie kommen, und suchen auch einen späteren Flug.',
        'Avisamos a la puerta de que usted va y buscamos también un vuelo posterior.',
      ),
    ],
  },
  'bag-trace': {
    title: [
      text('Find bag {bagTag}', 'Gepäckstück {bagTag} suchen', 'Localizar el equipaje {bagTag}'),
      text('Find your bag', 'Ihr Gepäck suchen', 'Localizar su equipaje'),
    ],
    sentence: [
      text(
        'Your bag is not on board yet. We look for it and send it after you.',
        'Ihr Gepäck ist noch nicht an Bord. Wir suchen es und schicken es Ihnen nach.',
        'Su equipaje aún no está a bordo. Lo buscamos y se lo hacemos llegar.',
      ),
    ],
  },
  'hotel-voucher': {
    title: [text('Hotel for tonight', 'Hotel für heute Nacht', 'Hotel para esta noche')],
    sentence: [
      text(
        'We pay your room and the way there. A person at the counter hands you the voucher.',
        'Wir zahlen Zimmer und Weg. Den Gutschein bekommen Sie am Schalter.',
        'Pagamos la habitación y el traslado. El bono se lo entregan en el mostrador.',
      ),
    ],
  },
  'meal-voucher': {
    title: [text('Something to eat', 'Etwas zu essen', 'Algo de comer')],
    sentence: [
      text(
        'A voucher for a meal while you wait. A person at the counter hands it to you.',
        'Ein Essensgutschein für die Wartezeit. Sie bekommen ihn am Schalter.',
        'Un vale de comida para la espera. Se lo entregan en el mostrador.',
      ),
    ],
  },
  'refund-info': {
    title: [text('Money back instead', 'Lieber Geld zurück', 'Mejor el reembolso')],
    sentence: [
      text(
        'You do not fly and get your money back. A person at the counter does this with you.',
        'Sie fliegen nicht und bekommen Ihr Geld zurück. Das erledigt jemand am Schalter mit Ihnen.',
        'No vuela y recupera su dinero. Lo tramita con usted una persona en el mostrador.',
      ),
    ],
  },
  'ask-contact': {
    title: [text('How shall we reach you?', 'Wie erreichen wir Sie?', '¿Cómo le avisamos?')],
    sentence: [
      text(
        'If something changes on your trip, we tell you that way.',
        'Wenn sich an Ihrer Reise etwas ändert, sagen wir es Ihnen so.',
        'Si algo cambia en su viaje, se lo comunicamos así.',
      ),
    ],
  },
};
