import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { CustomerView } from '../../../bridge/views.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { plain } from '../../i18n/plain.ts';
import { type TextId, useWords } from '../../i18n/words.tsx';
import { answer } from '../../state/answer.ts';
import { type DraftOf, draftOf, drafts } from '../../state/drafts.ts';
import { mirror, useMirror } from '../../state/mirror.ts';
import { moment, type OpenAction, useMoment } from '../../state/moment.ts';
import { ask } from '../../state/replica.ts';
import { seenFor } from '../../state/seen.ts';
import { session } from '../../state/session.ts';
import { contactOf } from '../../state/work.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { didFor } from '../outbox/index.ts';
import type { Answers, Form } from './field.ts';
import { formOf, problemsOf, valueOptions } from './form.ts';
import { Question } from './Question.tsx';
import type { Journal } from './wrapUp.ts';

const close = (): void => moment.store.setState({ action: null });

/** The dialog of the command that is being given, if one is. */
export function ActionDialog() {
  const action = useMoment((state) => state.action);
  const view = useMirror((state) => state.customer);
  if (!action || !view || view.profileId !== action.profileId) return null;
  return <Giving key={`${action.name}/${action.mends?.id}`} action={action} view={view} />;
}

const draftOfAction = ({ name, profileId, mends }: OpenAction): DraftOf => ({
  name,
  profileId,
  about: mends?.id ?? null,
});

/** What the replica made of it; undefined where it was not taken, which has been said. */
async function send(action: OpenAction, view: CustomerView, args: JsonObject): Promise<TextId | undefined> {
  const { name, mends } = action;
  const seen = seenFor(view, name, args);
  if (mends === null) {
    const done = await ask('enqueue', { name, profileId: view.profileId, args, seen });
    return done && (done.replaced === null ? `toast.${name}` : 'toast.replaced');
  }
  if (mends.how === 'redo') {
    const done = await ask('redo', { id: mends.id, args, seen });
    return done && `toast.${name}`;
  }
  const done = await ask('edit', { id: mends.id, args, seen });
  if (done && !done.edited) moment.toast('critical', 'error.too_late');
  return done?.edited ? 'toast.edited' : undefined;
}

async function give(action: OpenAction, view: CustomerView, form: Form, answers: Answers): Promise<boolean> {
  const args = { profileId: view.profileId, ...form.toArgs(answers) };
  const said = await send(action, view, args);
  if (said === undefined) return false;
  drafts.given(draftOfAction(action));
  moment.toast('done', said, {}, 'undo');
  if (action.mends?.how === 'redo') session.setState({ entryId: null });
  if (action.accepts) await answer('accept');
  return true;
}

function Giving({ action, view }: { action: OpenAction; view: CustomerView }) {
  const words = useWords();
  const { t } = words;
  const [form] = useState(() =>
    formOf(action.name, words, view, action.initial, Date.now(), journalOf(view.profileId)),
  );
  const [answers, setAnswers] = useState<Answers>(() => {
    // What a suggestion has filled in is newer than what was once begun.
    const fresh = action.mends === null && Object.keys(action.initial).length > 0;
    const begun = draftOf(draftOfAction(action));
    // What was begun for an earlier contact is not this one's.
    const isOther = begun !== undefined && begun.contactId !== form.initial.contactId;
    return fresh || isOther ? form.initial : { ...form.initial, ...begun };
  });
  const [problems, setProblems] = useState<Map<string, TextId>>(new Map());
  const [sending, setSending] = useState(false);

  const change = (name: string, value: string): void => {
    const next = { ...answers, [name]: value };
    if (action.name === 'set-preference' && name === 'name') next.value = '';
    setAnswers(next);
    setProblems((now) => new Map([...now].filter(([field]) => field !== name)));
    // Of a single choice nothing would be lost.
    if (action.name !== 'park') drafts.keep(draftOfAction(action), next);
  };
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    const found = problemsOf(form, answers);
    setProblems(found);
    if (found.size > 0 || sending) return;
    setSending(true);
    void give(action, view, form, answers).then((given) => {
      setSending(false);
      if (given) close();
    });
  };
  const giveUp = (): void => {
    drafts.keep(draftOfAction(action), null);
    close();
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
            <span className="form-note">{t(KEYS_OF[action.name] ?? 'form.keys')}</span>
            <Action onPress={giveUp}>{t('form.cancel')}</Action>
            <Action kind="filled" isDisabled={sending} onPress={() => submit()}>
              {t(action.mends ? `form.${action.mends.how}` : `do.${action.name}`)}
            </Action>
          </div>
        </form>
      )}
    </Sheet>
  );
}

/** Where Enter does not always give the command. */
const KEYS_OF: { [name: string]: TextId } = {
  'add-note': 'form.keysLong',
  'wrap-up': 'form.keysWrapUp',
  'hand-over': 'form.keysWrapUp',
  'call-back': 'form.keysWrapUp',
};

function journalOf(profileId: string): Journal {
  const { outbox, status, work } = mirror.store.getState();
  const contactId = contactOf(work?.items ?? [], profileId)?.contact?.id;
  return {
    did: outbox ? didFor(outbox, profileId) : [],
    station: status?.station ?? '',
    now: Date.now(),
    ...(contactId === undefined ? {} : { contactId }),
  };
}

/** The field to begin in: the first one for a few letters, else the first. */
function focusAt(form: Form): number {
  const typed = form.fields.findIndex((field) => field.kind === 'text');
  return Math.max(0, typed);
}
