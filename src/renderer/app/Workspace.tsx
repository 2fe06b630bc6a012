import { ActionDialog, Possible } from '../features/actions/index.ts';
import { AwayStrip } from '../features/away/index.ts';
import { BoardScreen } from '../features/board/index.ts';
import { CustomerPanel, Revealing } from '../features/customer/index.ts';
import { Diagnostics } from '../features/diagnostics/index.ts';
import { DisruptionScreen } from '../features/disruption/index.ts';
import { HelpSheet, Palette } from '../features/help/index.ts';
import { LookUpBar } from '../features/lookUp/index.ts';
import { OutboxPanel, Question, YouDid } from '../features/outbox/index.ts';
import { RingBar } from '../features/ring/index.ts';
import { SettingsSheet } from '../features/settings/index.ts';
import { DeskCode, Ended } from '../features/signIn/index.ts';
import { SuggestionPanel, WhyNot } from '../features/suggestion/index.ts';
import { Tour } from '../features/tour/index.ts';
import { WorkList } from '../features/work/index.ts';
import { useWords } from '../i18n/words.tsx';
import { useHolding } from '../state/hold.ts';
import { useMirror } from '../state/mirror.ts';
import { useSession } from '../state/session.ts';
import { BottomBar } from './BottomBar.tsx';
import { Rail } from './Rail.tsx';
import { Recording } from './Recording.tsx';
import { Starting, Withdrawn } from './Screens.tsx';
import { Toasts } from './Toasts.tsx';
import { TopBar } from './TopBar.tsx';

/** Three columns, one question each: who waits, what is true now, what to do. */
export function Workspace() {
  return (
    <div className="shell">
      <Rail />
      <TopBar />
      <Main />
      <BottomBar />
      <Recording />
      <Tour />
      <Toasts />
      <ActionDialog />
      <Revealing />
      <HelpSheet />
      <Palette />
      <SettingsSheet />
      <Diagnostics />
      <WhyNot />
      <DeskCode />
    </div>
  );
}

function Main() {
  const { t } = useWords();
  const pane = useSession((state) => state.pane);
  const connection = useMirror((state) => state.status?.connection ?? null);
  const screen = useSession((state) => state.screen);
  const holding = useHolding();
  const empty = useMirror((state) => (state.status?.profiles ?? 0) === 0 && state.customerId === null);
  if (connection === 'revoked') return <Withdrawn />;
  if (screen === 'board') return <BoardScreen />;
  if (screen === 'disruption') return <DisruptionScreen />;
  if (
    empty &&
    (connection === null ||
      connection === 'starting' ||
      connection === 'catching-up' ||
      connection === 'refused')
  ) {
    return <Starting />;
  }
  return (
    <div className="work">
      <Ended />
      <RingBar />
      <LookUpBar />
      <AwayStrip held={holding.held} />
      <main className="main" {...holding.handlers}>
        <div className="left">{pane === 'work' ? <WorkList /> : <OutboxPanel />}</div>
        <CustomerPanel top={(held) => <Question held={held} />} />
        <aside className="right" aria-label={t('next.column')}>
          <SuggestionPanel />
          <Possible />
          <YouDid />
        </aside>
      </main>
    </div>
  );
}
