import { type ReactNode, useEffect, useState } from 'react';
import type { ProcessView } from '../../../bridge/shell.ts';
import type { DiagnosticsView } from '../../../bridge/views.ts';
import { plain } from '../../i18n/plain.ts';
import { type TextId, useWords } from '../../i18n/words.tsx';
import { SLOW_MS, slowCalls } from '../../state/calls.ts';
import { mirror, useMirror } from '../../state/mirror.ts';
import { moment, useMoment } from '../../state/moment.ts';
import { link } from '../../state/replica.ts';
import { saveAs } from '../../state/save.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { reportOf } from './report.ts';

const close = (): void => moment.store.setState({ overlay: null });
/** How often the numbers are asked for anew while somebody looks, in ms. */
const AGAIN_MS = 2_000;

type Asked = { replica: DiagnosticsView | null; processes: ProcessView[] };

/** Asked anew while the panel is open; the replica may be away, and then that is what there is to see. */
function useAsked(): Asked {
  const [asked, setAsked] = useState<Asked>({ replica: null, processes: [] });
  useEffect(() => {
    let open = true;
    const ask = async (): Promise<void> => {
      const replica = await link.call('diagnostics', {}).catch(() => null);
      const processes = await window.shell.processes();
      if (open) setAsked({ replica, processes });
    };
    void ask();
    const timer = setInterval(() => void ask(), AGAIN_MS);
    return () => {
      open = false;
      clearInterval(timer);
    };
  }, []);
  return asked;
}

const save = ({ replica, processes }: Asked): Promise<void> => {
  const { status } = mirror.store.getState();
  const at = new Date().toISOString();
  const report = reportOf({ at, shell: window.shell, status, replica, processes, calls: slowCalls() });
  return saveAs('kairos-diagnostics.json', `${JSON.stringify(report, null, 2)}\n`);
};

/** What is wrong, where it is not the operator: connection, versions, sizes, slow calls. */
export function Diagnostics() {
  const { t } = useWords();
  const open = useMoment((state) => state.overlay === 'diagnostics');
  if (!open) return null;
  return (
    <Sheet title={t('diagnostics.title')} onClose={close} wide>
      <Panel />
    </Sheet>
  );
}

function Panel() {
  const { t } = useWords();
  const asked = useAsked();
  return (
    <>
      <div className="help">
        <Connection replica={asked.replica} />
        <Versions replica={asked.replica} />
        <Sizes
          about="diagnostics.memory"
          of={asked.processes.map(({ type, bytes }) => ({ name: type, bytes }))}
        />
        <Sizes about="diagnostics.files" of={asked.replica?.files ?? []} />
        <Calls />
      </div>
      <div className="form-foot settings-foot">
        <span className="form-note">{t('diagnostics.private')}</span>
        <Action autoFocus onPress={() => void save(asked)}>
          {t('diagnostics.save')}
        </Action>
      </div>
    </>
  );
}

type GroupProps = {
  about: TextId /** Names of programs, files and calls, the same in every language. */;
  technical?: boolean;
  children: ReactNode;
};

function Group({ about, technical = false, children }: GroupProps) {
  const { t } = useWords();
  return (
    <section className="help-group">
      <h3>{t(about)}</h3>
      <dl translate={technical ? 'no' : undefined}>{children}</dl>
    </section>
  );
}

const Line = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="help-line">
    <dt>{name}</dt>
    <dd className="diagnostics-value">{children}</dd>
  </div>
);

function Connection({ replica }: { replica: DiagnosticsView | null }) {
  const words = useWords();
  const { t, number } = words;
  const status = useMirror((state) => state.status);
  if (status === null) return null;
  const { latencyMs, reason, bundle, divergence } = status;
  return (
    <Group about="diagnostics.connection">
      <Line name={t('diagnostics.state')}>
        {[t(`diagnostics.state.${status.connection}`), reason === null ? '' : t(`link.${reason}`)]
          .filter(Boolean)
          .join(' · ')}
      </Line>
      <Line name={t('diagnostics.latency')}>
        {latencyMs === null
          ? t('diagnostics.none')
          : t('diagnostics.ms', { ms: number(Math.round(latencyMs)) })}
      </Line>
      <Line name={t('diagnostics.cursor')}>
        {replica === null ? t('diagnostics.none') : number(replica.cursor)}
      </Line>
      <Line name={t('diagnostics.scopes')}>
        {replica === null ? t('diagnostics.none') : number(replica.scopes)}
      </Line>
      <Line name={t('diagnostics.profiles')}>{number(status.profiles)}</Line>
      <Line name={t('diagnostics.waiting')}>{number(status.waiting)}</Line>
      <Line name={t('diagnostics.differs')}>{number(divergence.repairs)}</Line>
      <Line name={t('diagnostics.bundle')}>
        {bundle === null ? t('diagnostics.none') : plain(bundle.version)}
      </Line>
    </Group>
  );
}

/** Names of programs, which are the same in every language. */
const PROGRAMS = { console: 'Kairos', electron: 'Electron', chrome: 'Chromium', sqlite: 'SQLite' } as const;

function Versions({ replica }: { replica: DiagnosticsView | null }) {
  const { version, platform, engines } = window.shell;
  return (
    <Group about="diagnostics.versions" technical>
      <Line name={PROGRAMS.console}>{`${version} · ${platform}`}</Line>
      <Line name={PROGRAMS.electron}>{engines.electron}</Line>
      <Line name={PROGRAMS.chrome}>{engines.chrome}</Line>
      {replica === null ? null : <Line name={PROGRAMS.sqlite}>{replica.sqlite}</Line>}
      {replica === null ? null : <Line name={replica.protocol}>{replica.schema}</Line>}
    </Group>
  );
}

function Sizes({ about, of }: { about: TextId; of: readonly { name: string; bytes: number }[] }) {
  const { t, number } = useWords();
  if (of.length === 0) return null;
  const megabytes = (bytes: number): string => number(Math.round(bytes / 100_000) / 10);
  return (
    <Group about={about} technical>
      {of.map(({ name, bytes }, index) => (
        // Two processes of a kind have the same name.
        <Line
          key={`${name}/${of.slice(0, index).filter((one) => one.name === name).length}`}
          name={plain(name)}
        >
          {t('diagnostics.mb', { mb: megabytes(bytes) })}
        </Line>
      ))}
    </Group>
  );
}

function Calls() {
  const words = useWords();
  const calls = slowCalls();
  return (
    <Group about="diagnostics.calls" technical>
      {calls.length === 0 ? <p>{words.t('diagnostics.noCalls', { ms: SLOW_MS })}</p> : null}
      {calls.slice(0, 8).map(({ name, ms, at }) => (
        <Line key={`${at}/${name}/${ms}`} name={name}>
          {`${words.t('diagnostics.ms', { ms: words.number(ms) })} · ${words.time(at)}`}
        </Line>
      ))}
    </Group>
  );
}
