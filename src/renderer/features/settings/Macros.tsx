import { commandTitle } from '../../i18n/commands.ts';
import { useKeyOf } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import { type Macro, MOST_MACROS } from '../../state/macro.ts';
import { moment } from '../../state/moment.ts';
import { putDraft, removeMacro, useMaking, write } from '../../state/recording.ts';
import { settings, useSettings } from '../../state/settings.ts';
import { Action } from '../../ui/Action.tsx';
import { KeyField } from './KeyField.tsx';
import { MacroForm } from './MacroForm.tsx';

/** The operator's own sequences of commands: each with its steps and its key. */
export function Macros() {
  const { t } = useWords();
  const macros = useSettings((state) => state.macros);
  const draft = useMaking((state) => state.draft);
  const key = useKeyOf();
  const registry = useRegistry();
  if (draft !== null) return <MacroForm key={draft.id} draft={draft} />;
  const isFull = macros.length >= MOST_MACROS;
  // The sheet has to be gone first: what is done from then on is recorded.
  const record = (): void => {
    moment.store.setState({ overlay: null });
    setTimeout(() => registry.run('record-macro'), 0);
  };
  return (
    <div className="form">
      <p>{t('macros.what')}</p>
      <ul className="macros">
        {macros.map((macro) => (
          <Line key={macro.id} macro={macro} />
        ))}
      </ul>
      <div className="macros-new">
        <Action isDisabled={isFull} onPress={record} keyName={key('record-macro')}>
          {t('macros.record')}
        </Action>
        <Action isDisabled={isFull} onPress={() => write()}>
          {t('macros.write')}
        </Action>
      </div>
    </div>
  );
}

function Line({ macro }: { macro: Macro }) {
  const words = useWords();
  const registry = useRegistry();
  const name = plain(macro.name);
  const [bound] = registry.keysOf(macro.id);
  return (
    <li className="macro">
      <div className="macro-what">
        <strong>{name}</strong>
        <span className="macro-steps">
          {macro.steps.map((id) => commandTitle(words, { id })).join(' → ')}
        </span>
      </div>
      <KeyField
        id={macro.id}
        label={name}
        bound={bound}
        onKey={(key) => settings.setState(({ keys }) => ({ keys: { ...keys, [macro.id]: key } }))}
      />
      <Action small label={words.t('macros.changeThis', { name })} onPress={() => putDraft(macro)}>
        {words.t('macros.change')}
      </Action>
      <Action small label={words.t('macros.removeThis', { name })} onPress={() => removeMacro(macro.id)}>
        {words.t('macros.remove')}
      </Action>
    </li>
  );
}
