import { useStore } from 'zustand';
import type { WorkItem } from '../../../bridge/views.ts';
import { Waiting } from '../../i18n/Age.tsx';
import { alertShort } from '../../i18n/alerts.ts';
import { useKeyOf } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { queueName } from '../../i18n/queues.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { openCaller, putAway, ring, ringingOf, wrongPerson } from '../../state/ring.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { searchFor } from '../entry/index.ts';

const NONE: WorkItem[] = [];

/** The call bar: who calls, how that is known, and what can be said about it. It is there only while it rings. */
export function RingBar() {
  const words = useWords();
  const items = useMirror((state) => state.work?.items ?? NONE);
  const state = useStore(ring);
  const opened = useMirror((mirror) => mirror.customerId);
  const call = ringingOf(items, state);
  if (call === null || call.contact === null) return null;
  const { contact } = call;
  const number = plain(contact.identity?.value ?? '');
  const isOpen = call.profileId !== null && call.profileId === opened;
  return (
    <section className="ring" aria-label={words.t('ring.title')}>
      <Icon name="phone" size={18} className="ring-icon" />
      <p className="ring-who" role="status">
        <strong>{name(words, call)}</strong>
        <span className="ring-how">{how(words, call, number)}</span>
      </p>
      {call.alert ? (
        <span className={`ring-alert tone-${call.alert.severity}`}>
          {alertShort(words, call.alert, clock.now(), null)}
        </span>
      ) : null}
      <span className="ring-queue">{words.t('ring.queue', { queue: queueName(words, contact.queue) })}</span>
      <Waiting since={contact.at} />
      <Answers call={call} number={number} isOpen={isOpen} />
    </section>
  );
}

type Words = ReturnType<typeof useWords>;

const name = ({ t }: Words, { profileId, candidates, contact, name: known }: WorkItem): string => {
  // Who calls for the first time has no name but his number, which stands beside it.
  const isNamed = known !== contact?.identity?.value;
  if (profileId !== null) return isNamed ? plain(known) : t('ring.unknown');
  return candidates.length > 0 ? t('ring.several', { count: candidates.length }) : t('ring.unknown');
};

function how(words: Words, { contact }: WorkItem, number: string): string {
  const type = contact?.identity?.type ?? null;
  if (type === null) return words.t('ring.noNumber');
  return words.t('ring.by', { kind: words.known(`identity.${type}`) ?? plain(type), number });
}

function Answers({ call, number, isOpen }: { call: WorkItem; number: string; isOpen: boolean }) {
  const { t } = useWords();
  const key = useKeyOf();
  const { profileId, candidates } = call;
  if (isOpen)
    return (
      <Action small keyName={key('wrong-person')} onPress={wrongPerson}>
        {t('ring.wrong')}
      </Action>
    );
  return (
    <div className="ring-answers">
      {profileId !== null ? (
        <Action small kind="recommended" keyName={key('caller')} onPress={() => openCaller(profileId)}>
          {t('ring.open')}
        </Action>
      ) : null}
      {candidates.map((one, index) => (
        <Action
          key={one.profileId}
          small
          keyName={key(`candidate-${index + 1}`)}
          onPress={() => openCaller(one.profileId)}
        >
          {plain(one.name)}
        </Action>
      ))}
      {profileId === null && candidates.length === 0 && number !== '' ? (
        <Action small keyName={key('caller')} onPress={() => searchFor(number)}>
          {t('ring.search')}
        </Action>
      ) : null}
      <Action small kind="quiet" keyName={key('caller-none')} onPress={putAway}>
        {t(candidates.length > 0 ? 'ring.none' : 'ring.putAway')}
      </Action>
    </div>
  );
}
