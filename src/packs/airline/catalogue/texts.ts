import type { Text } from './vocabulary.ts';

/**
 * What the operator reads and says. Of a list the first text whose `{words}` are all known is taken, so the last
 * one has none. At most 20 words each.
 */
export interface ActionTexts {
  readonly title: readonly Text[];
  /** The sentence to say, per approach of the action. */
  readonly sentence: Readonly<Record<string, readonly Text[]>>;
  /** The note that an accepted action leaves, where it leads to no other command. */
  readonly note: Text;
}

const text = (en: string, de: string): Text => ({ en, de });

export const ACTION_TEXTS: Readonly<Record<string, ActionTexts>> = {
  'cancellation-notice': {
    title: [
      text('Tell: {flight} is cancelled', 'Mitteilen: {flight} ist annulliert'),
      text('Tell of the cancellation', 'Annullierung mitteilen'),
    ],
    sentence: {
      plain: [
        text(
          'I am sorry, {flight} to {to} is cancelled. I am looking for your next flight now.',
          'Es tut mir leid, {flight} nach {to} ist annulliert. Ich suche Ihnen sofort den nächsten Flug.',
        ),
        text(
          'I am sorry, your flight is cancelled. I am looking for the next one now.',
          'Es tut mir leid, Ihr Flug ist annulliert. Ich suche Ihnen sofort den nächsten.',
        ),
      ],
    },
    note: text('Told of the cancellation.', 'Über die Annullierung informiert.'),
  },
  'gate-change-notice': {
    title: [
      text('Tell: new gate {gate}', 'Mitteilen: neues Gate {gate}'),
      text('Tell of the new gate', 'Neues Gate mitteilen'),
    ],
    sentence: {
      plain: [
        text(
          'Your gate has changed: {flight} now leaves from {gate}, no longer from {gateWas}.',
          'Ihr Gate hat sich geändert: {flight} geht jetzt ab {gate}, nicht mehr ab {gateWas}.',
        ),
        text(
          'Your gate has changed: {flight} now leaves from {gate}.',
          'Ihr Gate hat sich geändert: {flight} geht jetzt ab {gate}.',
        ),
        text(
          'Your gate has changed. Please look at the board before you go.',
          'Ihr Gate hat sich geändert. Bitte sehen Sie vorher auf die Anzeigetafel.',
        ),
      ],
    },
    note: text('Told of the new gate.', 'Über das neue Gate informiert.'),
  },
  'delay-notice': {
    title: [
      text('Tell: {flight} leaves at {departs}', 'Mitteilen: {flight} startet um {departs}'),
      text('Tell of the delay', 'Verspätung mitteilen'),
    ],
    sentence: {
      plain: [
        text(
          '{flight} to {to} is late and now leaves at {departs}.',
          '{flight} nach {to} ist verspätet und startet jetzt um {departs} Uhr.',
        ),
        text(
          'Your flight is late. I will tell you the new time as soon as I have it.',
          'Ihr Flug ist verspätet. Ich sage Ihnen die neue Zeit, sobald ich sie habe.',
        ),
      ],
    },
    note: text('Told of the delay.', 'Über die Verspätung informiert.'),
  },
  rebook: {
    title: [
      text('Rebook to {alternative}', 'Umbuchen auf {alternative}'),
      text('Rebook from {flight} to the next flight', 'Von {flight} auf den nächsten Flug umbuchen'),
      text('Rebook to the next flight', 'Auf den nächsten Flug umbuchen'),
    ],
    sentence: {
      warm: [
        text(
          'I can put you on {alternative} to {to}. Shall I take care of it right away?',
          'Ich kann Sie auf {alternative} nach {to} umbuchen. Soll ich das gleich für Sie erledigen?',
        ),
        text(
          '{flight} will not leave today. I can put you on the next flight to {to}. May I?',
          '{flight} fliegt heute nicht. Ich kann Sie auf den nächsten Flug nach {to} umbuchen. Darf ich?',
        ),
        text(
          'Your flight will not leave. I can put you on the next one. May I?',
          'Ihr Flug findet nicht statt. Ich kann Sie auf den nächsten umbuchen. Darf ich?',
        ),
      ],
      brief: [
        text(
          'I rebook you to {alternative} now, all right?',
          'Ich buche Sie jetzt auf {alternative} um, einverstanden?',
        ),
        text(
          'I rebook you to the next flight, all right?',
          'Ich buche Sie auf den nächsten Flug um, einverstanden?',
        ),
      ],
    },
    note: text('Rebooked to the next flight.', 'Auf den nächsten Flug umgebucht.'),
  },
  'connection-help': {
    title: [
      text('Save the connection {connection}', 'Anschluss {connection} sichern'),
      text('Save the connection', 'Anschluss sichern'),
    ],
    sentence: {
      warm: [
        text(
          'Only {connectionMinutes} minutes remain for {connection}. I will arrange help and look for a later flight too.',
          'Für {connection} bleiben nur {connectionMinutes} Minuten. Ich organisiere Hilfe und prüfe auch einen späteren Flug.',
        ),
        text(
          'Your connection is tight. I will arrange help and look for a later flight too.',
          'Ihr Anschluss ist knapp. Ich organisiere Hilfe und prüfe auch einen späteren Flug.',
        ),
      ],
      brief: [
        text(
          'Your connection is tight. I will tell the gate that you are coming.',
          'Ihr Anschluss ist knapp. Ich sage am Gate Bescheid, dass Sie kommen.',
        ),
      ],
    },
    note: text('Help with the connection arranged.', 'Hilfe beim Anschluss organisiert.'),
  },
  'bag-trace': {
    title: [text('Find bag {bagTag}', 'Gepäckstück {bagTag} suchen'), text('Find the bag', 'Gepäck suchen')],
    sentence: {
      warm: [
        text(
          'Your bag {bagTag} is not loaded yet. I will have it found and keep you posted.',
          'Ihr Gepäckstück {bagTag} ist noch nicht verladen. Ich lasse es suchen und halte Sie auf dem Laufenden.',
        ),
        text(
          'Your bag is not loaded yet. I will have it found and keep you posted.',
          'Ihr Gepäck ist noch nicht verladen. Ich lasse es suchen und halte Sie auf dem Laufenden.',
        ),
      ],
      brief: [
        text(
          'Your bag is not loaded yet. I am having it found.',
          'Ihr Gepäck ist noch nicht verladen. Ich lasse es suchen.',
        ),
      ],
    },
    note: text('Search for the bag started.', 'Gepäcksuche gestartet.'),
  },
  apology: {
    title: [
      text('Apologise: {topic}', 'Entschuldigen: {topic}'),
      text('Apologise for the complaint', 'Für die Beschwerde entschuldigen'),
    ],
    sentence: {
      warm: [
        text(
          'I have read your complaint and I am sorry. Let me put this right for you now.',
          'Ich habe Ihre Beschwerde gelesen, und es tut mir leid. Lassen Sie mich das jetzt in Ordnung bringen.',
        ),
      ],
      brief: [
        text(
          'I am sorry about what happened. I will take care of it now.',
          'Es tut mir leid, was passiert ist. Ich kümmere mich jetzt darum.',
        ),
      ],
    },
    note: text('Apologised for the complaint.', 'Für die Beschwerde entschuldigt.'),
  },
  'hotel-voucher': {
    title: [text('Give a hotel room for tonight', 'Hotelzimmer für heute Nacht geben')],
    sentence: {
      warm: [
        text(
          'You will not have to wait here tonight: I have a hotel room for you, with transfer.',
          'Sie müssen heute Nacht nicht hier warten: Ich habe ein Hotelzimmer für Sie, mit Transfer.',
        ),
      ],
      brief: [
        text(
          'I have a hotel room with transfer for you tonight.',
          'Ich habe für heute Nacht ein Hotelzimmer mit Transfer für Sie.',
        ),
      ],
    },
    note: text('Hotel voucher given.', 'Hotelgutschein ausgegeben.'),
  },
  'meal-voucher': {
    title: [text('Give a meal voucher', 'Verzehrgutschein geben')],
    sentence: {
      warm: [
        text(
          'While you wait, please have something to eat on us. Here is your voucher.',
          'Essen Sie bitte etwas auf unsere Kosten, während Sie warten. Hier ist Ihr Gutschein.',
        ),
      ],
      brief: [
        text('Here is a meal voucher for the wait.', 'Hier ist ein Verzehrgutschein für die Wartezeit.'),
      ],
    },
    note: text('Meal voucher given.', 'Verzehrgutschein ausgegeben.'),
  },
  'refund-info': {
    title: [
      text('Explain the refund for {flight}', 'Erstattung für {flight} erklären'),
      text('Explain the refund', 'Erstattung erklären'),
    ],
    sentence: {
      plain: [
        text(
          'If you would rather not fly, you get your money back within seven days.',
          'Wenn Sie lieber nicht fliegen, bekommen Sie Ihr Geld innerhalb von sieben Tagen zurück.',
        ),
      ],
    },
    note: text('Refund explained.', 'Erstattung erklärt.'),
  },
  'case-follow-up': {
    title: [
      text('Follow up: {topic}', 'Nachfassen: {topic}'),
      text('Follow up the open case', 'Offenen Fall nachfassen'),
    ],
    sentence: {
      plain: [
        text(
          'You wrote to us about {topic}. May I tell you where it stands?',
          'Sie haben uns wegen {topic} geschrieben. Darf ich Ihnen sagen, wie es steht?',
        ),
        text(
          'You wrote to us. May I tell you where it stands?',
          'Sie haben uns geschrieben. Darf ich Ihnen sagen, wie es steht?',
        ),
      ],
    },
    note: text('Told where the case stands.', 'Über den Stand des Falls informiert.'),
  },
  'keep-informed': {
    title: [text('Offer to keep informed', 'Anbieten, auf dem Laufenden zu halten')],
    sentence: {
      plain: [
        text(
          'I will send you every change at once. Is your mobile phone the best way?',
          'Ich schicke Ihnen jede Änderung sofort. Ist Ihr Handy der beste Weg?',
        ),
      ],
    },
    note: text('Will be kept informed.', 'Wird auf dem Laufenden gehalten.'),
  },
  'document-check': {
    title: [
      text('Check documents for {to}', 'Dokumente für {to} prüfen'),
      text('Check the travel documents', 'Reisedokumente prüfen'),
    ],
    sentence: {
      plain: [
        text(
          'May I check your passport for {to} now? Then nothing stops you at the gate.',
          'Darf ich Ihren Pass für {to} gleich prüfen? Dann hält Sie am Gate nichts auf.',
        ),
        text(
          'May I check your passport now? Then nothing stops you at the gate.',
          'Darf ich Ihren Pass gleich prüfen? Dann hält Sie am Gate nichts auf.',
        ),
      ],
    },
    note: text('Travel documents checked.', 'Reisedokumente geprüft.'),
  },
  'check-in': {
    title: [text('Check in for {flight}', 'Für {flight} einchecken'), text('Check in', 'Einchecken')],
    sentence: {
      plain: [
        text(
          'You are not checked in for {flight} yet. Shall I do it now?',
          'Sie sind für {flight} noch nicht eingecheckt. Soll ich das jetzt machen?',
        ),
        text(
          'You are not checked in yet. Shall I do it now?',
          'Sie sind noch nicht eingecheckt. Soll ich das jetzt machen?',
        ),
      ],
    },
    note: text('Check-in offered and done.', 'Check-in angeboten und erledigt.'),
  },
  'seat-wish': {
    title: [
      text('Swap {seat} for a {seatWish} seat', 'Statt {seat} einen Platz am {seatWish} anbieten'),
      text('Offer the seat they like', 'Wunschplatz anbieten'),
    ],
    sentence: {
      plain: [
        text(
          'You like a {seatWish} seat. May I see whether one is free instead of {seat}?',
          'Sie sitzen gern am {seatWish}. Soll ich sehen, ob statt {seat} etwas frei ist?',
        ),
        text(
          'May I see whether a seat that you like better is free?',
          'Soll ich sehen, ob ein Platz frei ist, den Sie lieber mögen?',
        ),
      ],
    },
    note: text('Other seat offered.', 'Anderen Platz angeboten.'),
  },
  'ask-language': {
    title: [text('Ask for the language', 'Nach der Sprache fragen')],
    sentence: {
      plain: [
        text(
          'Which language would you like us to use with you?',
          'In welcher Sprache sollen wir mit Ihnen sprechen?',
        ),
      ],
    },
    note: text('Asked for the language.', 'Nach der Sprache gefragt.'),
  },
  'win-back': {
    title: [text('Ask what brings them back', 'Fragen, was sie zurückbringt')],
    sentence: {
      plain: [
        text(
          'You have not flown with us for a while: may I tell you what is new?',
          'Sie sind länger nicht mit uns geflogen: Darf ich erzählen, was neu ist?',
        ),
      ],
    },
    note: text('Asked what would bring them back.', 'Gefragt, was sie zurückbringt.'),
  },
  'first-trip': {
    title: [text('Welcome on the first trip', 'Zur ersten Reise willkommen heißen')],
    sentence: {
      plain: [
        text(
          'It is your first trip with us to {to}: shall I show you how check-in and boarding go?',
          'Ihre erste Reise mit uns nach {to}: Soll ich Ihnen zeigen, wie Check-in und Einsteigen gehen?',
        ),
        text(
          'It is your first trip with us: shall I show you how check-in and boarding go?',
          'Ihre erste Reise mit uns: Soll ich Ihnen zeigen, wie Check-in und Einsteigen gehen?',
        ),
      ],
    },
    note: text('Welcomed on the first trip.', 'Zur ersten Reise willkommen geheißen.'),
  },
  'ask-contact': {
    title: [text('Ask how to reach them', 'Nach dem Kontaktweg fragen')],
    sentence: {
      plain: [
        text(
          'If something changes: how shall we reach you best?',
          'Falls sich etwas ändert: Wie erreichen wir Sie am besten?',
        ),
      ],
    },
    note: text('Asked how to reach them.', 'Nach dem Kontaktweg gefragt.'),
  },
  'lounge-access': {
    title: [text('Show the way to the lounge', 'Auf die Lounge hinweisen')],
    sentence: {
      plain: [
        text(
          'As {tier} you are welcome in our lounge until boarding.',
          'Als {tier} sind Sie bis zum Einsteigen in unserer Lounge willkommen.',
        ),
        text(
          'You are welcome in our lounge until boarding.',
          'Sie sind bis zum Einsteigen in unserer Lounge willkommen.',
        ),
      ],
    },
    note: text('Lounge offered.', 'Auf die Lounge hingewiesen.'),
  },
  'paid-upgrade': {
    title: [
      text('Offer an upgrade on {flight}', 'Upgrade auf {flight} anbieten'),
      text('Offer an upgrade', 'Upgrade anbieten'),
    ],
    sentence: {
      plain: [
        text(
          'On {flight} a better seat is free. Would you like to hear the price?',
          'Auf {flight} ist ein besserer Platz frei. Möchten Sie den Preis hören?',
        ),
        text(
          'On your flight a better seat is free. Would you like to hear the price?',
          'Auf Ihrem Flug ist ein besserer Platz frei. Möchten Sie den Preis hören?',
        ),
      ],
    },
    note: text('Upgrade offered.', 'Upgrade angeboten.'),
  },
  'extra-bag': {
    title: [text('Offer another bag', 'Weiteres Gepäckstück anbieten')],
    sentence: {
      plain: [
        text(
          'Would you like to take another bag? It is cheaper now than at the gate.',
          'Möchten Sie noch ein Gepäckstück mitnehmen? Jetzt ist es günstiger als am Gate.',
        ),
      ],
    },
    note: text('Another bag offered.', 'Weiteres Gepäckstück angeboten.'),
  },
  'loyalty-enrolment': {
    title: [text('Offer the loyalty programme', 'Vielfliegerprogramm anbieten')],
    sentence: {
      plain: [
        text(
          'Would you like to collect miles for this flight? It takes one minute.',
          'Möchten Sie für diesen Flug Meilen sammeln? Es dauert eine Minute.',
        ),
      ],
    },
    note: text('Loyalty programme offered.', 'Vielfliegerprogramm angeboten.'),
  },
  'app-hint': {
    title: [text('Recommend the app', 'App empfehlen')],
    sentence: {
      plain: [
        text(
          'In our app you see gate changes first. Shall I send you the link?',
          'In unserer App sehen Sie Gate-Änderungen zuerst. Soll ich Ihnen den Link schicken?',
        ),
      ],
    },
    note: text('App recommended.', 'App empfohlen.'),
  },
  'anything-else': {
    title: [text('Ask what else is needed', 'Fragen, was noch fehlt')],
    sentence: {
      plain: [
        text('Is there anything else that I can do for you today?', 'Kann ich heute noch etwas für Sie tun?'),
      ],
    },
    note: text('Nothing else was needed.', 'Es fehlte nichts weiter.'),
  },
};
