import type { AlertView, BagView, CustomerView, FactView, SegmentView } from '../../../bridge/views.ts';
import { activityText, factText, flightName, valueText } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import type { Words } from '../../i18n/words.tsx';

/** One cell of "what is true now". `fact` gives source and age; `names` are the facts whose change tints the cell. */
export type Tile = {
  id: string;
  label: string;
  value: string;
  sub: string;
  fact: FactView | null;
  names: string[];
  tone: 'plain' | 'warning' | 'critical';
};

type Context = { words: Words; view: CustomerView; now: number };

const CLOSED = /^(resolved|closed)$/u;

export const route = (segment: SegmentView): string =>
  [segment.from?.code, segment.to?.code]
    .filter(Boolean)
    .map((code) => plain(code as string))
    .join(' → ');

const fieldText = ({ words, now }: Context, fact: FactView | undefined): string =>
  fact ? factText(words, fact, now) : '';

/** Names of a segment's facts, of those that it does not have too: an own action may have been about one. */
const namesOf = ({ booking, segment }: SegmentView, fields: string[]): string[] =>
  fields.map((field) => `trip.${booking}.${segment}.${field}`);

const join = (...parts: (string | false | null | undefined)[]): string => parts.filter(Boolean).join(' · ');

function nowTile(context: Context): Tile {
  const { words, view } = context;
  const contact = view.contacts.find((open) => open.state !== 'ended');
  const activity = view.now && typeof view.now.value === 'string' ? activityText(words, view.now.value) : '';
  const contactText = contact
    ? (words.known(`contact.${contact.kind}.${contact.state}`) ?? contact.kind)
    : '';
  return {
    id: 'now',
    label: words.t('tile.now'),
    value: activity || contactText || words.t('tile.nowNone'),
    sub: activity ? contactText : '',
    fact: view.now,
    names: ['now.activity'],
    tone: 'plain',
  };
}

function flightTone(status: string): Tile['tone'] {
  if (status === 'cancelled') return 'critical';
  return status === 'delayed' ? 'warning' : 'plain';
}

function flightTile(context: Context): Tile {
  const { words, view, now } = context;
  const segment = view.next;
  const label = words.t('tile.flight');
  if (!segment) {
    return {
      id: 'flight',
      label,
      value: words.t('tile.flightNone'),
      sub: '',
      fact: null,
      names: [],
      tone: 'plain',
    };
  }
  const { fields } = segment;
  const departs = segment.departs ? words.dayTime(segment.departs, now, segment.from?.zone) : '';
  const status = fields.flightStatus;
  const gate = fieldText(context, fields.gate);
  const showsGate = gate !== '' && status?.value !== 'cancelled';
  return {
    id: 'flight',
    label,
    value: [segment.flight ? flightName(segment.flight) : '', departs].filter(Boolean).join(', '),
    sub: join(
      route(segment),
      status ? fieldText(context, status) : '',
      showsGate && words.t('tile.gate', { gate }),
    ),
    fact: status ?? fields.flight ?? fields.departs ?? null,
    names: namesOf(segment, ['flight', 'flightStatus', 'departs', 'gate']),
    tone: flightTone(String(status?.value ?? '')),
  };
}

function seatTile(context: Context): Tile {
  const { words, view } = context;
  const seat = view.next?.fields.seat ?? null;
  return {
    id: 'seat',
    label: words.t('tile.seat'),
    value: seat ? fieldText(context, seat) : words.t('tile.seatNone'),
    sub: join(fieldText(context, view.next?.fields.cabin), fieldText(context, view.next?.fields.status)),
    fact: seat ?? view.next?.fields.status ?? null,
    names: view.next ? namesOf(view.next, ['seat', 'cabin', 'status']) : [],
    tone: 'plain',
  };
}

const TROUBLE = /not loaded|missing|lost|damaged/u;

