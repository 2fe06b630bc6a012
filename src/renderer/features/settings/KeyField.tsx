import { type KeyboardEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { commandTitle } from '../../i18n/commands.ts';
import { keyName } from '../../i18n/keys.ts';
import { useWords } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import { Key } from '../../ui/Key.tsx';
import { captured } from './capture.ts';

type KeyFieldProps = { id: string; label: string; bound: string | undefined; onKey: (key: string) => void };

/** A key that is pressed to be changed: the next key pressed takes its place, unless another command has it. */
export function KeyField({ id, label, bound, onKey }: KeyFieldProps) {
  const words = useWords();
  const { t } = words;
  const registry = useRegistry();
  const [waiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const press = (event: KeyboardEvent): void => {
    if (!waiting) return;
    event.preventDefault();
    event.stopPropagation();
    const got = captured(event, registry, id);
    if (got === null) return;
    setWaiting(got.kind !== 'key' && got.kind !== 'stop');
    setProblem(null);
    if (got.kind === 'key') onKey(got.key);
    if (got.kind === 'reserved') setProblem(t('keys.reserved', { key: keyName(words, got.key) }));
    if (got.kind === 'taken') {
      setProblem(t('keys.taken', { key: keyName(words, got.key), command: commandTitle(words, got.by) }));
    }
  };
  return (
    // Keys belong to the capture before anything around it hears them.
    <span className="key-field" onKeyDownCapture={press}>
      {problem ? (
        <span className="field-problem" role="alert">
          {problem}
        </span>
      ) : null}
      <Button
        className={waiting ? 'key-button key-waiting' : 'key-button'}
        aria-label={
          waiting
            ? t('keys.press')
            : t('keys.change', {
                command: label,
                key: bound === undefined ? t('keys.none') : keyName(words, bound),
              })
        }
        onPress={() => {
          setWaiting(true);
          setProblem(null);
        }}
        onBlur={() => {
          setWaiting(false);
          setProblem(null);
        }}
      >
        {waiting ? (
          t('keys.press')
        ) : bound === undefined ? (
          t('keys.none')
        ) : (
          <Key>{keyName(words, bound)}</Key>
        )}
      </Button>
    </span>
  );
}
