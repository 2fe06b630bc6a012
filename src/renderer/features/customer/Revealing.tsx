import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { useStore } from 'zustand';
import { factLabel } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { reveal, reveals, stopAsking } from '../../state/reveal.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';

/** As they stand in the audit, in one language for all who read it. */
const REASONS = {
  callBack: 'to call or write to the customer',
  identity: 'to make sure who it is',
  document: 'to check or enter a document',
} as const;
const LEAST = 3;

/** Why a masked value is to be shown: a usual reason with one press, or another in words. */
export function Revealing() {
  const words = useWords();
  const { t } = words;
  const asking = useStore(reveals, (state) => state.asking);
  const view = useMirror((state) => state.customer);
  const [typed, setTyped] = useState('');
  if (asking === null || !view || view.profileId !== asking.profileId) return null;
  const say = (reason: string): void => {
    setTyped('');
    void reveal(reason);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed.trim().length >= LEAST) say(typed.trim());
  };
  const what = words.known(`identity.${asking.name}`) ?? factLabel(words, asking.name);
  return (
    <Sheet title={t('reveal.title', { what })} onClose={stopAsking}>
      <p className="sheet-for">{plain(view.name)}</p>
      <form className="form" noValidate onSubmit={submit}>
        <div className="reveal-reasons">
          {Object.entries(REASONS).map(([name, reason], index) => (
            <Action key={name} autoFocus={index === 0} onPress={() => say(reason)}>
              {t(`reveal.reason.${name as keyof typeof REASONS}`)}
            </Action>
          ))}
        </div>
        <TextField className="field" value={typed} onChange={setTyped} maxLength={200}>
          <Label className="field-label">{t('reveal.other')}</Label>
          <Input className="box box-short" autoComplete="off" spellCheck="false" />
        </TextField>
        <div className="form-foot">
          <span className="form-note">{t('reveal.noted')}</span>
          <Action kind="filled" isDisabled={typed.trim().length < LEAST} onPress={() => say(typed.trim())}>
            {t('reveal.show')}
          </Action>
        </div>
      </form>
    </Sheet>
  );
}
