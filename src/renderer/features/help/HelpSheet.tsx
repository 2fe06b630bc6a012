import { commandTitle } from '../../i18n/commands.ts';
import { keyName } from '../../i18n/keys.ts';
import { useWords } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import { moment, useMoment } from '../../state/moment.ts';
import { type Command, GROUPS } from '../../state/registry.ts';
import { Action } from '../../ui/Action.tsx';
import { Key } from '../../ui/Key.tsx';
import { Sheet } from '../../ui/Sheet.tsx';

const close = (): void => moment.store.setState({ overlay: null });

/** All keys, by what they are about. */
export function HelpSheet() {
  const { t } = useWords();
  const registry = useRegistry();
  const open = useMoment((state) => state.overlay === 'help');
  if (!open) return null;
  // The sheet has to be gone first: the tour shows what is behind it.
  const tour = (): void => {
    close();
    setTimeout(() => registry.run('tour'), 0);
  };
  return (
    <Sheet title={t('help.title')} onClose={close} wide>
      <div className="help">
        {GROUPS.filter((group) => registry.all.some((one) => one.group === group && isListed(one))).map(
          (group) => (
            <section key={group} className="help-group">
              <h3>{t(`help.group.${group}`)}</h3>
              <dl>
                {linesOf(registry.all.filter((command) => command.group === group && isListed(command))).map(
                  (line) => (
                    <Line key={line.id} line={line} />
                  ),
                )}
              </dl>
            </section>
          ),
        )}
      </div>
      <div className="form-foot help-foot">
        <span className="form-note">{t('help.scan')}</span>
        <Action small isDisabled={!registry.can('tour')} onPress={tour}>
          {t('command.tour')}
        </Action>
      </div>
    </Sheet>
  );
}

/** Macros also without a key, because they have no other place where they are listed. */
const isListed = ({ id, keys }: Command): boolean => keys.length > 0 || id.startsWith('macro/');

type SheetLine = { id: string; title?: string; keys: string[] };

/** Commands that belong together share a line, with the first and the last key. */
export function linesOf(commands: readonly Command[]): SheetLine[] {
  const lines = new Map<string, SheetLine>();
  for (const { id, keys, together, title } of commands) {
    const line = lines.get(together ?? id) ?? {
      id: together ?? id,
      keys: [],
      ...(title !== undefined && { title }),
    };
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
        {first === '' ? words.t('keys.none') : <Key>{keyName(words, first)}</Key>}
        {first === last ? null : (
          <>
            {words.t('help.to')} <Key>{keyName(words, last)}</Key>
          </>
        )}
      </dd>
    </div>
  );
}
