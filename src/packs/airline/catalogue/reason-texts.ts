import type { InputFact, Text } from './vocabulary.ts';

/** What a fact says as a reason: when true, when false, or whatever its value is. */
export interface FactTexts {
  readonly isTrue?: readonly Text[];
  readonly isFalse?: readonly Text[];
  readonly any?: readonly Text[];
}

const text = (en: string, de: string, es: string): Text => ({ en, de, es });

/** Topics that sources name by a word of their vocabulary; any other is shown as it was sent. */
export const TOPIC_WORDS: ReadonlyMap<string, Text> = new Map([
  ['baggage', text('baggage', 'Gepäck', 'equipaje')],
  ['cancellation', text('cancellation', 'Annullierung', 'cancelación')],
  ['delay', text('delay', 'Verspätung', 'retraso')],
  ['documents', text('documents', 'Dokumente', 'documentos')],
  ['miles', text('miles', 'Meilen', 'millas')],
  ['refund', text('refund', 'Erstattung', 'reembolso')],
  ['seat', text('seat', 'Sitzplatz', 'asiento')],
  ['staff', text('staff', 'Personal', 'personal')],
]);

/** Stages of a customer's lifecycle (docs/spec/airline.md L1). */
export const LIFECYCLE_WORDS: ReadonlyMap<string, Text> = new Map([
  ['new', text('first booking', 'erste Buchung', 'primera reserva')],
  ['active', text('has travelled with us', 'ist mit uns gereist', 'ha viajado con nosotros')],
  ['loyal', text('loyal', 'treu', 'fiel')],
  ['lapsed', text('gone for a year', 'seit einem Jahr weg', 'un año sin viajar')],
]);

