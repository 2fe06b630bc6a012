import { useEffect, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useWords } from '../../i18n/words.tsx';
import { moment, useMoment } from '../../state/moment.ts';
import { making, putDraft } from '../../state/recording.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { InFile } from './InFile.tsx';
import { Keys } from './Keys.tsx';
import { Look } from './Look.tsx';
import { Macros } from './Macros.tsx';

const close = (): void => {
  putDraft(null);
  moment.store.setState({ overlay: null });
};

/** How the operator who works here likes it: look and keys. */
export function SettingsSheet() {
  const { t } = useWords();
  const open = useMoment((state) => state.overlay === 'settings');
  if (!open) return null;
  return (
    <Sheet title={t('settings.title')} onClose={close} wide>
      <Pages />
      <InFile />
    </Sheet>
  );
}

function Pages() {
  const { t } = useWords();
  const list = useRef<HTMLDivElement>(null);
  // What was just recorded waits for its name.
  const [isMaking] = useState(() => making.getState().draft !== null);
  useEffect(() => {
    if (isMaking) return;
    // The tabs are there a moment after their list.
    const frame = requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [isMaking]);
  return (
    <Tabs className="settings" defaultSelectedKey={isMaking ? 'macros' : 'look'}>
      <TabList ref={list} className="tab-list settings-tabs" aria-label={t('settings.title')}>
        <Tab id="look" className="tab">
          {t('settings.look')}
        </Tab>
        <Tab id="keys" className="tab">
          {t('settings.keys')}
        </Tab>
        <Tab id="macros" className="tab">
          {t('settings.macros')}
        </Tab>
      </TabList>
      <TabPanel id="look" className="settings-panel">
        <Look />
      </TabPanel>
      <TabPanel id="keys" className="settings-panel">
        <Keys />
      </TabPanel>
      <TabPanel id="macros" className="settings-panel">
        <Macros />
      </TabPanel>
    </Tabs>
  );
}
