import { useEffect } from 'react';
import { keyName } from '../i18n/keys.ts';
import { useWords } from '../i18n/words.tsx';
import { useRegistry } from '../state/commands.ts';
import { useMirror } from '../state/mirror.ts';
import { moment, type Toast, useMoment } from '../state/moment.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { Key } from '../ui/Key.tsx';

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
  const key = command ? registry.keysOf(command)[0] : undefined;
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
          {key ? <Key>{keyName(words, key)}</Key> : null}
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