/** A fact that is not here is never named as a reason. Of a list the first whose words are known is taken. */
export const FACT_TEXTS: Readonly<Partial<Record<InputFact, FactTexts>>> = {
  activity: { any: [text('Now: {activity}', 'Gerade: {activity}', 'Ahora: {activity}')] },
  bagNotLoaded: {
    isTrue: [
      text(
        'Bag {bagTag} is not loaded',
        'Gepäckstück {bagTag} ist nicht verladen',
        'El equipaje {bagTag} no está cargado',
      ),
      text('A bag is not loaded', 'Ein Gepäckstück ist nicht verladen', 'Hay un equipaje sin cargar'),
    ],
  },
  bags: { any: [text('Bags so far: {bags}', 'Gepäckstücke bisher: {bags}', 'Bultos hasta ahora: {bags}')] },
  boarded: { isTrue: [text('Already on board', 'Schon an Bord', 'Ya está a bordo')] },
  cabin: { any: [text('Booked in {cabin}', 'Gebucht in {cabin}', 'Reserva en {cabin}')] },
  caseOpen: {
    isTrue: [
      text('Open case: {topic}', 'Offener Fall: {topic}', 'Caso abierto: {topic}'),
      text('A case is open', 'Ein Fall ist offen', 'Hay un caso abierto'),
    ],
  },
  checkedIn: {
    isTrue: [
      text('Checked in for {flight}', 'Eingecheckt für {flight}', 'Facturado para {flight}'),
      text('Checked in', 'Eingecheckt', 'Facturado'),
    ],
    isFalse: [
      text(
        'Not checked in for {flight} yet',
        'Noch nicht eingecheckt für {flight}',
        'Aún sin facturar para {flight}',
      ),
      text('Not checked in yet', 'Noch nicht eingecheckt', 'Aún sin facturar'),
    ],
  },
  complaintOpen: {
    isTrue: [
      text('Open complaint: {topic}', 'Offene Beschwerde: {topic}', 'Reclamación abierta: {topic}'),
      text('A complaint is open', 'Eine Beschwerde ist offen', 'Hay una reclamación abierta'),
    ],
  },
  connectionAtRisk: {
    isTrue: [
      text(
        'Connection {connection} is at risk',
        'Anschluss {connection} ist gefährdet',
        'La conexión {connection} está en riesgo',
      ),
      text('The connection is at risk', 'Der Anschluss ist gefährdet', 'La conexión está en riesgo'),
    ],
  },
  connectionMinutes: {
    any: [
      text(
        '{connectionMinutes} minutes to change planes',
        '{connectionMinutes} Minuten zum Umsteigen',
        '{connectionMinutes} minutos para el transbordo',
      ),
    ],
  },
  contactWishKnown: {
    isFalse: [
      text(
        'Not known how to reach them best',
        'Bester Kontaktweg nicht bekannt',
        'No se sabe cómo contactar mejor',
      ),
    ],
  },
  delayMinutes: {
    any: [
      text(
        '{delayMinutes} minutes late',
        '{delayMinutes} Minuten verspätet',
        '{delayMinutes} minutos de retraso',
      ),
    ],
  },
  disrupted: { isTrue: [text('The trip is disturbed', 'Die Reise ist gestört', 'El viaje está alterado')] },
  documentsChecked: {
    isFalse: [
      text(
        'Travel documents not checked yet',
        'Reisedokumente noch nicht geprüft',
        'Documentos de viaje aún sin revisar',
      ),
    ],
  },
  flightCancelled: {
    isTrue: [
      text(
        '{cancelledFlight} is cancelled',
        '{cancelledFlight} ist annulliert',
        '{cancelledFlight} está cancelado',
      ),
      text('The flight is cancelled', 'Der Flug ist annulliert', 'El vuelo está cancelado'),
    ],
  },
  flightDelayed: {
    isTrue: [
      text('{delayedFlight} is delayed', '{delayedFlight} ist verspätet', '{delayedFlight} lleva retraso'),
      text('The flight is delayed', 'Der Flug ist verspätet', 'El vuelo lleva retraso'),
    ],
  },
  frequentFlyer: {
    isTrue: [
      text('{tier}', '{tier}', '{tier}'),
      text('Flies with us often', 'Fliegt oft mit uns', 'Vuela a menudo con nosotros'),
    ],
  },
  gateChanged: {
    isTrue: [
      text(
        'Gate {gateWas} became {gate}',
        'Gate {gateWas} wurde {gate}',
        'La puerta pasó de {gateWas} a {gate}',
      ),
      text('The gate has changed', 'Das Gate hat sich geändert', 'La puerta ha cambiado'),
    ],
  },
  hasApp: {
    isTrue: [text('Uses the app', 'Nutzt die App', 'Usa la app')],
    isFalse: [
      text(
        'Has not used the app so far',
        'Hat die App bisher nicht genutzt',
        'No ha usado la app hasta ahora',
      ),
    ],
  },
  hasTrip: {
    isTrue: [
      text('Travels with {flight} to {to}', 'Reist mit {flight} nach {to}', 'Viaja con {flight} a {to}'),
      text('Has a trip ahead', 'Hat eine Reise vor sich', 'Tiene un viaje próximo'),
    ],
  },
  informed: {
    isTrue: [
      text(
        'Was active since, so knows of it',
        'War seitdem aktiv, weiß also davon',
        'Activo desde entonces, así que lo sabe',
      ),
    ],
  },
  languageKnown: {
    isFalse: [text('Language not known yet', 'Sprache noch nicht bekannt', 'Idioma aún desconocido')],
  },
  lifecycle: {
    any: [text('Customer stage: {lifecycle}', 'Kundenphase: {lifecycle}', 'Fase del cliente: {lifecycle}')],
  },
  longHaul: {
    isTrue: [
      text('Long flight to {to}', 'Langer Flug nach {to}', 'Vuelo largo a {to}'),
      text('A long flight', 'Ein langer Flug', 'Un vuelo largo'),
    ],
  },
  loyaltyMember: {
    isFalse: [
      text(
        'Not in the loyalty programme',
        'Nicht im Vielfliegerprogramm',
        'No es viajero frecuente inscrito',
      ),
    ],
  },
  minutesToDeparture: {
    any: [text('Leaves in {timeToDeparture}', 'Abflug in {timeToDeparture}', 'Sale en {timeToDeparture}')],
  },
  overnight: {
    isTrue: [
      text(
        'No way to travel on before tomorrow',
        'Weiterreise erst morgen möglich',
        'No puede seguir viaje antes de mañana',
      ),
    ],
  },
  refundAsked: {
    isTrue: [text('Has asked for a refund', 'Hat nach Erstattung gefragt', 'Ha pedido el reembolso')],
  },
  seatMismatch: {
    isTrue: [
      text(
        'Sits in {seat}, likes the {seatWish}',
        'Sitzt auf {seat}, mag {seatWish}',
        'Está en {seat}, prefiere {seatWish}',
      ),
      text(
        'Does not have the seat they like',
        'Hat nicht den Wunschplatz',
        'No tiene el asiento que prefiere',
      ),
    ],
  },
  tier: { any: [text('Status: {tier}', 'Status: {tier}', 'Nivel: {tier}')] },
  viewingRebooking: {
    isTrue: [
      text('Is looking at rebooking options', 'Sieht sich Umbuchungen an', 'Está mirando cambios de vuelo'),
    ],
  },
};

