import type { ConflictFact, OutboxEntry } from '../../../bridge/views.ts';
import { factLabel, flightLookup, namedValue, sourceName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';

/** Base, yours and theirs side by side, a line for each fact: first what differs, then what stayed as it was seen. */
export function Sides({ entry }: { entry: OutboxEntry }) {
  const words = useWords();
  const { t } = words;
  return (
    <table className="sides">
      <thead>
        <tr>
          <th scope="col" className="sides-fact">
            {t('question.fact')}
          </th>
          <th scope="col">{t('question.base')}</th>
          <th scope="col">
            {t('question.yours')}
            <span className="side-who">
              {plain(entry.operator)} · {words.time(entry.at)}
            </span>
          </th>
          <th scope="col" className="side-theirs">
            {t('question.theirs')}
          </th>
        </tr>
      </thead>
      <tbody>
        {entry.conflict.map((fact) => (
          <Fact key={fact.fact} fact={fact} />
        ))}
      </tbody>
    </table>
  );
}

function Fact({ fact }: { fact: ConflictFact }) {
  const words = useWords();
  const customer = useMirror((state) => state.customer);
  const now = clock.now();
  const value = (shown: ConflictFact['mine']): string => namedValue(words, fact.fact, shown, now);
  return (
    <tr className={fact.same ? 'side-same' : undefined}>
      <th scope="row" className="sides-fact">
        {factLabel(words, fact.fact, flightLookup(customer))}
      </th>
      <td className="side-base">{value(fact.base)}</td>
      <td>{value(fact.mine)}</td>
      <td className={fact.same ? undefined : 'side-theirs'}>
        {value(fact.theirs)}
        {fact.cut ? ' …' : ''}
        <Who fact={fact} />
      </td>
    </tr>
  );
}

/** Who wrote what holds now, and when; an operator by name, else the source. */
function Who({ fact }: { fact: ConflictFact }) {
  const words = useWords();
  if (fact.same) return <span className="side-who">{words.t('question.same')}</span>;
  const source = fact.source === null ? '' : sourceName(words, fact.source);
  const by = fact.by !== null && fact.by !== fact.source ? plain(fact.by) : '';
  const at = fact.at === null ? '' : words.moment(fact.at, clock.now());
  return <span className="side-who">{[by, source, at].filter(Boolean).join(' · ')}</span>;
}
