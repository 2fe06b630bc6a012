import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { SHORTEST_DESK_CODE, type SignInCode } from '../../../bridge/shell.ts';
import { useWords } from '../../i18n/words.tsx';
import { moment, useMoment } from '../../state/moment.ts';
import { useSignIn } from '../../state/sign-in.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';

const close = (): void => moment.store.setState({ overlay: null });

/** A code of one's own for this desk: to go on in a second, and to sign in without the network. */
export function DeskCode() {
  const { t } = useWords();
  const open = useMoment((state) => state.overlay === 'desk-code');
  if (!open) return null;
  return (
    <Sheet title={t('deskCode.title')} onClose={close}>
      <Setting />
    </Sheet>
  );
}

function Setting() {
  const { t } = useWords();
  const has = useSignIn((found) => found?.state === 'in' && found.code);
  const [code, setCode] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<SignInCode | 'differs' | null>(null);
  const set = async (wanted: string): Promise<void> => {
    const answer = await window.shell.signIn({ do: 'set-code', code: wanted });
    if (!answer.ok) return setProblem(answer.code);
    close();
    moment.toast('done', wanted === '' ? 'deskCode.gone' : 'deskCode.kept');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (code === '') return setProblem('code_short');
    if (code !== again) return setProblem('differs');
    void set(code);
  };
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
      {problem === null ? null : (
        <p className="field-problem" role="alert">
          {problem === 'differs' ? t('protection.differs') : t(`signIn.${problem}`)}
        </p>
      )}
      <button type="submit" className="action action-filled">
        <span className="action-text">{t('deskCode.keep')}</span>
      </button>
      {has ? (
        <Action kind="quiet" onPress={() => void set('')}>
          {t('deskCode.take')}
        </Action>
      ) : null}
    </form>
  );
}