/** Texts of the engine's own codes: why an alternative lost, per stage and otherwise. */
export const WHY_LOST: Readonly<Record<string, Text>> = {
  lane: text('Something more urgent comes first', 'Etwas Dringenderes geht vor', 'Antes va algo más urgente'),
  score: text(
    'Is expected to help less here',
    'Hilft hier voraussichtlich weniger',
    'Previsiblemente ayuda menos aquí',
  ),
  explored: text(
    'Was ahead; the other one is tried to learn',
    'Lag vorn; das andere wird zum Lernen probiert',
    'Iba por delante; la otra se prueba para aprender',
  ),
  order: text(
    'Equal; the catalogue names the other first',
    'Gleichauf; der Katalog nennt das andere zuerst',
    'Igualadas; el catálogo nombra antes la otra',
  ),
};

/** Why an action is not suggested, by the first rule that stands in its way. */
export const BLOCKED: Readonly<Record<string, Text>> = {
  eligible: text('Already settled for now', 'Für jetzt schon erledigt', 'Ya resuelto por ahora'),
  applicable: text(
    'Does not fit the present situation',
    'Passt nicht zur Lage',
    'No encaja en la situación actual',
  ),
  suitable: text(
    'Would not be good for the customer now',
    'Wäre jetzt nicht gut für den Kunden',
    'Ahora no convendría al cliente',
  ),
  paused: text('Paused for now', 'Zurzeit ausgesetzt', 'En pausa por ahora'),
  consent: text('Consent is missing', 'Die Einwilligung fehlt', 'Falta el consentimiento'),
  preference: text(
    'The customer does not want this channel',
    'Der Kunde will diesen Kanal nicht',
    'El cliente no quiere este canal',
  ),
  completeness: text(
    'Too little is known of the customer',
    'Über den Kunden ist zu wenig bekannt',
    'Se sabe demasiado poco del cliente',
  ),
  suppressed: text(
    'No selling while something is wrong',
    'Kein Verkauf, solange etwas nicht stimmt',
    'Nada de ventas mientras algo vaya mal',
  ),
  cap: text(
    'Was suggested often enough lately',
    'Wurde zuletzt oft genug vorgeschlagen',
    'Se sugirió suficientes veces últimamente',
  ),
  delay: text('Too early', 'Zu früh', 'Demasiado pronto'),
  quiet: text('Quiet hours of the customer', 'Ruhezeit des Kunden', 'Horas de descanso del cliente'),
  expiry: text('Too late', 'Zu spät', 'Demasiado tarde'),
  lane: WHY_LOST['lane'] as Text,
};
