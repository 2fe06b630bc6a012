import { focusEntry } from '../features/entry/index.ts';
import { useWords } from '../i18n/words.tsx';
import { showBoard, showPane } from '../state/board.ts';
import { showDisruption } from '../state/disruption.ts';
import { useMirror } from '../state/mirror.ts';
import { moment } from '../state/moment.ts';
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
      <RailButton
        icon="list"
        label={t('command.show-work')}
        current={pane === 'work'}
        onPress={() => showPane('work')}
      />
      <RailButton icon="person" label={t('command.search')} onPress={focusEntry} />
      <RailButton
        icon="outbox"
        label={t('rail.outbox', { count: needsYou })}
        badge={needsYou}
        current={pane === 'outbox'}
        onPress={() => showPane('outbox')}
      />
      <RailButton
        icon="plane"
        label={t('command.show-disruption')}
        current={onDisruption}
        onPress={showDisruption}
      />
      {supervises ? (
        <RailButton icon="chart" label={t('command.show-board')} current={onBoard} onPress={showBoard} />
      ) : null}
      <span className="rail-space" />
      <RailButton
        icon="help"
        label={t('command.help')}
        onPress={() => moment.store.setState({ overlay: 'help' })}
      />
    </nav>
  );
}

type RailButtonProps = {
  icon: IconName;
  label: string;
  badge?: number;
  current?: boolean;
  onPress: () => void;
};

function RailButton({ icon, label, badge = 0, current = false, onPress }: RailButtonProps) {
  return (
    <button
      type="button"
      className="rail-button"
      aria-label={label}
      title={label}
      aria-current={current ? 'true' : undefined}
      onClick={onPress}
    >
      <Icon name={icon} size={20} />
      {badge > 0 ? <span className="rail-badge">{badge}</span> : null}
    </button>
  );
}
