import { useEffect, useRef } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useWords } from '../../i18n/words.tsx';
import { moment, useMoment } from '../../state/moment.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { InFile } from './InFile.tsx';
import { Keys } from './Keys.tsx';
import { Look } from './Look.tsx';

const close = (): void => moment.store.setState({ overlay: null });

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
  useEffect(() => {
    // The tabs are there a moment after their list.
    const frame = requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <Tabs className="settings">
      <TabList ref={list} className="tab-list settings-tabs" aria-label={t('settings.title')}>
        <Tab id="look" className="tab">
          {t('settings.look')}
        </Tab>
        <Tab id="keys" className="tab">
          {t('settings.keys')}
        </Tab>
      </TabList>
      <TabPanel id="look" className="settings-panel">
        <Look />
      </TabPanel>
      <TabPanel id="keys" className="settings-panel">
        <Keys />
      </TabPanel>
    </Tabs>
  );
}
