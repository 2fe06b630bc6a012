import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { CustomerView } from '../../../bridge/views.ts';
import { plain } from '../../i18n/plain.ts';
import { type TextId, useWords } from '../../i18n/words.tsx';
import { answer } from '../../state/answer.ts';
import { useMirror } from '../../state/mirror.ts';
import { moment, type OpenAction, useMoment } from '../../state/moment.ts';
import { ask } from '../../state/replica.ts';
import { seenFor } from '../../state/seen.ts';
import { session } from '../../state/session.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { type Answers, type Form, formOf, problemsOf, valueOptions } from './form.ts';
import { Question } from './Question.tsx';

const close = (): void => moment.store.setState({ action: null });

/** The dialog of the command that is being given, if one is. */
export function ActionDialog() {
  const action = useMoment((state) => state.action);
  const view = useMirror((state) => state.customer);
  if (!action || !view || view.profileId !== action.profileId) return null;
  return <Giving key={`${action.name}/${action.redoes}`} action={action} view={view} />;
}

async function give(action: OpenAction, view: CustomerView, form: Form, answers: Answers): Promise<boolean> {
  const args = { profileId: view.profileId, ...form.toArgs(answers) };
  const done = action.redoes
    ? await ask('redo', { id: action.redoes, args })
    : await ask('enqueue', {
        name: action.name,
        profileId: view.profileId,
        args,
        seen: seenFor(view, action.name, args),
      });
  if (!done) return false;
  moment.toast('done', `toast.${action.name}`, {}, 'undo');
  if (action.redoes) session.setState({ entryId: null });
  if (action.accepts) await answer('accept');
  return true;
}

function Giving({ action, view }: { action: OpenAction; view: CustomerView }) {
  const words = useWords();
  const { t } = words;
  const [form] = useState(() => formOf(action.name, words, view, action.initial, Date.now()));
  const draftKey = `${action.name}/${view.profileId}/${action.redoes ?? ''}`;
  const [answers, setAnswers] = useState<Answers>(() => {
    const draft = moment.store.getState().drafts.get(draftKey) as Answers | undefined;
    return draft && Object.keys(action.initial).length === 0 ? { ...form.initial, ...draft } : form.initial;
  });
  const [problems, setProblems] = useState<Map<string, TextId>>(new Map());
  const [sending, setSending] = useState(false);

  const change = (name: string, value: string): void => {
    const next = { ...answers, [name]: value };
    if (action.name === 'set-preference' && name === 'name') next.value = '';
    setAnswers(next);
    setProblems((now) => new Map([...now].filter(([field]) => field !== name)));
    moment.draft(draftKey, next);
  };
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    const found = problemsOf(form, answers);
    setProblems(found);
    if (found.size > 0 || sending) return;
    setSending(true);
    void give(action, view, form, answers).then((given) => {
      setSending(false);
      if (!given) return;
      moment.draft(draftKey, null);
      close();
    });
  };
  const onKey = (event: KeyboardEvent): void => {
    const typing = event.target instanceof HTMLTextAreaElement;
    const pressing = event.target instanceof HTMLButtonElement;
    if (event.key !== 'Enter' || pressing || (typing && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    submit();
  };
  const impossible = form.fields.some(
    (field) => field.name !== 'value' && field.kind === 'choice' && field.options.length === 0,
  );
  return (
    <Sheet title={t(`command.${action.name}`)} onClose={close}>
      <p className="sheet-for">{plain(view.name)}</p>
      {impossible ? (
        <p className="form-none">{t(`form.none.${action.name === 'resolve-case' ? 'case' : 'segment'}`)}</p>
      ) : (
        <form className="form" noValidate onSubmit={submit} onKeyDownCapture={onKey}>
          {form.fields.map((field, index) => (
            <Question
              key={field.name}
              field={
                field.name === 'value'
                  ? { ...field, options: valueOptions(words, answers.name ?? '') }
                  : field
              }
              value={answers[field.name] ?? ''}
              problem={problems.get(field.name) ?? null}
              focusFirst={index === focusAt(form)}
              onChange={(value) => change(field.name, value)}
            />
          ))}
          <div className="form-foot">
            <span className="form-note">{t(action.name === 'add-note' ? 'form.keysLong' : 'form.keys')}</span>
            <Action onPress={close}>{t('form.cancel')}</Action>
            <Action kind="filled" isDisabled={sending} onPress={() => submit()}>
              {t(action.redoes ? 'form.again' : `do.${action.name}`)}
            </Action>
          </div>
        </form>
      )}
    </Sheet>
  );
}

/** The field to begin in: the first one to type into, else the first. */
function focusAt(form: Form): number {
  const typed = form.fields.findIndex((field) => field.kind !== 'choice');
  return Math.max(0, typed);
}
