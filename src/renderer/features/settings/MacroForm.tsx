import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { commandTitle } from '../../i18n/commands.ts';
import { type TextId, useWords } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import { LONGEST_NAME, type Macro, MOST_STEPS } from '../../state/macro.ts';
import { keepDraft, putDraft } from '../../state/recording.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { StepPicker } from './StepPicker.tsx';

/** Name and steps of a macro. */
export function MacroForm({ draft }: { draft: Macro }) {
  const { t } = useWords();
  const [problem, setProblem] = useState<TextId | null>(null);
  const change = (given: Partial<Macro>): void => {
    setProblem(null);
    putDraft({ ...draft, ...given });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (draft.name.trim() === '') setProblem('macros.nameNeeded');
    else if (draft.steps.length === 0) setProblem('macros.stepNeeded');
    else keepDraft();
  };
  return (
    <form className="form" noValidate onSubmit={submit}>
      <TextField
        className="field"
        value={draft.name}
        onChange={(name) => change({ name })}
        maxLength={LONGEST_NAME}
        isInvalid={problem === 'macros.nameNeeded'}
        autoFocus
      >
        <Label className="field-label">{t('macros.name')}</Label>
        <Input className="box" autoComplete="off" />
      </TextField>
      <div className="field">
        <span className="field-label">{t('macros.steps')}</span>
        <Steps steps={draft.steps} onChange={(steps) => change({ steps })} />
      </div>
      {problem === null ? null : (
        <p className="field-problem" role="alert">
          {t(problem)}
        </p>
      )}
      <div className="form-foot">
        <span className="form-note">{t('macros.safe')}</span>
        <Action onPress={() => putDraft(null)}>{t('form.cancel')}</Action>
        <Action kind="filled">{t('macros.keep')}</Action>
      </div>
    </form>
  );
}

type StepsProps = { steps: readonly string[]; onChange: (steps: readonly string[]) => void };

function Steps({ steps, onChange }: StepsProps) {
  const words = useWords();
  const registry = useRegistry();
  const titleOf = (id: string): string => commandTitle(words, { id });
  const last = steps.at(-1) ?? '';
  const isWhole = registry.all.find(({ id }) => id === last)?.inMacro === 'last';
  return (
    <>
      <ol className="macro-list" aria-label={words.t('macros.steps')}>
        {steps.map((id, index) => (
          <li key={`${id}/${nth(steps, index)}`} className="macro-step">
            <span>{titleOf(id)}</span>
            <button
              type="button"
              className="toast-close"
              aria-label={words.t('macros.without', { at: index + 1, command: titleOf(id) })}
              onClick={() => onChange(steps.filter((_, at) => at !== index))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ol>
      {isWhole ? (
        <p className="form-note">{words.t('macros.whole', { command: titleOf(last) })}</p>
      ) : steps.length < MOST_STEPS ? (
        <StepPicker onStep={(id) => onChange([...steps, id])} />
      ) : null}
    </>
  );
}

/** How often a step has stood before: the same command may be done twice. */
const nth = (steps: readonly string[], index: number): number =>
  steps.slice(0, index).filter((id) => id === steps[index]).length;
