import '@fontsource-variable/inter/index.css';
import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startKiosk } from '../features/kiosk/index.ts';
import { followScreen } from '../state/board.ts';
import { followDisruption } from '../state/disruption.ts';
import { followLinks } from '../state/lookUp.ts';
import { mirror } from '../state/mirror.ts';
import { moment } from '../state/moment.ts';
import { link, startReplica, startWorkspace } from '../state/replica.ts';
import { followReveals } from '../state/reveal.ts';
import { followRinging } from '../state/ring.ts';
import { followSettings } from '../state/settings.ts';
import { followSignIn, onceOpen } from '../state/sign-in.ts';
import { followSignals } from '../state/signals.ts';
import { followUpdates } from '../state/update.ts';
import { followWork } from '../state/work.ts';
import { App } from './App.tsx';
import { allCommands } from './commandsOf.ts';
import { fromDomPort } from './domPort.ts';
import { KioskApp } from './KioskApp.tsx';
import { markProgress } from './marks.ts';
import { createPortSource } from './portSource.ts';
import { playTone } from './tone.ts';

/** Wires the page: ports to the replica, the registry of commands, the screen. */
async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no root');
  const askForPort = createPortSource(
    () => window.shell.requestPort(),
    window,
    (port) => {
      link.attach(fromDomPort(port));
      port.addEventListener('close', askForPort);
    },
    (trouble) => moment.store.setState({ trouble }),
    (run, ms) => setTimeout(run, ms),
  );
  markProgress(mirror.store, (name) => performance.mark(name), document.documentElement.dataset);
  startReplica();
  const { kiosk } = window.shell;
  if (kiosk === null) {
    followSettings();
    followRinging();
    followScreen();
    followWork();
    followSignals((wish) => window.shell.signal(wish), playTone);
    void followLinks(() => window.shell.nextLink());
    followDisruption();
    void followSignIn((seen) => window.shell.signInState(seen));
    onceOpen((operator) => {
      startWorkspace(operator);
      askForPort();
    });
    followReveals();
  } else startKiosk();
  void followUpdates((known) => window.shell.nextUpdate(known));
  const protection = await window.shell.protection();
  if (kiosk !== null && protection.state === 'ready') askForPort();
  createRoot(root).render(
    <StrictMode>
      {kiosk === null ? (
        <App commands={allCommands()} protection={protection} />
      ) : (
        <KioskApp setting={kiosk} protection={protection} onUnlocked={askForPort} />
      )}
    </StrictMode>,
  );
}

void start();
