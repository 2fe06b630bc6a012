import { useKeyOf } from '../i18n/keys.ts';
import { useWords } from '../i18n/words.tsx';
import { useRegistry } from '../state/commands.ts';
import { useMirror } from '../state/mirror.ts';
import { useSession } from '../state/session.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';

export function Rail() {
  const { t } = useWords();
  const pane = useSession((state) => (state.screen === 'desk' ? state.pane : null));
  const onDisruption = useSession((state) => state.screen === 'disruption');
  const onBoard = useSession((state) => state.screen === 'board');
  const supervises = useMirror((state) => state.status?.role === 'supervisor');
  const needsYou = useMirror((state) => state.outbox?.needsYou.length ?? 0);
  return (
    <nav className="rail" aria-label={t('rail.title')}>
      <Icon name="logo" size={28} className="rail-logo" />
      <RailButton icon="list" label={t('command.show-work')} current={pane === 'work'} command="show-work" />
      <RailButton icon="person" label={t('command.search')} command="search" />
      <RailButton
        icon="outbox"
        label={t('rail.outbox', { count: needsYou })}
        badge={needsYou}
        current={pane === 'outbox'}
        command="show-outbox"
      />
      <RailButton
        icon="plane"
        label={t('command.show-disruption')}
        current={onDisruption}
        command="show-disruption"
      />
      {supervises ? (
        <RailButton icon="chart" label={t('command.show-board')} current={onBoard} command="show-board" />
      ) : null}
      <span className="rail-space" />
      <RailButton icon="help" label={t('command.help')} command="help" />
    </nav>
  );
}

type RailButtonProps = {
  icon: IconName;
  label: string;
  badge?: number;
  current?: boolean;
  /** Of the registry, which has its key, too. */
  command: string;
};

function RailButton({ icon, label, badge = 0, current = false, command }: RailButtonProps) {
  const registry = useRegistry();
  const key = useKeyOf()(command);
  return (
    <button
      type="button"
      className="rail-button"
      aria-label={label}
      title={key === undefined ? label : `${label} (${key})`}
      data-command={command}
      aria-current={current ? 'true' : undefined}
      onClick={() => void registry.run(command)}
    >
      <Icon name={icon} size={20} />
      {badge > 0 ? <span className="rail-badge">{badge}</span> : null}
    </button>
  );
}
