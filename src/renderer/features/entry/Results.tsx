import type { CallResult } from '../../../bridge/contract.ts';
import type { SearchHit } from '../../../bridge/views.ts';
import { alertShort } from '../../i18n/alerts.ts';
import { errorText } from '../../i18n/errors.ts';
import { flightName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { AlertIcon } from '../../ui/AlertIcon.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Key } from '../../ui/Key.tsx';
import { Tag } from '../../ui/Tag.tsx';
import type { useListbox } from '../../ui/useListbox.ts';
import { isOnPaper, Paper } from './Paper.tsx';
import type { Search } from './useSearch.ts';

type Listbox = ReturnType<typeof useListbox>;
type ResultsProps = {
  search: Search;
  found: CallResult['find'] | null;
  canAsk: boolean;
  online: boolean;
  listbox: Listbox;
};

/** The pointer must not take the focus from the box, or the list would close under the press. */
const keepFocus = (event: { preventDefault(): void }): void => event.preventDefault();

export function Results(props: ResultsProps) {
  const words = useWords();
  const { search, found, listbox } = props;
  const recognised = search.view?.recognised;
  const paper = search.view?.document ?? null;
  const onPaper = paper && isOnPaper(paper) ? paper : null;
  const kind = recognised ? (words.known(`identity.${recognised}`) ?? plain(recognised)) : null;
  return (
    <div className="results" onPointerDown={keepFocus}>
      {onPaper ? <Paper document={onPaper} /> : null}
      <div className="results-head">
        <span>{kind && !onPaper ? words.t('entry.recognised', { kind }) : words.t('entry.people')}</span>
        <span>{search.view?.more ? words.t('entry.more') : null}</span>
      </div>
      <ul className="results-list" {...listbox.list} aria-label={words.t('entry.people')}>
        {found
          ? found.found.map((person, index) => (
              <li key={person.id} className="result" {...listbox.option(index)}>
                <Key>{String(index + 1)}</Key>
                <span className="result-name">{plain(person.name)}</span>
                <span className="result-sub">{words.t('entry.fromCore')}</span>
              </li>
            ))
          : search.view?.hits.map((hit, index) => (
              <Hit key={hit.profileId} hit={hit} index={index} listbox={listbox} />
            ))}
        {props.canAsk ? (
          <li className="result" {...listbox.option(0)}>
            <Key>1</Key>
            <span className="result-name">{words.t('entry.askCore', { kind: kind ?? '' })}</span>
            <span className="result-sub">{words.t('entry.askCoreSub')}</span>
          </li>
        ) : null}
      </ul>
      <Foot {...props} />
    </div>
  );
}

function Foot({ search, found, canAsk, online }: ResultsProps) {
  const { t } = useWords();
  if (search.failed) {
    const { id, values } = errorText(search.failed);
    return <p className="results-note results-note-bad">{t(id, values)}</p>;
  }
  if (found && found.found.length === 0) return <p className="results-note">{t('entry.nobodyAnywhere')}</p>;
  if (found || (search.view?.hits.length ?? 0) > 0) return <p className="results-note">{t('entry.keys')}</p>;
  if (canAsk) return <p className="results-note">{t('entry.nobodyHere')}</p>;
  return <p className="results-note">{t(online ? 'entry.nobody' : 'entry.nobodyOffline')}</p>;
}

function Hit({ hit, index, listbox }: { hit: SearchHit; index: number; listbox: Listbox }) {
  const words = useWords();
  const now = clock.now();
  const matched = words.known(`identity.${hit.matched}`) ?? plain(hit.matched);
  const flight = [
    hit.flight ? flightName(hit.flight) : '',
    hit.departs ? words.dayTime(hit.departs, now) : '',
  ].filter(Boolean);
  return (
    <li className="result" {...listbox.option(index)}>
      <Key>{String(index + 1)}</Key>
      <span className="result-name">
        <bdi>{plain(hit.name)}</bdi>
        {hit.expectedHere ? <Tag tone="done">{words.t('entry.expected')}</Tag> : null}
      </span>
      <span className="result-right">{flight.join(' · ')}</span>
      <span className="result-sub">
        {hit.alert ? (
          <span className={`result-alert result-alert-${hit.alert.severity}`}>
            <AlertIcon kind={hit.alert.kind} size={13} />
            {alertShort(words, hit.alert, now, null)}
          </span>
        ) : null}
        {hit.matched === 'name' ? null : (
          <span>{words.t('entry.match', { kind: matched, text: plain(hit.matchedText) })}</span>
        )}
      </span>
      <Icon name="chevron" className="result-go" size={14} />
    </li>
  );
}
