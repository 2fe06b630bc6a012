import { Label, Radio, RadioGroup } from 'react-aria-components';
import { commandTitle } from '../../i18n/commands.ts';
import { useWords } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import { isFixed, PRESETS, type Preset } from '../../state/keymap.ts';
import { type Command, GROUPS } from '../../state/registry.ts';
import { settings, useSettings } from '../../state/settings.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyField } from './KeyField.tsx';

/** One of two maps, and each key of it to be changed. */
export function Keys() {
  const { t } = useWords();
  const registry = useRegistry();
  const preset = useSettings((state) => state.preset);
  const own = useSettings((state) => Object.keys(state.keys).length);
  return (
    <div className="form">
      <RadioGroup
        className="field"
        value={preset}
        onChange={(value) => settings.setState({ preset: value as Preset })}
        orientation="horizontal"
      >
        <Label className="field-label">{t('keys.preset')}</Label>
        <div className="chips">
          {PRESETS.map((id) => (
            <Radio key={id} value={id} className="chip">
              <span>{t(`keys.preset.${id}`)}</span>
              <span className="chip-sub">{t(`keys.preset.${id}.sub`)}</span>
            </Radio>
          ))}
        </div>
      </RadioGroup>
      <p className="keys-reset">
        <span className="form-note">{t('keys.own', { count: own })}</span>
        <Action small isDisabled={own === 0} onPress={() => settings.setState({ keys: {} })}>
          {t('keys.resetAll')}
        </Action>
      </p>
      <div className="help">
        {GROUPS.map((group) => {
          const commands = registry.all.filter((one) => one.group === group && !isFixed(one));
          return commands.length === 0 ? null : (
            <section key={group} className="help-group">
              <h3>{t(`help.group.${group}`)}</h3>
              {commands.map((command) => (
                <Line key={command.id} command={command} />
              ))}
            </section>
          );
        })}
      </div>
    </div>
  );
}

function Line({ command }: { command: Command }) {
  const words = useWords();
  const changed = useSettings((state) => Object.hasOwn(state.keys, command.id));
  const title = commandTitle(words, command);
  const bind = (key: string): void =>
    settings.setState(({ keys }) => ({ keys: { ...keys, [command.id]: key } }));
  const reset = (): void =>
    settings.setState(({ keys }) => ({
      keys: Object.fromEntries(Object.entries(keys).filter(([id]) => id !== command.id)),
    }));
  return (
    <div className={changed ? 'help-line keys-changed' : 'help-line'}>
      <span>{title}</span>
      <span className="keys-value">
        {changed ? (
          <button
            type="button"
            className="toast-close"
            aria-label={words.t('keys.reset', { command: title })}
            title={words.t('keys.reset', { command: title })}
            onClick={reset}
          >
            <Icon name="renew" size={14} />
          </button>
        ) : null}
        <KeyField id={command.id} label={title} bound={command.keys[0]} onKey={bind} />
      </span>
    </div>
  );
}
