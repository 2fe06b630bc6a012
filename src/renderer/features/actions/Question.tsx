import { FieldError, Input, Label, Radio, RadioGroup, TextArea, TextField } from 'react-aria-components';
import { type TextId, useWords } from '../../i18n/words.tsx';
import type { Field } from './field.ts';

type QuestionProps = {
  field: Field;
  value: string;
  problem: TextId | null;
  focusFirst: boolean;
  onChange: (value: string) => void;
};

/** One field of a dialog: few choices as chips that arrows walk through, text as a box, what is wrong below it. */
export function Question(props: QuestionProps) {
  return props.field.kind === 'choice' ? <Choice {...props} /> : <Typed {...props} />;
}

function Choice({ field, value, problem, focusFirst, onChange }: QuestionProps) {
  const { t } = useWords();
  return (
    <RadioGroup className="field" value={value || null} onChange={onChange} isInvalid={problem !== null}>
      <Label className="field-label">{t(field.label)}</Label>
      <div className="chips">
        {field.options.map((option, index) => (
          <Radio
            key={option.value}
            value={option.value}
            className="chip"
            autoFocus={focusFirst && (value ? option.value === value : index === 0)}
          >
            <span>{option.label}</span>
            {option.sub ? <span className="chip-sub">{option.sub}</span> : null}
          </Radio>
        ))}
      </div>
      {problem ? <FieldError className="field-problem">{t(problem)}</FieldError> : null}
    </RadioGroup>
  );
}

/** What was begun goes on where it ended; a browser would begin before it. */
function toItsEnd({ currentTarget }: { currentTarget: HTMLTextAreaElement }): void {
  const { length } = currentTarget.value;
  if (currentTarget.selectionEnd === 0) currentTarget.setSelectionRange(length, length);
}

function Typed({ field, value, problem, focusFirst, onChange }: QuestionProps) {
  const { t } = useWords();
  const change = (next: string): void => onChange(field.upperCase ? next.toUpperCase() : next);
  return (
    <TextField
      className="field"
      value={value}
      onChange={change}
      isInvalid={problem !== null}
      maxLength={field.maxLength}
      autoFocus={focusFirst}
    >
      <Label className="field-label">
        {t(field.label)}
        {field.hint ? <span className="field-hint">{field.hint}</span> : null}
        {field.kind === 'long' ? (
          <span className="field-hint">{t('form.left', { count: field.maxLength - value.length })}</span>
        ) : null}
      </Label>
      {field.kind === 'long' ? (
        <TextArea className="box box-long" rows={5} onFocus={toItsEnd} />
      ) : (
        <Input className="box box-short" autoComplete="off" spellCheck="false" />
      )}
      {problem ? <FieldError className="field-problem">{t(problem)}</FieldError> : null}
    </TextField>
  );
}
