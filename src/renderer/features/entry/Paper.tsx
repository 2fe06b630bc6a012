import type { BoardingPass, ScannedDocument, TravelDocument } from '../../../bridge/views.ts';
import { flightName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { Icon } from '../../ui/Icon.tsx';

type OnPaper = BoardingPass | TravelDocument;
export const isOnPaper = (document: ScannedDocument): document is OnPaper => document.kind !== 'bagTag';

/** Paper is in capitals, and its names are read aloud: "WEBER", "ANNA MRS" is Anna Mrs Weber. */
const spoken = (text: string): string =>
  text
    .toLowerCase()
    .replace(/(^|[\s'-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

/** What was read off a scanned pass or document, so that it can be compared with who stands there. */
export function Paper({ document }: { document: OnPaper }) {
  const words = useWords();
  const kind = document.kind === 'boardingPass' ? document.kind : document.type;
  const name = plain(spoken(`${document.firstName} ${document.lastName}`.trim()));
  return (
    <div className="paper">
      <p className="paper-name">
        <Icon name={document.kind === 'boardingPass' ? 'plane' : 'card'} size={14} />
        {words.t('entry.paper', { kind: words.known(`identity.${kind}`) ?? kind, name })}
      </p>
      {document.kind === 'boardingPass' ? <Legs pass={document} /> : <Validity document={document} />}
    </div>
  );
}

function Legs({ pass }: { pass: BoardingPass }) {
  const words = useWords();
  return (
    <ul className="paper-legs">
      {pass.legs.map((leg) => (
        <li key={`${leg.booking} ${leg.from} ${leg.to}`}>
          {words.t('entry.leg', {
            flight: flightName(leg.flight),
            from: plain(leg.from),
            to: plain(leg.to),
            date: leg.date ? words.date(leg.date) : '',
            seat: plain(leg.seat) || 'none',
          })}
        </li>
      ))}
    </ul>
  );
}

function Validity({ document }: { document: TravelDocument }) {
  const words = useWords();
  const { damaged, expired, expires } = document;
  return (
    <>
      {expires === null ? null : (
        <p className={expired ? 'tone-critical' : undefined}>
          {words.t(expired ? 'entry.expired' : 'entry.validUntil', {
            issuer: plain(document.issuer),
            date: words.fullDate(expires),
          })}
        </p>
      )}
      {damaged.length === 0 ? null : (
        <p className="tone-warning">
          {words.t('entry.damaged', {
            parts: words.list(damaged.map((part) => words.t(`entry.damaged.${part}`))),
          })}
        </p>
      )}
    </>
  );
}
