import { type ReactNode, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { AlertView, CustomerView } from '../../../bridge/views.ts';
import { CommandKey } from '../../i18n/CommandKey.tsx';
import { useWords } from '../../i18n/words.tsx';
import { useHolding } from '../../state/hold.ts';
import { useMirror } from '../../state/mirror.ts';
import { session, type Tab as TabName, useSession } from '../../state/session.ts';
import { TourOffer } from '../tour/index.ts';
import { Alerts } from './Alerts.tsx';
import { Cases, isOpenCase } from './Cases.tsx';
import { Consents } from './Consents.tsx';
import { Header } from './Header.tsx';
import { Profile } from './Profile.tsx';
import { Since } from './Since.tsx';
import { Tiles } from './Tiles.tsx';
import { Timeline } from './Timeline.tsx';
import { Trips } from './Trips.tsx';
import { useChanges } from './useChanges.ts';

/** What is true now about the open customer. `top` is what stands above the facts, such as a conflict. */
export function CustomerPanel({ top }: { top: (held: boolean) => ReactNode }) {
  const { t } = useWords();
  const customerId = useMirror((state) => state.customerId);
  const view = useMirror((state) => state.customer);
  if (customerId === null) return <Nobody />;
  if (view === undefined)
    return <section className="customer" aria-busy="true" aria-label={t('customer.title')} />;
  if (view === null) return <Gone />;
  return <Present key={customerId} view={view} top={top} />;
}

function Nobody() {
  const { t } = useWords();
  return (
    <section className="customer customer-none" aria-label={t('customer.title')}>
      <div className="empty empty-large">
        <h1 className="empty-title">{t('customer.none')}</h1>
        <p>{t('customer.noneSub')}</p>
        <Hints />
        <TourOffer />
      </div>
    </section>
  );
}

const HINTS = ['search', 'next-person', 'show-outbox', 'palette', 'help'] as const;

/** The keys that lead on from an empty screen. */
function Hints() {
  const words = useWords();
  return (
    <dl className="hints">
      {HINTS.map((id) => (
        <div key={id}>
          <dt>{words.t(`command.${id}`)}</dt>
          <dd>
            <CommandKey of={id} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Gone() {
  const { t } = useWords();
  return (
    <section className="customer customer-none" aria-label={t('customer.title')}>
      <div className="empty empty-large" role="status">
        <h1 className="empty-title">{t('customer.gone')}</h1>
        <p>{t('customer.goneSub')}</p>
      </div>
    </section>
  );
}

/** A new alert may push the facts down only while nobody points at them; what holds is replaced at once. */
function useCalmAlerts(alerts: readonly AlertView[], held: boolean): readonly AlertView[] {
  const [room, setRoom] = useState(alerts.length);
  if (!held && room !== alerts.length) setRoom(alerts.length);
  return alerts.slice(0, Math.max(1, held ? room : alerts.length));
}

function Present({ view, top }: { view: CustomerView; top: (held: boolean) => ReactNode }) {
  const { t } = useWords();
  const holding = useHolding();
  const alerts = useCalmAlerts(view.alerts, holding.held);
  const changes = useChanges(view);
  return (
    <section
      className="customer"
      data-customer={view.profileId}
      aria-label={t('customer.title')}
      {...holding.handlers}
    >
      <Header view={view} />
      <div className="customer-body">
        {view.stale ? <p className="strip strip-warning">{t('customer.stale')}</p> : null}
        {top(holding.held)}
        <Alerts view={view} shown={alerts} />
        <Tiles view={view} changes={changes} />
        <Since view={view} changes={changes} />
      </div>
      <CustomerTabs view={view} />
    </section>
  );
}

function CustomerTabs({ view }: { view: CustomerView }) {
  const { t } = useWords();
  const tab = useSession((state) => state.tab);
  const open = view.cases.filter(isOpenCase).length;
  return (
    <Tabs
      className="tabs"
      selectedKey={tab}
      onSelectionChange={(key) => session.setState({ tab: key as TabName })}
    >
      <TabList className="tab-list" aria-label={t('customer.tabs')}>
        <Tab className="tab" id="timeline">
          {t('tab.timeline')}
        </Tab>
        <Tab className="tab" id="trips">
          {t('tab.trips', { count: view.trips.length })}
        </Tab>
        <Tab className="tab" id="profile">
          {t('tab.profile')}
        </Tab>
        <Tab className="tab" id="cases">
          {t('tab.cases', { count: open })}
        </Tab>
        <Tab className="tab" id="consents">
          {t('tab.consents')}
        </Tab>
      </TabList>
      <TabPanel className="tab-panel" id="timeline">
        <Timeline events={view.timeline} />
      </TabPanel>
      <TabPanel className="tab-panel" id="trips">
        <Trips view={view} />
      </TabPanel>
      <TabPanel className="tab-panel" id="profile">
        <Profile view={view} />
      </TabPanel>
      <TabPanel className="tab-panel" id="cases">
        <Cases view={view} />
      </TabPanel>
      <TabPanel className="tab-panel" id="consents">
        <Consents view={view} />
      </TabPanel>
    </Tabs>
  );
}