function bagsTile(context: Context): Tile {
  const { words, view } = context;
  const statuses = view.bags.flatMap((bag: BagView) => bag.fields.status ?? []);
  const worst = statuses.find((fact) => TROUBLE.test(String(fact.value))) ?? statuses[0] ?? null;
  const count = words.t('tile.bagCount', { count: view.bags.length });
  const trouble = worst !== null && TROUBLE.test(String(worst.value));
  const status = worst ? fieldText(context, worst) : '';
  const tags = view.bags.map((bag) => plain(bag.tag)).join(', ');
  return {
    id: 'bags',
    label: words.t('tile.bags'),
    value:
      view.bags.length === 0
        ? words.t('tile.bagsNone')
        : trouble
          ? status
          : [count, status].filter(Boolean).join(', '),
    sub: trouble ? join(count, tags) : tags,
    fact: worst,
    names: statuses.map((fact) => fact.name),
    tone: trouble ? 'warning' : 'plain',
  };
}

function onwardTile(context: Context): Tile | null {
  const { words, view, now } = context;
  const { next } = view;
  if (!next) return null;
  const trip = view.trips.find((candidate) => candidate.booking === next.booking);
  const at = trip?.segments.findIndex((segment) => segment.segment === next.segment) ?? -1;
  const onward = at < 0 ? undefined : trip?.segments[at + 1];
  if (!onward) return null;
  const risk = view.alerts.find((alert: AlertView) => alert.kind === 'connection');
  const departs = onward.departs ? words.dayTime(onward.departs, now, onward.from?.zone) : '';
  const status = onward.fields.flightStatus ?? onward.fields.status ?? null;
  const gate = fieldText(context, onward.fields.gate);
  const showsGate = gate !== '' && status?.value !== 'cancelled';
  return {
    id: 'onward',
    label: words.t('tile.onward'),
    value: [onward.flight ? flightName(onward.flight) : '', departs].filter(Boolean).join(', '),
    sub: join(
      route(onward),
      risk ? words.t('tile.atRisk') : status && fieldText(context, status),
      showsGate && words.t('tile.gate', { gate }),
    ),
    fact: status,
    names: namesOf(onward, ['flight', 'flightStatus', 'departs', 'gate', 'status']),
    tone: risk ? 'warning' : flightTone(String(status?.value ?? '')),
  };
}

function caseTile(context: Context): Tile {
  const { words, view, now } = context;
  const open = view.cases.filter((one) => !CLOSED.test(String(one.fields.status?.value ?? '')));
  const first = open[0];
  const status = first?.fields.status ?? null;
  const topic = first?.fields.topic ? factText(words, first.fields.topic, now) : first && plain(first.caseId);
  const text = first?.fields.text ? valueText(words, first.fields.text.value, now) : '';
  return {
    id: 'case',
    label: words.t('tile.case', { count: open.length }),
    value: topic ?? words.t('tile.caseNone'),
    sub:
      text ||
      (view.cases.length > open.length
        ? words.t('tile.casesClosed', { count: view.cases.length - open.length })
        : ''),
    fact: status,
    names: view.cases.flatMap((one) => one.fields.status?.name ?? []),
    tone: 'plain',
  };
}

function tierTile(context: Context): Tile {
  const { words, view } = context;
  const since = view.others.find((fact) => /^(flights|memberSince|lifetime)/u.test(fact.name));
  return {
    id: 'tier',
    label: words.t('tile.tier'),
    value: view.tier ? fieldText(context, view.tier) : words.t('tile.tierNone'),
    sub: since ? fieldText(context, since) : '',
    fact: view.tier,
    names: view.tier ? [view.tier.name] : [],
    tone: 'plain',
  };
}

/** Always six, so that no cell moves when a fact comes or goes: the onward flight has the place of the tier. */
export function tilesOf(words: Words, view: CustomerView, now: number): Tile[] {
  const context = { words, view, now };
  return [
    nowTile(context),
    flightTile(context),
    seatTile(context),
    bagsTile(context),
    caseTile(context),
    onwardTile(context) ?? tierTile(context),
  ];
}
