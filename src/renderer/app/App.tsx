import { useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { ProtectionState } from '../../bridge/shell.ts';
import { scanInto } from '../features/entry/index.ts';
import { Protection } from '../features/protection/index.ts';
import { SignIn } from '../features/signIn/index.ts';
import { commandTitle } from '../i18n/commands.ts';
import { createWords, LOCALES, WordsProvider } from '../i18n/words.tsx';
import { RegistryContext } from '../state/commands.ts';
import { withKeys } from '../state/keymap.ts';
import { bindKeys } from '../state/keys.ts';
import { noteStep } from '../state/recording.ts';
import { type Command, createRegistry, type Registry } from '../state/registry.ts';
import { useSession } from '../state/session.ts';
import { useSettings } from '../state/settings.ts';
import { useSignIn } from '../state/sign-in.ts';
import { followTour } from '../state/tour.ts';
import { useLook } from './look.ts';
import { macroCommands } from './macroCommands.ts';
import { Workspace } from './Workspace.tsx';

type AppProps = { commands: readonly Command[]; protection: ProtectionState };

/** All commands with the keys of the operator who works here. */
function useOwnRegistry(commands: readonly Command[]): Registry {
  const preset = useSettings((state) => state.preset);
  const keys = useSettings((state) => state.keys);
  const macros = useSettings((state) => state.macros);
  const language = useSettings((state) => state.language);
  return useMemo(() => {
    const titleOf = (id: string): string => commandTitle(createWords(language, null), { id });
    const all = [...commands, ...macroCommands(macros, () => registry, titleOf)];
    const registry = createRegistry(withKeys(all, preset, keys), all, (done) => {
      noteStep(done);
      followTour(done);
    });
    return registry;
  }, [commands, preset, keys, macros, language]);
}

export function App({ commands, protection }: AppProps) {
  const language = useSettings((state) => state.language);
  const zone = useSession((state) => state.zone);
  const zoom = useSettings((state) => state.zoom);
  const registry = useOwnRegistry(commands);
  const [state, setState] = useState(protection.state);
  const signedIn = useSignIn((found) => found === null || found.state !== 'out');
  const isOpen = state === 'ready' && signedIn;
  useLook(language);
  useEffect(() => window.shell.zoom(zoom), [zoom]);
  useEffect(() => (isOpen ? bindKeys(registry, scanInto) : undefined), [registry, isOpen]);
  return (
    <I18nProvider locale={LOCALES[language]}>
      <WordsProvider language={language} zone={zone}>
        <RegistryContext value={registry}>
          {state !== 'ready' ? <Protection state={state} onReady={() => setState('ready')} /> : null}
          {state === 'ready' ? signedIn ? <Workspace /> : <SignIn /> : null}
        </RegistryContext>
      </WordsProvider>
    </I18nProvider>
  );
}
