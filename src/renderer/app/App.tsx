import { useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { ProtectionState } from '../../bridge/shell.ts';
import { scanInto } from '../features/entry/index.ts';
import { Protection } from '../features/protection/index.ts';
import { WordsProvider } from '../i18n/words.tsx';
import { RegistryContext } from '../state/commands.ts';
import { bindKeys } from '../state/keys.ts';
import type { Registry } from '../state/registry.ts';
import { useSession } from '../state/session.ts';
import { Workspace } from './Workspace.tsx';

type AppProps = { registry: Registry; protection: ProtectionState; onUnlocked: () => void };

export function App({ registry, protection, onUnlocked }: AppProps) {
  const language = useSession((state) => state.language);
  const zone = useSession((state) => state.zone);
  const theme = useSession((state) => state.theme);
  const [state, setState] = useState(protection.state);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
  }, [language, theme]);
  useEffect(() => (state === 'ready' ? bindKeys(registry, scanInto) : undefined), [registry, state]);
  const ready = (): void => {
    setState('ready');
    onUnlocked();
  };
  return (
    <I18nProvider locale={language === 'de' ? 'de-DE' : 'en-GB'}>
      <WordsProvider language={language} zone={zone}>
        <RegistryContext value={registry}>
          {state === 'ready' ? <Workspace /> : <Protection state={state} onReady={ready} />}
        </RegistryContext>
      </WordsProvider>
    </I18nProvider>
  );
}
