import type { DecisionView } from '../../../bridge/views.ts';
import type { Json } from '../../../domain/json.ts';
import { sourceName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { board, useBoard } from '../../state/board.ts';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { titleOf } from './titles.ts';

type Loose = { [name: string]: Json };
const isObject = (value: Json | undefined): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textsOf = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** One decision with all that was recorded of it: what could be chosen, why this was, and what was known then. */
export function DecisionSheet() {
  const { t } = useWords();
  const decision = useBoard((state) => state.decision);
  if (decision === null) return null;
  return (
    <Sheet title={t('decision.title')} wide onClose={() => board.setState({ decision: null })}>
      <Head decision={decision} />
      <Reasons decision={decision} />
      <Candidates decision={decision} />
      <Inputs decision={decision} />
    </Sheet>
  );
}

function Head({ decision }: { decision: DecisionView }) {
  const words = useWords();
  return (
    <>
      <p className="sheet-for">
        <bdi>{plain(decision.name)}</bdi> · {words.moment(decision.at, clock.now())} ·{' '}
        {words.t('why.bundle', { version: plain(decision.bundle) })}
        {decision.madeOffline ? ` · ${words.t('board.madeOffline')}` : null}
        {decision.explored ? ` · ${words.t('next.explored')}` : null}
      </p>
      <ul className="record-outcomes">
        {decision.outcomes.map(({ outcome, at, reason }) => (
          <li key={outcome}>
            <strong>
              {outcome === 'presented'
                ? words.t('decision.shown')
                : (words.known(`outcome.${outcome}`) ?? plain(outcome))}
            </strong>{' '}
            {reason ? (words.known(`decline.${reason}`) ?? plain(reason)) : null}{' '}
            <span className="origin">{words.moment(at, clock.now())}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const factName = (words: Words, fact: string): string => words.known(`input.${fact}`) ?? plain(fact);

function valueText(words: Words, value: Json | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return words.t(value ? 'decision.yes' : 'decision.no');
  return typeof value === 'number' ? words.number(value) : plain(String(value));
}

/** Source and age at the time of the decision. */
function originText(words: Words, decision: DecisionView, fact: string): string {
  const { origins } = decision.record;
  const origin = isObject(origins) ? textsOf(origins[fact]) : [];
  const [source, at] = origin;
  if (source === undefined || at === undefined) return words.t('next.rule');
  const seconds = (Date.parse(decision.at) - Date.parse(at)) / 1000;
  return words.t('fact.origin', { source: sourceName(words, source), age: words.age(seconds) });
}

function Reasons({ decision }: { decision: DecisionView }) {
  const words = useWords();
  const { why, evidence } = decision.record;
  const known = isObject(evidence) ? evidence : {};
  const given = isObject(why) ? why : {};
  const lines = [
    ...textsOf(given.for).map((fact) => ({ fact, sign: '+' as const })),
    ...textsOf(given.against).map((fact) => ({ fact, sign: '−' as const })),
  ];
  if (lines.length === 0) return <p className="record-none">{words.t('decision.noReasons')}</p>;
  return (
    <ul className="reasons" aria-label={words.t('next.reasons')}>
      {lines.map(({ fact, sign }) => (
        <li key={sign + fact} className={`reason ${sign === '+' ? 'reason-for' : 'reason-against'}`}>
          <span
            className="reason-sign"
            role="img"
            aria-label={words.t(sign === '+' ? 'next.for' : 'next.against')}
          >
            {sign}
          </span>
          <span className="reason-text">
            {factName(words, fact)}: {valueText(words, known[fact])}
          </span>
          <span className="origin">{originText(words, decision, fact)}</span>
        </li>
      ))}
    </ul>
  );
}

function Candidates({ decision }: { decision: DecisionView }) {
  const words = useWords();
  const { t } = words;
  const steering = useMirror((state) => state.board?.steering ?? null);
  const list = Array.isArray(decision.record.candidates) ? decision.record.candidates.filter(isObject) : [];
  const rank = (one: Loose): number => (one.stage === 'open' ? 0 : one.stage === 'lane' ? 1 : 2);
  const sorted = [...list].sort((a, b) => rank(a) - rank(b) || Number(b.score) - Number(a.score));
  const share = (value: Json | undefined): string =>
    `${words.number(Math.round(Number(value) * 1000) / 10)} %`;
  const isShown = (one: Loose): boolean =>
    one.action === decision.presented?.action &&
    one.channel === decision.presented?.channel &&
    one.approach === decision.presented?.approach;
  return (
    <div className="record-part">
      <h3 className="caption">{t('decision.candidates')}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key */}
      <section className="record-scroll" aria-label={t('decision.candidates')} tabIndex={0}>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">{t('board.action')}</th>
              <th scope="col">{t('decision.channel')}</th>
              <th scope="col">{t('decision.stage')}</th>
              <th scope="col">{t('decision.p')}</th>
              <th scope="col">{t('decision.score')}</th>
              <th scope="col">{t('decision.propensity')}</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((one) => (
              <tr
                key={`${one.action}/${one.channel}/${one.approach}`}
                className={isShown(one) ? 'figures-chosen' : undefined}
              >
                <th scope="row">
                  {isShown(one) ? '✓ ' : ''}
                  {titleOf(words, steering, String(one.action))}
                </th>
                <td>
                  {words.known(`channel.${one.channel}`) ?? plain(String(one.channel))} ·{' '}
                  {words.known(`approach.${one.approach}`) ?? plain(String(one.approach))}
                </td>
                <td>
                  {isShown(one)
                    ? t('decision.chosen')
                    : (words.known(`stage.${one.stage}`) ?? plain(String(one.stage)))}
                </td>
                <td>{share(one.p)}</td>
                <td>{words.number(Math.round(Number(one.score) * 1000) / 1000)}</td>
                <td>{share(one.propensity)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Inputs({ decision }: { decision: DecisionView }) {
  const words = useWords();
  const { inputs } = decision.record;
  const known = isObject(inputs) ? inputs : {};
  return (
    <section className="record-part" aria-label={words.t('decision.inputs')}>
      <h3 className="caption">{words.t('decision.inputs')}</h3>
      <dl className="record-inputs">
        {Object.entries(known).map(([fact, value]) => (
          <div key={fact}>
            <dt>{factName(words, fact)}</dt>
            <dd>
              {valueText(words, value)} <span className="origin">{originText(words, decision, fact)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
