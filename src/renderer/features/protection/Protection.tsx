import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { ProtectionChoice } from '../../../bridge/shell.ts';
import { useWords } from '../../i18n/words.tsx';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';

/** Characters that a passphrase has at least; the main process refuses shorter ones too. */
export const SHORTEST = 12;

type ProtectionProps = { state: 'choose' | 'locked'; onReady: () => void };

/** Customer data is kept encrypted; where this machine cannot keep the key, somebody has to say how. */
export function Protection({ state, onReady }: ProtectionProps) {
  const { t } = useWords();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const choose = (choice: ProtectionChoice): void => {
    setBusy(true);
    setProblem(null);
    window.shell.chooseProtection(choice).then(
      (answer) => {
        setBusy(false);
        if (answer.ok) onReady();
        else setProblem(answer.code);
      },
      () => {
        setBusy(false);
        setProblem('failed');
      },
    );
  };
  return (
    <main className="gatehouse">
      <div className="gatehouse-card">
        <Icon name="lock" size={24} />
        <h1 className="gatehouse-title">
          {t(state === 'locked' ? 'protection.locked' : 'protection.title')}
        </h1>
        <p>{t(state === 'locked' ? 'protection.lockedSub' : 'protection.sub')}</p>
        <Passphrase
          fresh={state === 'choose'}
          busy={busy}
          onGiven={(passphrase) => choose({ kind: 'passphrase', passphrase })}
        />
        <Problem code={problem} />
        {state === 'choose' ? (
          <Unprotected busy={busy} onChosen={() => choose({ kind: 'unprotected' })} />
        ) : null}
      </div>
    </main>
  );
}

function Problem({ code }: { code: string | null }) {
  const words = useWords();
  if (code === null) return null;
  return (
    <p className="field-problem" role="alert">
      {words.known(`protection.${code}`, { count: SHORTEST }) ?? words.t('protection.failed')}
    </p>
  );
}

function Passphrase(props: { fresh: boolean; busy: boolean; onGiven: (passphrase: string) => void }) {
  const { t } = useWords();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const short = props.fresh && passphrase.length < SHORTEST;
  const differs = props.fresh && passphrase !== again;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!short && !differs && passphrase !== '') props.onGiven(passphrase);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField className="field" type="password" value={passphrase} onChange={setPassphrase} autoFocus>
        <Label className="field-label">
          {t('protection.passphrase')}
          {props.fresh ? (
            <span className="field-hint">{t('protection.length', { count: SHORTEST })}</span>
          ) : null}
        </Label>
        <Input className="box" autoComplete="off" />
      </TextField>
      {props.fresh ? (
        <TextField className="field" type="password" value={again} onChange={setAgain}>
          <Label className="field-label">{t('protection.again')}</Label>
          <Input className="box" autoComplete="off" />
        </TextField>
      ) : null}
      {tried && (short || differs) ? (
        <p className="field-problem" role="alert">
          {short ? t('protection.passphrase_short', { count: SHORTEST }) : t('protection.differs')}
        </p>
      ) : null}
      <button type="submit" className="action action-filled" disabled={props.busy}>
        <span className="action-text">{t(props.fresh ? 'protection.use' : 'protection.unlock')}</span>
      </button>
    </form>
  );
}

/** Two presses, the second of which names what it means: never by accident, never silently. */
function Unprotected({ busy, onChosen }: { busy: boolean; onChosen: () => void }) {
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  return (
    <div className="gatehouse-other">
      {asked ? <p className="strip strip-warning">{t('protection.unprotectedSub')}</p> : null}
      <Action
        kind={asked ? 'danger' : 'quiet'}
        isDisabled={busy}
        onPress={() => (asked ? onChosen() : setAsked(true))}
      >
        {t(asked ? 'protection.unprotectedSure' : 'protection.unprotected')}
      </Action>
    </div>
  );
}
