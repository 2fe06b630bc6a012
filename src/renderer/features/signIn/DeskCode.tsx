import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { SHORTEST_DESK_CODE, type SignInCode, type SignInWish } from '../../../bridge/shell.ts';
import { useWords } from '../../i18n/words.tsx';
import { moment, useMoment } from '../../state/moment.ts';
import { useSignIn } from '../../state/sign-in.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { Waiting } from './Waiting.tsx';

const close = (): void => moment.store.setState({ overlay: null });
const cancel = (): void => void window.shell.signIn({ do: 'cancel' });

/** A code of one's own for this desk: to go on in a second, and to sign in without the network. */
export function DeskCode() {
  const { t } = useWords();
  const open = useMoment((state) => state.overlay === 'desk-code');
  if (!open) return null;
  const leave = (): void => {
    cancel();
    close();
  };
  return (
    <Sheet title={t('deskCode.title')} onClose={leave}>
      <Setting />
    </Sheet>
  );
}

type Problem = SignInCode | 'differs';

/** Asks main; it waits where main asks the person once more who he is. */
function useAsking() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [waiting, setWaiting] = useState(false);
  const ask = async (wish: SignInWish, done: 'deskCode.kept' | 'deskCode.gone'): Promise<void> => {
    setProblem(null);
    setWaiting(true);
    const answer = await window.shell.signIn(wish);
    setWaiting(false);
    if (!answer.ok) return setProblem(answer.code === 'cancelled' ? null : answer.code);
    close();
    moment.toast('done', done);
  };
  return { problem, setProblem, waiting, ask };
}

function Setting() {
  const { t } = useWords();
  const has = useSignIn((found) => found?.state === 'in' && found.code);
  const isAccount = useSignIn((found) => found?.state === 'in' && found.way === 'account');
  const [code, setCode] = useState('');
  const [again, setAgain] = useState('');
  const [password, setPassword] = useState('');
  const { problem, setProblem, waiting, ask } = useAsking();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (code === '') return setProblem('code_short');
    if (code !== again) return setProblem('differs');
    if (isAccount && password === '') return setProblem('wrong_password');
    void ask({ do: 'set-code', code, password }, 'deskCode.kept');
  };
  if (waiting && !isAccount) return <Waiting onCancel={cancel} />;
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p>{t('deskCode.sub')}</p>
      <TextField className="field" type="password" value={code} onChange={setCode} autoFocus>
        <Label className="field-label">
          {t('deskCode.code')}
          <span className="field-hint">{t('protection.length', { count: SHORTEST_DESK_CODE })}</span>
        </Label>
        <Input className="box" autoComplete="off" />
      </TextField>
      <TextField className="field" type="password" value={again} onChange={setAgain}>
        <Label className="field-label">{t('protection.again')}</Label>
        <Input className="box" autoComplete="off" />
      </TextField>
      {isAccount ? (
        <TextField className="field" type="password" value={password} onChange={setPassword}>
          <Label className="field-label">{t('deskCode.password')}</Label>
          <Input className="box" autoComplete="off" />
        </TextField>
      ) : (
        <p>{t('deskCode.browser')}</p>
      )}
      {problem === null ? null : (
        <p className="field-problem" role="alert">
          {problem === 'differs' ? t('protection.differs') : t(`signIn.${problem}`)}
        </p>
      )}
      <button type="submit" className="action action-filled" disabled={waiting}>
        <span className="action-text">{t('deskCode.keep')}</span>
      </button>
      {has ? (
        <Action kind="quiet" onPress={() => void ask({ do: 'take-code' }, 'deskCode.gone')}>
          {t('deskCode.take')}
        </Action>
      ) : null}
    </form>
  );
}
