import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { SignInCode, SignInState, SignInWish } from '../../../bridge/shell.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { useSignIn } from '../../state/sign-in.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Codes } from './Codes.tsx';
import { Waiting } from './Waiting.tsx';

type Out = Extract<SignInState, { state: 'out' }>;

/** Who is there? Nothing of a customer is on this page, nor in its memory. */
export function SignIn() {
  const found = useSignIn((state) => state);
  return found?.state === 'out' ? <Asking out={found} /> : null;
}

function Asking({ out }: { out: Out }) {
  const { t } = useWords();
  const [problem, setProblem] = useState<SignInCode | null>(null);
  const [busy, setBusy] = useState(false);
  const wish = (what: SignInWish): void => {
    setBusy(true);
    setProblem(null);
    const answered = (code: SignInCode | null): void => {
      setBusy(false);
      setProblem(code === 'cancelled' ? null : code);
    };
    window.shell.signIn(what).then(
      (answer) => answered(answer.ok ? null : answer.code),
      () => answered('sign_in_failed'),
    );
  };
  const { locked, reachable } = out;
  return (
    <main className="gatehouse">
      <div className="gatehouse-card">
        <Icon name={locked ? 'lock' : 'logo'} size={locked ? 24 : 32} className="rail-logo" />
        <h1 className="gatehouse-title">
          {locked ? t('signIn.locked', { name: plain(locked.name) }) : t('signIn.title')}
        </h1>
        <p>{t(locked ? 'signIn.lockedSub' : 'signIn.sub')}</p>
        {locked && locked.unsent > 0 ? <p>{t('signIn.sending', { count: locked.unsent })}</p> : null}
        {reachable ? null : (
          <p className="strip strip-warning" role="status">
            {t('signIn.unreachable')}
          </p>
        )}
        {out.damaged ? (
          <p className="strip strip-warning" role="status">
            {t('signIn.damaged')}
          </p>
        ) : null}
        {out.waiting ? (
          <Waiting onCancel={() => wish({ do: 'cancel' })} />
        ) : (
          <>
            <Codes out={out} busy={busy} onWish={wish} />
            <Ways out={out} busy={busy} onWish={wish} />
          </>
        )}
        {problem === null ? null : (
          <p className="field-problem" role="alert">
            {t(`signIn.${problem}`)}
          </p>
        )}
        <Left out={out} />
      </div>
    </main>
  );
}

type WaysProps = { out: Out; busy: boolean; onWish: (wish: SignInWish) => void };

function Ways({ out, busy, onWish }: WaysProps) {
  const { t } = useWords();
  const { ways, reachable } = out;
  if (ways === null) return reachable ? <p role="status">{t('signIn.asking')}</p> : null;
  const { provider, accounts } = ways;
  const isFirst = !out.people.some(({ code }) => code);
  if (provider === null && !accounts) return <p>{t('signIn.nobody')}</p>;
  return (
    <>
      {provider === null ? null : (
        <Action
          kind={isFirst ? 'filled' : 'outline'}
          autoFocus={isFirst}
          isDisabled={busy}
          onPress={() => onWish({ do: 'browser' })}
        >
          {t('signIn.browser', { provider: plain(provider) })}
        </Action>
      )}
      {accounts ? (
        <Account out={out} busy={busy} isOnly={provider === null && isFirst} onWish={onWish} />
      ) : null}
    </>
  );
}

const ACCOUNT = 'account:';

function Account({ out, busy, isOnly, onWish }: WaysProps & { isOnly: boolean }) {
  const { t } = useWords();
  const id = out.locked?.id ?? '';
  const [name, setName] = useState(id.startsWith(ACCOUNT) ? id.slice(ACCOUNT.length) : '');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name === '' || password === '') return;
    onWish({ do: 'account', name, password });
    setPassword('');
  };
  return (
    <form className={isOnly ? 'form' : 'form gatehouse-other'} onSubmit={submit} noValidate>
      <TextField className="field" value={name} onChange={setName} autoFocus={isOnly && name === ''}>
        <Label className="field-label">{t('signIn.name')}</Label>
        <Input className="box" autoComplete="off" />
      </TextField>
      <TextField
        className="field"
        type="password"
        value={password}
        onChange={setPassword}
        autoFocus={isOnly && name !== ''}
      >
        <Label className="field-label">{t('signIn.password')}</Label>
        <Input className="box" autoComplete="off" />
      </TextField>
      <button type="submit" className={isOnly ? 'action action-filled' : 'action'} disabled={busy}>
        <span className="action-text">{t('signIn.account')}</span>
      </button>
    </form>
  );
}

/** What waits of people who have left: it goes on when they are back, and never as somebody else's. */
function Left({ out }: { out: Out }) {
  const { t } = useWords();
  const left = out.people.filter(({ id, unsent }) => unsent > 0 && id !== out.locked?.id);
  if (left.length === 0) return null;
  return (
    <ul className="gatehouse-other">
      {left.map(({ id, name, unsent }) => (
        <li key={id}>{t('signIn.waits', { name: plain(name), count: unsent })}</li>
      ))}
    </ul>
  );
}
