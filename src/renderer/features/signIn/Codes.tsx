import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { KnownPerson, SignInState, SignInWish } from '../../../bridge/shell.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';

type CodesProps = {
  out: Extract<SignInState, { state: 'out' }>;
  busy: boolean;
  onWish: (wish: SignInWish) => void;
};

/** Those who have a code for this desk: whoever has it now, or was here last, is chosen. */
export function Codes({ out, busy, onWish }: CodesProps) {
  const { t } = useWords();
  const people = out.people.filter(({ code }) => code);
  const [chosen, setChosen] = useState(out.locked?.id ?? '');
  const who = people.find(({ id }) => id === chosen) ?? people[0];
  if (who === undefined) return null;
  return (
    <>
      {people.length > 1 ? (
        <fieldset className="sign-in-people" aria-label={t('signIn.who')}>
          {people.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              className="action action-small"
              aria-pressed={id === who.id}
              onClick={() => setChosen(id)}
            >
              <span className="action-text">{plain(name)}</span>
            </button>
          ))}
        </fieldset>
      ) : null}
      <Code key={who.id} who={who} busy={busy} onGiven={(code) => onWish({ do: 'code', id: who.id, code })} />
    </>
  );
}

type CodeProps = { who: KnownPerson; busy: boolean; onGiven: (code: string) => void };

function Code({ who, busy, onGiven }: CodeProps) {
  const { t } = useWords();
  const [code, setCode] = useState('');
  const name = plain(who.name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (code === '') return;
    onGiven(code);
    setCode('');
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField className="field" type="password" value={code} onChange={setCode} autoFocus>
        <Label className="field-label">{t('signIn.code', { name })}</Label>
        <Input className="box" autoComplete="off" />
      </TextField>
      <button type="submit" className="action action-filled" disabled={busy}>
        <span className="action-text">{t('signIn.goOn', { name })}</span>
      </button>
    </form>
  );
}
