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
              {linesOf(
                registry.all.filter((command) => command.group === group && command.keys.length > 0),
              ).map((line) => (
                <Line key={line.id} line={line} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="help-foot">{t('help.scan')}</p>
    </Sheet>
  );
}

type SheetLine = { id: string; keys: string[] };

/** Commands that belong together share a line, with the first and the last key. */
export function linesOf(commands: readonly Command[]): SheetLine[] {
  const lines = new Map<string, SheetLine>();
  for (const { id, keys, together } of commands) {
    const line = lines.get(together ?? id) ?? { id: together ?? id, keys: [] };
    lines.set(line.id, { id: line.id, keys: [...line.keys, ...keys] });
  }
  return [...lines.values()];
}

function Line({ line }: { line: SheetLine }) {
  const words = useWords();
  const first = line.keys[0] ?? '';
  const last = line.keys.at(-1) ?? '';
  return (
    <div className="help-line">
      <dt>{words.known(`command.${line.id}`) ?? line.id}</dt>
      <dd>
        <Key>{keyName(words, first)}</Key>
        {first === last ? null : (
          <>
            {words.t('help.to')} <Key>{keyName(words, last)}</Key>
          </>
        )}
      </dd>
    </div>
  );
}
