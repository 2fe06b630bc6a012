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

const text = (en: string, de: string, es: string): Text => ({ en, de, es });

export const ACTION_TEXTS: Readonly<Record<string, ActionTexts>> = {
  'cancellation-notice': {
    title: [
      text(
        'Tell: {flight} is cancelled',
        'Mitteilen: {flight} ist annulliert',
        'Informar: {flight} está cancelado',
      ),
      text('Tell of the cancellation', 'Annullierung mitteilen', 'Informar de la cancelación'),
    ],
    sentence: {
      plain: [
        text(
          'I am sorry, {flight} to {to} is cancelled. I am looking for your next flight now.',
          'Es tut mir leid, {flight} nach {to} ist annulliert. Ich suche Ihnen sofort den nächsten Flug.',
          'Lo siento, {flight} a {to} está cancelado. Le busco ahora mismo el próximo vuelo.',
        ),
        text(
          'I am sorry, your flight is cancelled. I am looking for the next one now.',
          'Es tut mir leid, Ihr Flug ist annulliert. Ich suche Ihnen sofort den nächsten.',
          'Lo siento, su vuelo está cancelado. Le busco ahora mismo el próximo.',
        ),
      ],
    },
    note: text(
      'Told of the cancellation.',
      'Über die Annullierung informiert.',
      'Informado de la cancelación.',
    ),
  },
  'gate-change-notice': {
    title: [
      text('Tell: new gate {gate}', 'Mitteilen: neues Gate {gate}', 'Informar: nueva puerta {gate}'),
      text('Tell of the new gate', 'Neues Gate mitteilen', 'Informar de la nueva puerta'),
    ],
    sentence: {
      plain: [
        text(
          'Your gate has changed: {flight} now leaves from {gate}, no longer from {gateWas}.',
          'Ihr Gate hat sich geändert: {flight} geht jetzt ab {gate}, nicht mehr ab {gateWas}.',
          'Su puerta ha cambiado: {flight} sale ahora por la {gate}, ya no por la {gateWas}.',
        ),
        text(
          'Your gate has changed: {flight} now leaves from {gate}.',
          'Ihr Gate hat sich geändert: {flight} geht jetzt ab {gate}.',
          'Su puerta ha cambiado: {flight} sale ahora por la {gate}.',
        ),
        text(
          'Your gate has changed. Please look at the board before you go.',
          'Ihr Gate hat sich geändert. Bitte sehen Sie vorher auf die Anzeigetafel.',
          'Su puerta ha cambiado. Mire, por favor, el panel antes de ir.',
        ),
      ],
    },
    note: text('Told of the new gate.', 'Über das neue Gate informiert.', 'Informado de la nueva puerta.'),
  },
  'delay-notice': {
    title: [
      text(
        'Tell: {flight} leaves at {departs}',
        'Mitteilen: {flight} startet um {departs}',
        'Informar: {flight} sale a las {departs}',
      ),
      text('Tell of the delay', 'Verspätung mitteilen', 'Informar del retraso'),
    ],
    sentence: {
      plain: [
        text(
          '{flight} to {to} is late and now leaves at {departs}.',
          '{flight} nach {to} ist verspätet und startet jetzt um {departs} Uhr.',
          '{flight} a {to} lleva retraso y sale ahora a las {departs}.',
        ),
        text(
          'Your flight is late. I will tell you the new time as soon as I have it.',
          'Ihr Flug ist verspätet. Ich sage Ihnen die neue Zeit, sobald ich sie habe.',
          'Su vuelo lleva retraso. Le diré la nueva hora en cuanto la tenga.',
        ),
      ],
    },
    note: text('Told of the delay.', 'Über die Verspätung informiert.', 'Informado del retraso.'),
  },
  rebook: {
    title: [
      text('Rebook to {alternative}', 'Umbuchen auf {alternative}', 'Cambiar al {alternative}'),
      text(
        'Rebook from {flight} to the next flight',
        'Von {flight} auf den nächsten Flug umbuchen',
        'Cambiar de {flight} al próximo vuelo',
      ),
      text('Rebook to the next flight', 'Auf den nächsten Flug umbuchen', 'Cambiar al próximo vuelo'),
    ],
    sentence: {
      warm: [
        text(
          'I can put you on {alternative} to {to}. Shall I take care of it right away?',
          'Ich kann Sie auf {alternative} nach {to} umbuchen. Soll ich das gleich für Sie erledigen?',
          'Puedo pasarle al {alternative} a {to}. ¿Quiere que lo haga ahora mismo?',
        ),
        text(
          '{flight} will not leave today. I can put you on the next flight to {to}. May I?',
          '{flight} fliegt heute nicht. Ich kann Sie auf den nächsten Flug nach {to} umbuchen. Darf ich?',
          '{flight} no sale hoy. Puedo pasarle al próximo vuelo a {to}. ¿Le parece bien?',
        ),
        text(
          'Your flight will not leave. I can put you on the next one. May I?',
          'Ihr Flug findet nicht statt. Ich kann Sie auf den nächsten umbuchen. Darf ich?',
          'Su vuelo no va a salir. Puedo pasarle al próximo. ¿Le parece bien?',
        ),
      ],
      brief: [
        text(
          'I rebook you to {alternative} now, all right?',
          'Ich buche Sie jetzt auf {alternative} um, einverstanden?',
          'Le paso ahora al {alternative}, ¿de acuerdo?',
        ),
        text(
          'I rebook you to the next flight, all right?',
          'Ich buche Sie auf den nächsten Flug um, einverstanden?',
          'Le paso al próximo vuelo, ¿de acuerdo?',
        ),
      ],
    },
    note: text(
      'Rebooked to the next flight.',
      'Auf den nächsten Flug umgebucht.',
      'Cambiado al próximo vuelo.',
    ),
  },
  'connection-help': {
    title: [
      text(
        'Save the connection {connection}',
        'Anschluss {connection} sichern',
        'Salvar la conexión {connection}',
      ),
      text('Save the connection', 'Anschluss sichern', 'Salvar la conexión'),
    ],
    sentence: {
      warm: [
        text(
          'Only {connectionMinutes} minutes remain for {connection}. I will arrange help and look for a later flight too.',
          'Für {connection} bleiben nur {connectionMinutes} Minuten. Ich organisiere Hilfe und prüfe auch einen späteren Flug.',
          'Quedan solo {connectionMinutes} minutos para {connection}. Organizo ayuda y miro también un vuelo posterior.',
        ),
        text(
          'Your connection is tight. I will arrange help and look for a later flight too.',
          'Ihr Anschluss ist knapp. Ich organisiere Hilfe und prüfe auch einen späteren Flug.',
          'Su conexión es muy justa. Organizo ayuda y miro también un vuelo posterior.',
        ),
      ],
      brief: [
        text(
          'Your connection is tight. I will tell the gate that you are coming.',
          'Ihr Anschluss ist knapp. Ich sage am Gate Bescheid, dass Sie kommen.',
          'Su conexión es muy justa. Aviso a la puerta de que usted va para allá.',
        ),
      ],
    },
    note: text(
      'Help with the connection arranged.',
      'Hilfe beim Anschluss organisiert.',
      'Ayuda con la conexión organizada.',
    ),
  },
  'bag-trace': {
    title: [
      text('Find bag {bagTag}', 'Gepäckstück {bagTag} suchen', 'Localizar el equipaje {bagTag}'),
      text('Find the bag', 'Gepäck suchen', 'Localizar el equipaje'),
    ],
    sentence: {
      warm: [
        text(
          'Your bag {bagTag} is not loaded yet. I will have it found and keep you posted.',
          'Ihr Gepäckstück {bagTag} ist noch nicht verladen. Ich lasse es suchen und halte Sie auf dem Laufenden.',
          'Su equipaje {bagTag} aún no está cargado. Pido que lo localicen y le mantengo al corriente.',
        ),
        text(
          'Your bag is not loaded yet. I will have it found and keep you posted.',
          'Ihr Gepäck ist noch nicht verladen. Ich lasse es suchen und halte Sie auf dem Laufenden.',
          'Su equipaje aún no está cargado. Pido que lo localicen y le mantengo al corriente.',
        ),
      ],
      brief: [
        text(
          'Your bag is not loaded yet. I am having it found.',
          'Ihr Gepäck ist noch nicht verladen. Ich lasse es suchen.',
          'Su equipaje aún no está cargado. Pido que lo localicen.',
        ),
      ],
    },
    note: text('Search for the bag started.', 'Gepäcksuche gestartet.', 'Búsqueda del equipaje iniciada.'),
  },
  apology: {
    title: [
      text('Apologise: {topic}', 'Entschuldigen: {topic}', 'Disculparse: {topic}'),
      text(
        'Apologise for the complaint',
        'Für die Beschwerde entschuldigen',
        'Disculparse por la reclamación',
      ),
    ],
    sentence: {
      warm: [
        text(
          'I have read your complaint and I am sorry. Let me put this right for you now.',
          'Ich habe Ihre Beschwerde gelesen, und es tut mir leid. Lassen Sie mich das jetzt in Ordnung bringen.',
          'He leído su reclamación y lo siento. Permítame que lo solucione ahora.',
        ),
      ],
      brief: [
        text(
          'I am sorry about what happened. I will take care of it now.',
          'Es tut mir leid, was passiert ist. Ich kümmere mich jetzt darum.',
          'Siento lo ocurrido. Me ocupo de ello ahora.',
        ),
      ],
    },
    note: text(
      'Apologised for the complaint.',
      'Für die Beschwerde entschuldigt.',
      'Disculpas presentadas por la reclamación.',
    ),
  },
  'hotel-voucher': {
    title: [
      text(
        'Give a hotel room for tonight',
        'Hotelzimmer für heute Nacht geben',
        'Dar habitación de hotel para esta noche',
      ),
    ],
    sentence: {
      warm: [
        text(
          'You will not have to wait here tonight: I have a hotel room for you, with transfer.',
          'Sie müssen heute Nacht nicht hier warten: Ich habe ein Hotelzimmer für Sie, mit Transfer.',
          'No tendrá que esperar aquí esta noche: tengo una habitación de hotel para usted, con traslado.',
        ),
      ],
      brief: [
        text(
          'I have a hotel room with transfer for you tonight.',
          'Ich habe für heute Nacht ein Hotelzimmer mit Transfer für Sie.',
          'Tengo para usted una habitación de hotel con traslado para esta noche.',
        ),
      ],
    },
    note: text('Hotel voucher given.', 'Hotelgutschein ausgegeben.', 'Bono de hotel entregado.'),
  },
  'meal-voucher': {
    title: [text('Give a meal voucher', 'Verzehrgutschein geben', 'Dar un vale de comida')],
    sentence: {
      warm: [
        text(
          'While you wait, please have something to eat on us. Here is your voucher.',
          'Essen Sie bitte etwas auf unsere Kosten, während Sie warten. Hier ist Ihr Gutschein.',
          'Mientras espera, permítanos invitarle a comer algo. Aquí tiene su vale.',
        ),
      ],
      brief: [
        text(
          'Here is a meal voucher for the wait.',
          'Hier ist ein Verzehrgutschein für die Wartezeit.',
          'Aquí tiene un vale de comida para la espera.',
        ),
      ],
    },
    note: text('Meal voucher given.', 'Verzehrgutschein ausgegeben.', 'Vale de comida entregado.'),
  },
  'refund-info': {
    title: [
      text(
        'Explain the refund for {flight}',
        'Erstattung für {flight} erklären',
        'Explicar el reembolso de {flight}',
      ),
      text('Explain the refund', 'Erstattung erklären', 'Explicar el reembolso'),
    ],
    sentence: {
      plain: [
        text(
          'If you would rather not fly, you get your money back within seven days.',
          'Wenn Sie lieber nicht fliegen, bekommen Sie Ihr Geld innerhalb von sieben Tagen zurück.',
          'Si prefiere no volar, recupera su dinero en un plazo de siete días.',
        ),
      ],
    },
    note: text('Refund explained.', 'Erstattung erklärt.', 'Reembolso explicado.'),
  },
  'case-follow-up': {
    title: [
      text('Follow up: {topic}', 'Nachfassen: {topic}', 'Dar seguimiento: {topic}'),
      text('Follow up the open case', 'Offenen Fall nachfassen', 'Dar seguimiento al caso abierto'),
    ],
    sentence: {
      plain: [
        text(
          'You wrote to us about {topic}. May I tell you where it stands?',
          'Sie haben uns wegen {topic} geschrieben. Darf ich Ihnen sagen, wie es steht?',
          'Nos escribió por este tema: {topic}. ¿Me permite contarle cómo va?',
        ),
        text(
          'You wrote to us. May I tell you where it stands?',
          'Sie haben uns geschrieben. Darf ich Ihnen sagen, wie es steht?',
          'Usted nos escribió. ¿Me permite contarle cómo va su caso?',
        ),
      ],
    },
    note: text(
      'Told where the case stands.',
      'Über den Stand des Falls informiert.',
      'Informado del estado del caso.',
    ),
  },
  'keep-informed': {
    title: [
      text(
        'Offer to keep informed',
        'Anbieten, auf dem Laufenden zu halten',
        'Ofrecer mantener al corriente',
      ),
    ],
    sentence: {
      plain: [
        text(
          'I will send you every change at once. Is your mobile phone the best way?',
          'Ich schicke Ihnen jede Änderung sofort. Ist Ihr Handy der beste Weg?',
          'Le enviaré cada cambio al instante. ¿Es su móvil la mejor vía?',
        ),
      ],
    },
    note: text('Will be kept informed.', 'Wird auf dem Laufenden gehalten.', 'Se le mantendrá al corriente.'),
  },
  'document-check': {
    title: [
      text('Check documents for {to}', 'Dokumente für {to} prüfen', 'Revisar documentos para {to}'),
      text('Check the travel documents', 'Reisedokumente prüfen', 'Revisar los documentos de viaje'),
    ],
    sentence: {
      plain: [
        text(
          'May I check your passport for {to} now? Then nothing stops you at the gate.',
          'Darf ich Ihren Pass für {to} gleich prüfen? Dann hält Sie am Gate nichts auf.',
          '¿Me permite revisar ahora su pasaporte para {to}? Así nada le retendrá en la puerta.',
        ),
        text(
          'May I check your passport now? Then nothing stops you at the gate.',
          'Darf ich Ihren Pass gleich prüfen? Dann hält Sie am Gate nichts auf.',
          '¿Me permite revisar ahora su pasaporte? Así nada le retendrá en la puerta.',
        ),
      ],
    },
    note: text('Travel documents checked.', 'Reisedokumente geprüft.', 'Documentos de viaje revisados.'),
  },
  'check-in': {
    title: [
      text('Check in for {flight}', 'Für {flight} einchecken', 'Facturar para {flight}'),
      text('Check in', 'Einchecken', 'Facturar'),
    ],
    sentence: {
      plain: [
        text(
          'You are not checked in for {flight} yet. Shall I do it now?',
          'Sie sind für {flight} noch nicht eingecheckt. Soll ich das jetzt machen?',
          'Aún no ha facturado para {flight}. ¿Quiere que lo haga ahora?',
        ),
        text(
          'You are not checked in yet. Shall I do it now?',
          'Sie sind noch nicht eingecheckt. Soll ich das jetzt machen?',
          'Aún no ha facturado. ¿Quiere que lo haga ahora?',
        ),
      ],
    },
    note: text(
      'Check-in offered and done.',
      'Check-in angeboten und erledigt.',
      'Facturación ofrecida y hecha.',
    ),
  },
  'seat-wish': {
    title: [
      text(
        'Swap {seat} for a {seatWish} seat',
        'Statt {seat} einen Platz am {seatWish} anbieten',
        'Cambiar {seat} por un asiento de {seatWish}',
      ),
      text('Offer the seat they like', 'Wunschplatz anbieten', 'Ofrecer el asiento que prefiere'),
    ],
    sentence: {
      plain: [
        text(
          'You like a {seatWish} seat. May I see whether one is free instead of {seat}?',
          'Sie sitzen gern am {seatWish}. Soll ich sehen, ob statt {seat} etwas frei ist?',
          'Usted prefiere {seatWish}. ¿Quiere que mire si hay uno libre en lugar de {seat}?',
        ),
        text(
          'May I see whether a seat that you like better is free?',
          'Soll ich sehen, ob ein Platz frei ist, den Sie lieber mögen?',
          '¿Quiere que mire si hay libre un asiento que le guste más?',
        ),
      ],
    },
    note: text('Other seat offered.', 'Anderen Platz angeboten.', 'Otro asiento ofrecido.'),
  },
  'ask-language': {
    title: [text('Ask for the language', 'Nach der Sprache fragen', 'Preguntar por el idioma')],
    sentence: {
      plain: [
        text(
          'Which language would you like us to use with you?',
          'In welcher Sprache sollen wir mit Ihnen sprechen?',
          '¿En qué idioma prefiere que le atendamos?',
        ),
      ],
    },
    note: text('Asked for the language.', 'Nach der Sprache gefragt.', 'Preguntado por el idioma.'),
  },
  'win-back': {
    title: [
      text('Ask what brings them back', 'Fragen, was sie zurückbringt', 'Preguntar qué le haría volver'),
    ],
    sentence: {
      plain: [
        text(
          'You have not flown with us for a while: may I tell you what is new?',
          'Sie sind länger nicht mit uns geflogen: Darf ich erzählen, was neu ist?',
          'Hace tiempo que no vuela con nosotros: ¿me permite contarle las novedades?',
        ),
      ],
    },
    note: text(
      'Asked what would bring them back.',
      'Gefragt, was sie zurückbringt.',
      'Preguntado qué le haría volver.',
    ),
  },
  'first-trip': {
    title: [
      text(
        'Welcome on the first trip',
        'Zur ersten Reise willkommen heißen',
        'Dar la bienvenida al primer viaje',
      ),
    ],
    sentence: {
      plain: [
        text(
          'It is your first trip with us to {to}: shall I show you how check-in and boarding go?',
          'Ihre erste Reise mit uns nach {to}: Soll ich Ihnen zeigen, wie Check-in und Einsteigen gehen?',
          'Es su primer viaje con nosotros a {to}: ¿le explico cómo son la facturación y el embarque?',
        ),
        text(
          'It is your first trip with us: shall I show you how check-in and boarding go?',
          'Ihre erste Reise mit uns: Soll ich Ihnen zeigen, wie Check-in und Einsteigen gehen?',
          'Es su primer viaje con nosotros: ¿le explico cómo son la facturación y el embarque?',
        ),
      ],
    },
    note: text(
      'Welcomed on the first trip.',
      'Zur ersten Reise willkommen geheißen.',
      'Bienvenida dada al primer viaje.',
    ),
  },
  'ask-contact': {
    title: [text('Ask how to reach them', 'Nach dem Kontaktweg fragen', 'Preguntar cómo contactar')],
    sentence: {
      plain: [
        text(
          'If something changes: how shall we reach you best?',
          'Falls sich etwas ändert: Wie erreichen wir Sie am besten?',
          'Si algo cambia, ¿cuál es la mejor forma de avisarle?',
        ),
      ],
    },
    note: text('Asked how to reach them.', 'Nach dem Kontaktweg gefragt.', 'Preguntado cómo contactar.'),
  },
  'lounge-access': {
    title: [text('Show the way to the lounge', 'Auf die Lounge hinweisen', 'Indicar la sala VIP')],
    sentence: {
      plain: [
        text(
          'As {tier} you are welcome in our lounge until boarding.',
          'Als {tier} sind Sie bis zum Einsteigen in unserer Lounge willkommen.',
          'Con su nivel {tier} puede esperar en nuestra sala VIP hasta el embarque.',
        ),
        text(
          'You are welcome in our lounge until boarding.',
          'Sie sind bis zum Einsteigen in unserer Lounge willkommen.',
          'Puede esperar en nuestra sala VIP hasta el embarque.',
        ),
      ],
    },
    note: text('Lounge offered.', 'Auf die Lounge hingewiesen.', 'Sala VIP ofrecida.'),
  },
  'paid-upgrade': {
    title: [
      text(
        'Offer an upgrade on {flight}',
        'Upgrade auf {flight} anbieten',
        'Ofrecer mejora de clase en {flight}',
      ),
      text('Offer an upgrade', 'Upgrade anbieten', 'Ofrecer mejora de clase'),
    ],
    sentence: {
      plain: [
        text(
          'On {flight} a better seat is free. Would you like to hear the price?',
          'Auf {flight} ist ein besserer Platz frei. Möchten Sie den Preis hören?',
          'En {flight} queda libre un asiento mejor. ¿Quiere saber el precio?',
        ),
        text(
          'On your flight a better seat is free. Would you like to hear the price?',
          'Auf Ihrem Flug ist ein besserer Platz frei. Möchten Sie den Preis hören?',
          'En su vuelo queda libre un asiento mejor. ¿Quiere saber el precio?',
        ),
      ],
    },
    note: text('Upgrade offered.', 'Upgrade angeboten.', 'Mejora de clase ofrecida.'),
  },
  'extra-bag': {
    title: [text('Offer another bag', 'Weiteres Gepäckstück anbieten', 'Ofrecer otro bulto')],
    sentence: {
      plain: [
        text(
          'Would you like to take another bag? It is cheaper now than at the gate.',
          'Möchten Sie noch ein Gepäckstück mitnehmen? Jetzt ist es günstiger als am Gate.',
          '¿Desea llevar otro bulto? Ahora es más barato que en la puerta.',
        ),
      ],
    },
    note: text('Another bag offered.', 'Weiteres Gepäckstück angeboten.', 'Otro bulto ofrecido.'),
  },
  'loyalty-enrolment': {
    title: [
      text(
        'Offer the loyalty programme',
        'Vielfliegerprogramm anbieten',
        'Ofrecer el programa de viajero frecuente',
      ),
    ],
    sentence: {
      plain: [
        text(
          'Would you like to collect miles for this flight? It takes one minute.',
          'Möchten Sie für diesen Flug Meilen sammeln? Es dauert eine Minute.',
          '¿Quiere sumar millas por este vuelo? Se tarda un minuto.',
        ),
      ],
    },
    note: text(
      'Loyalty programme offered.',
      'Vielfliegerprogramm angeboten.',
      'Programa de viajero frecuente ofrecido.',
    ),
  },
  'app-hint': {
    title: [text('Recommend the app', 'App empfehlen', 'Recomendar la app')],
    sentence: {
      plain: [
        text(
          'In our app you see gate changes first. Shall I send you the link?',
          'In unserer App sehen Sie Gate-Änderungen zuerst. Soll ich Ihnen den Link schicken?',
          'En nuestra app verá antes que nadie los cambios de puerta. ¿Le envío el enlace?',
        ),
      ],
    },
    note: text('App recommended.', 'App empfohlen.', 'App recomendada.'),
  },
  'anything-else': {
    title: [text('Ask what else is needed', 'Fragen, was noch fehlt', 'Preguntar qué más necesita')],
    sentence: {
      plain: [
        text(
          'Is there anything else that I can do for you today?',
          'Kann ich heute noch etwas für Sie tun?',
          '¿Puedo hacer hoy algo más por usted?',
        ),
      ],
    },
    note: text('Nothing else was needed.', 'Es fehlte nichts weiter.', 'No necesitaba nada más.'),
  },
};
