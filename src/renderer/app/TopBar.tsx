import { AwayButton } from '../features/away/index.ts';
import { Entry } from '../features/entry/index.ts';
import { CommandKey } from '../i18n/CommandKey.tsx';
import { plain } from '../i18n/plain.ts';
import { useWords } from '../i18n/words.tsx';
import { useMirror } from '../state/mirror.ts';
import { moment } from '../state/moment.ts';
import { Settings } from './Settings.tsx';
import { StatusLine } from './StatusLine.tsx';

export function TopBar() {
  const { t } = useWords();
  const station = useMirror((state) => state.status?.station ?? '');
  const operator = useMirror((state) => state.status?.operator ?? '');
  return (
    <header className="top">
      <Entry />
      <AwayButton />
      <StatusLine />
      <button
        type="button"
        className="top-palette"
        onClick={() => moment.store.setState({ overlay: 'palette' })}
        title={t('palette.title')}
      >
        <CommandKey of="palette" />
      </button>
      <Settings label={[plain(station), plain(operator)].filter(Boolean).join(' · ')} />
    </header>
  );
}
