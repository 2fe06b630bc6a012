import { useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { ProtectionState } from '../../bridge/shell.ts';
import { scanInto } from '../features/entry/index.ts';
import { Protection } from '../features/protection/index.ts';
import { LOCALES, WordsProvider } from '../i18n/words.tsx';
import { RegistryContext } from '../state/commands.ts';
import { withKeys } from '../state/keymap.ts';
import { bindKeys } from '../state/keys.ts';
import { type Command, createRegistry, type Registry } from '../state/registry.ts';
import { useSession } from '../state/session.ts';
import { useSettings } from '../state/settings.ts';
import { useLook } from './look.ts';
import { Workspace } from './Workspace.tsx';

type AppProps = { commands: readonly Command[]; protection: ProtectionState; onUnlocked: () => void };

/** All commands with the keys of the operator who works here. */
function useOwnRegistry(commands: readonly Command[]): Registry {
  const preset = useSettings((state) => state.preset);
  const keys = useSettings((state) => state.keys);
  return useMemo(() => createRegistry(withKeys(commands, preset, keys), commands), [commands, preset, keys]);
}

export function App({ commands, protection, onUnlocked }: AppProps) {
  const language = useSettings((state) => state.language);
  const zone = useSession((state) => state.zone);
  const zoom = useSettings((state) => state.zoom);
  const registry = useOwnRegistry(commands);
  const [state, setState] = useState(protection.state);
  useLook(language);
  useEffect(() => window.shell.zoom(zoom), [zoom]);
  useEffect(() => (state === 'ready' ? bindKeys(registry, scanInto) : undefined), [registry, state]);
  const ready = (): void => {
    setState('ready');
    onUnlocked();
  };
  return (
    <I18nProvider locale={LOCALES[language]}>
      <WordsProvider language={language} zone={zone}>
        <RegistryContext value={registry}>
          {state === 'ready' ? <Workspace /> : <Protection state={state} onReady={ready} />}
        </RegistryContext>
      </WordsProvider>
    </I18nProvider>
  );
}
