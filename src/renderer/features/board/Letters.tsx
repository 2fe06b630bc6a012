import { useState } from 'react';
import { Input, TextField } from 'react-aria-components';
import type { LetterView, OrderView } from '../../../bridge/connections.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { discardLetters, resendLetter, resendLetters } from '../../state/connections.ts';
import { Action } from '../../ui/Action.tsx';

/** What a partner has not taken: all of it at once, or one by one. */
export function Letters({ partner, letters }: { partner: string; letters: LetterView[] | null }) {
  const words = useWords();
  const { t } = words;
  if (letters === null) return <p className="connection-letters">{t('board.reading')}</p>;
  return (
    <div className="connection-letters">
      {letters.length > 0 ? <All partner={partner} /> : null}
      <ul>
        {letters.map(({ id, attempts, error, changedAt }) => (
          <li key={id} className="letter">
            <span className="drill-time">{words.moment(changedAt, clock.now())}</span>
            <span>
              {plain(error)} · {t('connections.attempts', { count: attempts })}
            </span>
            <Action small onPress={() => void resendLetter(partner, id)}>
              {t('connections.resend')}
            </Action>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Discarding asks for a reason, because nobody is told of it afterwards but the audit. */
function All({ partner }: { partner: string }) {
  const { t } = useWords();
  const [reason, setReason] = useState<string | null>(null);
  if (reason === null)
    return (
      <p className="letters-all">
        <Action small onPress={() => void resendLetters(partner)}>
          {t('connections.resendAll')}
        </Action>
        <Action small kind="quiet" onPress={() => setReason('')}>
          {t('connections.discardAll')}
        </Action>
      </p>
    );
  return (
    <form
      className="letters-all"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== '') void discardLetters(partner, reason.trim());
      }}
    >
      <TextField
        className="letters-reason"
        aria-label={t('connections.reason')}
        maxLength={200}
        value={reason}
        onChange={setReason}
        autoFocus
      >
        <Input className="box box-short" autoComplete="off" placeholder={t('connections.reason')} />
      </TextField>
      <Action small kind="danger" isDisabled={reason.trim() === ''}>
        {t('connections.discard')}
      </Action>
      <Action small kind="quiet" onPress={() => setReason(null)}>
        {t('connections.keep')}
      </Action>
    </form>
  );
}

/** The last order for all of them: how far it is, and what came of it. */
export function Order({ order }: { order: OrderView }) {
  const words = useWords();
  const { kind, at, total, open, failed, done, reason } = order;
  const what = words.t(kind === 'resend' ? 'connections.resentAll' : 'connections.discardedAll', {
    ...{ total, open, failed, done, reason: plain(reason ?? '') },
  });
  return (
    <span className="connection-order" role="status">
      {words.moment(at, clock.now())} · {what}
    </span>
  );
}
