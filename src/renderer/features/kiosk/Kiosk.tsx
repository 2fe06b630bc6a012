import { useEffect } from 'react';
import type { KioskSetting } from '../../../bridge/shell.ts';
import { useMirror } from '../../state/mirror.ts';
import { useMoment } from '../../state/moment.ts';
import { Attract, Clearing, Code, Confirm, Name, Which } from './Asking.tsx';
import { Frame } from './Frame.tsx';
import { Done, Offers, Person } from './Serving.tsx';
import { Closed, StaffOnly } from './StaffOnly.tsx';
import { interrupts, outOfService } from './service.ts';
import { type Step, useKiosk } from './store.ts';
import { endVisit } from './visit.ts';

/** The whole screen of a kiosk: one question at a time. */
export function Kiosk({ setting }: { setting: KioskSetting }) {
  const step = useKiosk((state) => state.step);
  const state = useKiosk((one) => one.state);
  const status = useMirror((one) => one.status);
  const link = useMoment((one) => one.link);
  const hasTrouble = useMoment((one) => one.trouble !== null);
  const reason = outOfService({ status, link, hasTrouble, kiosk: state });
  const isServing = !['attract', 'staff', 'clearing'].includes(step.at);
  const mustEnd = reason !== null && interrupts(reason) && isServing;
  useEffect(() => {
    if (mustEnd) endVisit();
  }, [mustEnd]);
  return (
    <Frame setting={setting} isOpen={reason === null}>
      {reason !== null && !isServing && step.at !== 'staff' ? (
        <Closed reason={reason} />
      ) : (
        <Screen step={step} />
      )}
    </Frame>
  );
}

function Screen({ step }: { step: Step }) {
  switch (step.at) {
    case 'attract':
      return <Attract />;
    case 'code':
      return <Code />;
    case 'name':
      return <Name />;
    case 'which':
      return <Which among={step.among} />;
    case 'confirm':
      return <Confirm who={step.who} />;
    case 'offers':
      return <Offers />;
    case 'done':
      return <Done key={step.chosen.id} chosen={step.chosen} />;
    case 'person':
      return <Person why={step.why} />;
    case 'staff':
      return <StaffOnly />;
    case 'clearing':
      return <Clearing />;
  }
}
