import { CommandKey } from '../i18n/CommandKey.tsx';
import { commandTitle } from '../i18n/commands.ts';
import { useWords } from '../i18n/words.tsx';
import { useRegistry } from '../state/commands.ts';
import { useMaking } from '../state/recording.ts';
import { Icon } from '../ui/Icon.tsx';

/** What is done is also recorded: what it is so far, and the two ways out. */
export function Recording() {
  const words = useWords();
  const registry = useRegistry();
  const steps = useMaking((state) => state.steps);
  const isWhole = useMaking((state) => state.isWhole);
  const last = steps?.at(-1);
  return (
    <div
      className={steps === null ? 'said-only' : 'recording'}
      {...(steps !== null && { role: 'region', 'aria-label': words.t('macros.recording') })}
    >
      {steps === null ? null : <Icon name="circle" size={14} className="recording-sign" />}
      <p role="status">
        {steps === null ? null : (
          <>
            <strong>{words.t('macros.recording')}</strong>{' '}
            {last === undefined
              ? words.t('macros.begin')
              : words.t(isWhole ? 'macros.recordedLast' : 'macros.recorded', {
                  count: steps.length,
                  command: commandTitle(words, { id: last }),
                })}
          </>
        )}
      </p>
      {steps === null ? null : (
        <>
          <button type="button" className="link" onClick={() => registry.run('end-recording')}>
            {words.t('macros.end')} <CommandKey of="end-recording" />
          </button>
          <button type="button" className="link" onClick={() => registry.run('drop-recording')}>
            {words.t('macros.drop')}
          </button>
        </>
      )}
    </div>
  );
}
