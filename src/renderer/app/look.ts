import { useEffect } from 'react';
import type { Language } from '../../domain/language.ts';
import { useSettings } from '../state/settings.ts';

/** Tells the styles how the screen is to look. */
export function useLook(language: Language): void {
  const theme = useSettings((state) => state.theme);
  const contrast = useSettings((state) => state.contrast);
  const density = useSettings((state) => state.density);
  useEffect(() => {
    const { documentElement: root } = document;
    root.lang = language;
    Object.assign(root.dataset, { theme, contrast, density });
  }, [language, theme, contrast, density]);
}
