import { keyName } from '../../i18n/keys.ts';
import { useWords } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import { moment, useMoment } from '../../state/moment.ts';
import { type Command, GROUPS } from '../../state/registry.ts';
import { Key } from '../../ui/Key.tsx';
import { Sheet } from '../../ui/Sheet.tsx';

const close = (): void => moment.store.setState({ overlay: null });

/** All keys, by what they are about. */
export function HelpSheet() {
  const { t } = useWords();
  const registry = useRegistry();
  const open = useMoment((state) => state.overlay === 'help');
  if (!open) return null;
  return (
    <Sheet title={t('help.title')} onClose={close} wide>
      <div className="help">
        {GROUPS.map((group) => (
          <section key={group} className="help-group">
            <h3>{t(`help.group.${group}`)}</h3>
            <dl>
              {registry.all
                .filter((command) => command.group === group && command.keys.length > 0)
                .map((command) => (
                  <Line key={command.id} command={command} />
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="help-foot">{t('help.scan')}</p>
    </Sheet>
  );
}

function Line({ command }: { command: Command }) {
  const words = useWords();
  return (
    <div className="help-line">
      <dt>{words.known(`command.${command.id}`) ?? command.id}</dt>
      <dd>
        {command.keys.map((key) => (
          <Key key={key}>{keyName(words, key)}</Key>
        ))}
      </dd>
    </div>
  );
}
