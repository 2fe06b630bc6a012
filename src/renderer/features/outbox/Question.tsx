import { type ReactNode, useEffect } from 'react';
import type { ConflictFact, OutboxEntry } from '../../../bridge/views.ts';
import { Age } from '../../i18n/Age.tsx';
import { entryTitle, receiptText } from '../../i18n/entries.ts';
import { factLabel, flightLookup, sourceName, valueText } from '../../i18n/facts.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { useHeldValue } from '../../state/hold.ts';
import { useMirror } from '../../state/mirror.ts';
import { useSession } from '../../state/session.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { canEdit, discard, edit, onScreen, redo } from './state.ts';

/** Sources by which customers act for themselves: what they chose stands unless the operator has a reason. */
const OWN_HAND = /^(app|web|mobile|kiosk|ios|android)/iu;

const NONE: OutboxEntry[] = [];

/**
 * A conflict or refusal of the open customer, above the facts: base, yours, theirs, and the three ways on. One that
 * arrives while somebody points at the facts (`held`) waits, because it moves them.
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
  const conflict = entry.state === 'conflict';
  const theirs = entry.conflict[0];
  const customer = useMirror((state) => state.customer);
  const title = entryTitle(words, entry, flightLookup(customer));
  const keepTheirs = conflict && theirs?.source != null && OWN_HAND.test(theirs.source);
  return (
    <article className={conflict ? 'question conflict' : 'question'} aria-label={title}>
      <header className="question-head">
        <Icon name={conflict ? 'split' : 'ban'} size={18} />
        <h2 className="question-title">
          {t(conflict ? 'question.conflict' : 'question.refused', { title })}
        </h2>
        {of > 1 ? <span className="caption-note">{t('question.count', { at, of })}</span> : null}
        <p>
          {conflict ? t('question.conflictSub') : receiptText(words, entry.code) || t('question.refusedSub')}
        </p>
      </header>
      {entry.conflict.map((fact) => (
        <Sides key={fact.fact} fact={fact} entry={entry} />
      ))}
      <div className="question-ways">
        <Way note={t('question.redoSub')}>
          <Action keyName="R" kind="outline" onPress={() => void redo(entry)}>
            {t('question.redo', { mine: mineText(words, theirs) })}
          </Action>
        </Way>
        {canEdit(entry) ? (
          <Way note={t('question.editSub')}>
            <Action keyName="E" onPress={() => edit(entry)}>
              {t('question.edit')}
            </Action>
          </Way>
        ) : null}
        <Way note={t(keepTheirs ? 'question.keepSub' : 'question.discardSub')}>
          <Action
            keyName="D"
            kind={keepTheirs ? 'recommended' : 'outline'}
            onPress={() => void discard(entry)}
          >
            {t('question.discard', { theirs: theirsText(words, theirs) })}
          </Action>
        </Way>
      </div>
    </article>
  );
}

const mineText = (words: Words, fact: ConflictFact | undefined): string =>
  fact && fact.mine !== null && typeof fact.mine !== 'object'
    ? valueText(words, fact.mine, clock.now())
    : 'none';

const theirsText = (words: Words, fact: ConflictFact | undefined): string =>
  fact && fact.theirs !== null && typeof fact.theirs !== 'object'
    ? valueText(words, fact.theirs, clock.now())
    : 'none';

function Way({ note, children }: { note: string; children: ReactNode }) {
  return (
    <div className="question-way">
      {children}
      <span>{note}</span>
    </div>
  );
}

function Sides({ fact, entry }: { fact: ConflictFact; entry: OutboxEntry }) {
  const words = useWords();
  const { t } = words;
  const now = clock.now();
  const operator = useMirror((state) => state.status?.operator ?? '');
  const customer = useMirror((state) => state.customer);
  const value = (shown: ConflictFact['mine']): string => valueText(words, shown, now);
  return (
    <div className="sides">
      <h3 className="sides-fact">{factLabel(words, fact.fact, flightLookup(customer))}</h3>
      <div className="side">
        <span className="side-label">{t('question.base')}</span>
        <span className="side-value side-base">{value(fact.base)}</span>
        <span className="side-sub">{t('question.baseSub')}</span>
      </div>
      <div className="side">
        <span className="side-label">
          {t('question.yours')} <span className="origin">{words.time(entry.at)}</span>
        </span>
        <span className="side-value">{value(fact.mine)}</span>
        <span className="side-sub">{operator}</span>
      </div>
      <div className="side side-theirs">
        <span className="side-label">
          {t('question.theirs')}
          {fact.at ? (
            <span className="origin">
              <Age at={fact.at} />
            </span>
          ) : null}
        </span>
        <span className="side-value">
          {value(fact.theirs)}
          {fact.cut ? ' …' : ''}
        </span>
        <span className="side-sub">
          {[fact.source ? sourceName(words, fact.source) : '', entry.by ?? ''].filter(Boolean).join(' · ')}
        </span>
      </div>
    </div>
  );
}
