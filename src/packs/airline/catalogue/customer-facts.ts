import { activityName } from '../activity.ts';
import { FREQUENT } from '../computed.ts';
import { LIFECYCLE } from '../lifecycle.ts';
import type { Findings, InputSource } from './input.ts';
import { LIFECYCLE_WORDS, TOPIC_WORDS } from './reason-texts.ts';
import { fullValue, originOf, textOf, thingsOf, timeOf } from './row.ts';
import { type InputFact, SCORE_DAYS, SCORES, scoreFact } from './vocabulary.ts';

const REFUND = /refund|erstattung|money back|geld zurück/iu;
const APP_SOURCES = /app|ios|android/iu;
/** The app counts as used where something came from it within 90 days. */
const APP_MS = 90 * 86_400_000;

/**
 * Facts about the person: language, status, wishes, open cases. Answers the case that a command would act upon:
 * the first open complaint, else the first open case.
 */
export function customerFacts(source: InputSource, findings: Findings): string | undefined {
  personFacts(source, findings);
  appFacts(source, findings);
  scoreFacts(source, findings);
  return caseFacts(source, findings);
}

function put(
  findings: Findings,
  source: InputSource,
  fact: InputFact,
  value: string | boolean,
  from?: string,
): void {
  findings.facts[fact] = value;
  const origin = from === undefined ? undefined : originOf(source.row, from);
  if (origin !== undefined) findings.origins[fact] = origin;
}

function personFacts(source: InputSource, findings: Findings): void {
  const { row } = source;
  // What the customer has stated goes before what a system has on file.
  const languages = ['preference.language', 'language'];
  const spoken = languages.find((name) => textOf(row, name) !== undefined);
  if (spoken !== undefined)
    put(findings, source, 'language', textOf(row, spoken)?.slice(0, 2).toLowerCase() ?? '', spoken);
  const asked = languages.find((name) => Object.hasOwn(row.facts, name));
  put(findings, source, 'languageKnown', asked !== undefined, asked);
  const wish = Object.keys(row.facts).find((name) => CONTACT_WISH.has(name));
  put(findings, source, 'contactWishKnown', wish !== undefined, wish);
  const wished = ['preference.contact', 'preference.channel'].find((name) => textOf(row, name) !== undefined);
  if (wished !== undefined)
    put(findings, source, 'contactWish', textOf(row, wished)?.toLowerCase() ?? '', wished);
  lifecycleFact(source, findings);
  const tier = textOf(row, 'tier');
  if (tier !== undefined) {
    put(findings, source, 'tier', tier, 'tier');
    findings.words['tier'] = tier;
  }
  put(findings, source, 'frequentFlyer', tier !== undefined && FREQUENT.has(tier.toLowerCase()), 'tier');
  const member =
    Object.hasOwn(row.facts, 'loyaltyNumber') || row.identities.some(({ type }) => type === 'loyaltyNumber');
  put(findings, source, 'loyaltyMember', member, 'loyaltyNumber');
  const documents = Object.keys(row.facts).find((name) => name.startsWith('document'));
  put(findings, source, 'documentsChecked', documents !== undefined, documents);
  const firstName = textOf(row, 'firstName');
  if (firstName !== undefined) findings.words['name'] = firstName;
}

/** What a service outside has said of the customer lately. */
function scoreFacts({ row, now }: InputSource, findings: Findings): void {
  for (const name of SCORES) {
    const fact = scoreFact(name);
    const value = fullValue(row, fact);
    if (typeof value !== 'number' || !(now - timeOf(row.facts[fact]?.at) <= SCORE_DAYS * 86_400_000))
      continue;
    findings.facts[fact] = value;
  }
}

function lifecycleFact(source: InputSource, findings: Findings): void {
  const stage = textOf(source.row, LIFECYCLE);
  if (stage === undefined) return;
  put(findings, source, 'lifecycle', stage, LIFECYCLE);
  const word = LIFECYCLE_WORDS.get(stage);
  if (word !== undefined) findings.words['lifecycle'] = word;
}

const CONTACT_WISH: ReadonlySet<string> = new Set([
  'preference.contact',
  'preference.channel',
  'preference.phone',
  'preference.email',
  'preference.sms',
  'preference.app',
]);

function appFacts(source: InputSource, findings: Findings): void {
  const { row, now } = source;
  const activity = activityName(row, now);
  if (activity !== null) {
    put(findings, source, 'activity', activity, 'now.activity');
    findings.words['activity'] = activity;
  }
  put(findings, source, 'viewingRebooking', activity !== null && /rebook/iu.test(activity), 'now.activity');
  const used = Object.entries(row.facts).find(
    ([, fact]) => APP_SOURCES.test(fact.source) && Date.parse(fact.at) > now - APP_MS,
  );
  put(findings, source, 'hasApp', used !== undefined, used?.[0]);
}

function caseFacts(source: InputSource, findings: Findings): string | undefined {
  const { row } = source;
  const open = thingsOf(row, 'case').filter(({ status }) => status !== 'resolved' && status !== 'closed');
  const isComplaint = (id: string) => fullValue(row, `case.${id}.kind`) === 'complaint';
  const complaint = open.find(({ id }) => isComplaint(id));
  const other = open.find(({ id }) => !isComplaint(id));
  put(findings, source, 'complaintOpen', complaint !== undefined, complaint && `case.${complaint.id}.status`);
  put(findings, source, 'caseOpen', other !== undefined, other && `case.${other.id}.status`);
  const refund = open.find(({ id }) => REFUND.test(textOf(row, `case.${id}.topic`) ?? ''));
  put(findings, source, 'refundAsked', refund !== undefined, refund && `case.${refund.id}.topic`);
  const concerned = complaint ?? other;
  const topic = concerned === undefined ? undefined : textOf(row, `case.${concerned.id}.topic`);
  // A topic is a source's own text: a long one would make the sentence too long to say.
  if (topic !== undefined && topic.split(/\s+/u).length <= 4)
    findings.words['topic'] = TOPIC_WORDS.get(topic) ?? topic;
  return concerned?.id;
}
