import { useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { ProtectionState } from '../../bridge/shell.ts';
import { scanInto } from '../features/entry/index.ts';
import { Protection } from '../features/protection/index.ts';
import { SignIn } from '../features/signIn/index.ts';
import { WordsProvider } from '../i18n/words.tsx';
import { RegistryContext } from '../state/commands.ts';
import { bindKeys } from '../state/keys.ts';
import type { Registry } from '../state/registry.ts';
import { useSession } from '../state/session.ts';
import { useSignIn } from '../state/sign-in.ts';
import { Workspace } from './Workspace.tsx';

type AppProps = { registry: Registry; protection: ProtectionState };

export function App({ registry, protection }: AppProps) {
  const language = useSession((state) => state.language);
  const zone = useSession((state) => state.zone);
  const theme = useSession((state) => state.theme);
  const [state, setState] = useState(protection.state);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
  }, [language, theme]);
  const signedIn = useSignIn((found) => found === null || found.state !== 'out');
  const isOpen = state === 'ready' && signedIn;
  useEffect(() => (isOpen ? bindKeys(registry, scanInto) : undefined), [registry, isOpen]);
  return (
    <I18nProvider locale={language === 'de' ? 'de-DE' : 'en-GB'}>
      <WordsProvider language={language} zone={zone}>
        <RegistryContext value={registry}>
          {state !== 'ready' ? <Protection state={state} onReady={() => setState('ready')} /> : null}
          {state === 'ready' ? signedIn ? <Workspace /> : <SignIn /> : null}
        </RegistryContext>
      </WordsProvider>
    </I18nProvider>
  );
}
