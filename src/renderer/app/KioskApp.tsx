import { useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { KioskSetting, ProtectionState } from '../../bridge/shell.ts';
import { followHands, Kiosk, useKiosk } from '../features/kiosk/index.ts';
import { Protection } from '../features/protection/index.ts';
import { LOCALES, WordsProvider } from '../i18n/words.tsx';
import { useSession } from '../state/session.ts';
import { useSettings } from '../state/settings.ts';
import { useLook } from './look.ts';

type KioskAppProps = { setting: KioskSetting; protection: ProtectionState; onUnlocked: () => void };

/** The same replica and words as at a desk, and none of its commands, menus or keys. */
export function KioskApp({ setting, protection, onUnlocked }: KioskAppProps) {
  const own = useSettings((state) => state.language);
  const zone = useSession((state) => state.zone);
  const chosen = useKiosk((state) => state.language);
  const [state, setState] = useState(protection.state);
  const language = chosen ?? own;
  useLook(language);
  useEffect(() => (state === 'ready' ? followHands() : undefined), [state]);
  const ready = (): void => {
    setState('ready');
    onUnlocked();
  };
  return (
    <I18nProvider locale={LOCALES[language]}>
      <WordsProvider language={language} zone={zone}>
        {state === 'ready' ? <Kiosk setting={setting} /> : <Protection state={state} onReady={ready} />}
      </WordsProvider>
    </I18nProvider>
  );
}
