import { CommandKey } from '../../i18n/CommandKey.tsx';
import { useWords } from '../../i18n/words.tsx';
import { openAction } from '../../state/actions.ts';
import { useRegistry } from '../../state/commands.ts';
import { useMirror } from '../../state/mirror.ts';
import { ACTIONS } from '../../state/moment.ts';

/** Whose the contact is, which is decided before anything is done for him. */
const AT_WORK = ['take', 'give-back'] as const;

/** What can be done for the open customer besides the suggestion, for hands that are on the pointer. */
export function Possible() {
  const words = useWords();
  const registry = useRegistry();
  const someone = useMirror((state) => Boolean(state.customer));
  useMirror((state) => state.work);
  if (!someone) return null;
  return (
    <section className="possible" aria-label={words.t('can.title')}>
      {AT_WORK.filter((id) => registry.can(id)).map((id) => (
        <button key={id} type="button" className="possible-action" onClick={() => registry.run(id)}>
          <CommandKey of={id} />
          {words.t(`can.${id}`)}
        </button>
      ))}
      {ACTIONS.filter((name) => registry.can(name)).map((name) => (
        <button key={name} type="button" className="possible-action" onClick={() => openAction(name)}>
          <CommandKey of={name} />
          {words.t(`can.${name}`)}
        </button>
      ))}
    </section>
  );
}
