import { useEffect } from 'react';
import { CommandKey } from '../i18n/CommandKey.tsx';
import { useWords } from '../i18n/words.tsx';
import { useRegistry } from '../state/commands.ts';
import { useMirror } from '../state/mirror.ts';
import { moment, type Toast, useMoment } from '../state/moment.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';

const SHAPES: { [tone in Toast['tone']]: IconName } = {
  plain: 'check',
  done: 'check',
  warning: 'warning',
  critical: 'ban',
};
/** How long a sentence stays in ms; what went wrong stays until it is put away. */
const STAYS = 5000;

export function Toasts() {
  const { t } = useWords();
  const toasts = useMoment((state) => state.toasts);
  return (
    <div className="toasts" role="log" aria-live="polite" aria-label={t('toast.title')}>
      {toasts.map((toast) => (
        <Line key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Line({ toast }: { toast: Toast }) {
  const words = useWords();
  const registry = useRegistry();
  const { id, tone, command } = toast;
  useEffect(() => {
    if (tone === 'critical') return;
    const timer = setTimeout(() => moment.dismiss(id), STAYS);
    return () => clearTimeout(timer);
  }, [id, tone]);
  // What can be undone is known from the outbox: once an action has been sent, the way back is gone.
  useMirror((state) => state.outbox);
  return (
    <div className={`toast toast-${tone}`}>
      <Icon name={SHAPES[tone]} className={`tone-${tone}`} />
      <span className="toast-text">{words.known(toast.text, toast.values) ?? words.t('error.internal')}</span>
      {command && registry.can(command) ? (
        <button
          type="button"
          className="link"
          onClick={() => {
            registry.run(command);
            moment.dismiss(id);
          }}
        >
          {words.known(`toast.do.${command}`) ?? words.known(`command.${command}`)}{' '}
          <CommandKey of={command} />
        </button>
      ) : null}
      <button
        type="button"
        className="toast-close"
        aria-label={words.t('toast.close')}
        onClick={() => moment.dismiss(id)}
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}
