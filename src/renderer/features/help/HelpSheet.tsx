import { commandTitle } from '../../i18n/commands.ts';
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
        {GROUPS.filter((group) => registry.all.some((one) => one.group === group && one.keys.length > 0)).map(
          (group) => (
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
          ),
        )}
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
    // Of several keys for one command the sheet names the first; of several commands the first and the last.
    lines.set(line.id, { ...line, keys: [...line.keys, ...keys.slice(0, 1)] });
  }
  return [...lines.values()];
}

function Line({ line }: { line: SheetLine }) {
  const words = useWords();
  const first = line.keys[0] ?? '';
  const last = line.keys.at(-1) ?? '';
  return (
    <div className="help-line">
      <dt>{commandTitle(words, line)}</dt>
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
