import { type ReactNode, useEffect } from 'react';
import type { ConflictFact, OutboxEntry } from '../../../bridge/views.ts';
import { entryTitle, receiptText } from '../../i18n/entries.ts';
import { flightLookup, namedValue } from '../../i18n/facts.ts';
import { useKeyOf } from '../../i18n/keys.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { useHeldValue } from '../../state/hold.ts';
import { useMirror } from '../../state/mirror.ts';
import { useSession } from '../../state/session.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import { Sides } from './Sides.tsx';
import { discard, edit, onScreen, redo, waysOf } from './state.ts';

/** Sources by which customers act for themselves: what they chose stands unless the operator has a reason. */
const OWN_HAND = /^(app|web|mobile|kiosk|ios|android)/iu;

const NONE: OutboxEntry[] = [];

const SHAPES: { [status in NonNullable<OutboxEntry['status']>]: IconName } = {
  conflict: 'split',
  forbidden: 'lock',
  rejected: 'ban',
  parked: 'hourglass',
  unknown: 'help',
  took_effect: 'help',
};

/**
 * A conflict or refusal of the open customer, above the facts: base, yours, theirs, and the ways on. One that arrives
 * while somebody points at the facts (`held`) waits, because it moves them.
 */
export function Question({ held }: { held: boolean }) {
  const entryId = useSession((state) => state.entryId);
  const customerId = useMirror((state) => state.customerId);
  const needsYou = useMirror((state) => state.outbox?.needsYou ?? NONE);
  const own = needsYou.filter((entry) => entry.profileId === customerId);
  const wanted = own.find((one) => one.id === entryId) ?? own[0];
  const shownId = useHeldValue(wanted?.id ?? null, held && wanted?.id !== entryId);
  const entry = own.find((one) => one.id === shownId);
  const shown = entry?.id ?? null;
  useEffect(() => {
    onScreen.entryId = shown;
    return () => {
      onScreen.entryId = null;
    };
  }, [shown]);
  if (!entry) return null;
  return <QuestionCard key={entry.id} entry={entry} at={own.indexOf(entry) + 1} of={own.length} />;
}

function QuestionCard({ entry, at, of }: { entry: OutboxEntry; at: number; of: number }) {
  const words = useWords();
  const { t } = words;
  const customer = useMirror((state) => state.customer);
  const status = entry.status ?? 'rejected';
  const title = entryTitle(words, entry, flightLookup(customer));
  return (
    <article
      className={status === 'conflict' ? 'question conflict' : 'question'}
      data-status={status}
      aria-label={title}
    >
      <header className="question-head">
        <Icon name={SHAPES[status]} size={18} />
        <h2 className="question-title">{t(`question.${status}`, { title })}</h2>
        {of > 1 ? <span className="caption-note">{t('question.count', { at, of })}</span> : null}
        {status === 'conflict' ? <p>{t('question.conflictSub')}</p> : <Refusal entry={entry} />}
      </header>
      {entry.conflict.length > 0 ? <Sides entry={entry} /> : null}
      <Ways entry={entry} theirs={entry.conflict.find((fact) => !fact.same)} />
    </article>
  );
}

/** What happened and what can be done, where it was not somebody else's change. */
function Refusal({ entry }: { entry: OutboxEntry }) {
  const words = useWords();
  const advice = words.known(`advice.${entry.code}`) ?? words.t(`advice.${entry.status ?? 'rejected'}`);
  return (
    <>
      <p>
        {words.t('question.told', {
          what: receiptText(words, entry.code),
          time: words.time(entry.settledAt ?? entry.at),
        })}
      </p>
      <p className="question-advice">{advice}</p>
    </>
  );
}

function Ways({ entry, theirs }: { entry: OutboxEntry; theirs: ConflictFact | undefined }) {
  const words = useWords();
  const { t } = words;
  const key = useKeyOf();
  const ways = waysOf(entry);
  const conflict = entry.status === 'conflict';
  const keepTheirs = conflict && theirs?.source != null && OWN_HAND.test(theirs.source);
  return (
    <div className="question-ways">
      {ways.redo ? (
        <Way note={t(conflict ? 'question.redoSub' : 'question.againSub')}>
          <Action keyName={key('redo')} kind="outline" onPress={() => void redo(entry)}>
            {conflict ? t('question.redo', { mine: briefly(words, theirs, 'mine') }) : t('question.again')}
          </Action>
        </Way>
      ) : null}
      {ways.edit ? (
        <Way note={t('question.editSub')}>
          <Action keyName={key('edit')} onPress={() => edit(entry)}>
            {t('question.edit')}
          </Action>
        </Way>
      ) : null}
      <Way note={t(keepTheirs ? 'question.keepSub' : 'question.discardSub')}>
        <Action
          keyName={key('discard')}
          kind={keepTheirs ? 'recommended' : 'outline'}
          onPress={() => void discard(entry)}
        >
          {conflict
            ? t('question.discard', { theirs: briefly(words, theirs, 'theirs') })
            : t('question.putAway')}
        </Action>
      </Way>
    </div>
  );
}

/** A value that fits on a button, else `none`. */
function briefly(words: Words, fact: ConflictFact | undefined, side: 'mine' | 'theirs'): string {
  const value = fact?.[side] ?? null;
  return fact === undefined || value === null || typeof value === 'object'
    ? 'none'
    : namedValue(words, fact.fact, value, clock.now());
}

function Way({ note, children }: { note: string; children: ReactNode }) {
  return (
    <div className="question-way">
      {children}
      <span>{note}</span>
    </div>
  );
}
