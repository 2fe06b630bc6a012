/** What a guest does at a kiosk, from the first touch to the moment when nothing of him is left. */
import { LONGEST_ENTRY } from '../../../bridge/views.ts';
import type { Language } from '../../../domain/language.ts';
import { mirror } from '../../state/mirror.ts';
import { link, onConnected, openCustomer } from '../../state/replica.ts';
import { seenFor } from '../../state/seen.ts';
import { settings } from '../../state/settings.ts';
import { update } from '../../state/update.ts';
import { awaitsAnotherLine, type Candidate, claimOf, isWholeCode, LETTERS, provenBy } from './identity.ts';
import { flightFact, type Offer } from './offers.ts';
import { kiosk, NO_VISIT, type Step } from './store.ts';

/** Wrong names until a guest is sent to people: whoever has found a code somewhere may not try all the names. */
const MOST_WRONG_NAMES = 3;

const LIMIT = 9;

export const go = (step: Step): void => kiosk.setState({ step, typed: '', problem: null });

export const touch = (): void => kiosk.setState({ touched: performance.now() });

const sayLanguage = (): void => {
  const language = kiosk.getState().language ?? settings.getState().language;
  link.call('setLanguage', { language }).catch(() => undefined);
};

/** The screen and the texts of suggestions; the station's own setting stays as it is. */
export function chooseLanguage(language: Language): void {
  kiosk.setState({ language });
  sayLanguage();
}

/** A key or a character of the screen's keyboard; what a scanner types comes the same way. */
export function type(text: string): void {
  kiosk.setState(({ typed }) => ({ typed: (typed + text).slice(0, LONGEST_ENTRY), problem: null }));
}

export const rubOut = (): void =>
  kiosk.setState(({ typed }) => ({ typed: typed.slice(0, -1), problem: null }));

/** Enter: says of whom the code or the pass is, or what is wrong with it. */
export async function submitCode(): Promise<void> {
  const { typed: text } = kiosk.getState();
  if (text === '' || awaitsAnotherLine(text)) return;
  const asked = kiosk.getState().step;
  const view = await link.call('search', { text, limit: LIMIT }).catch(() => null);
  // Somebody went on or away meanwhile: an answer to what is no longer asked is nobody's.
  if (kiosk.getState().step !== asked) return;
  const claim = view && claimOf(text, view);
  if (claim?.by === 'paper') go({ at: 'confirm', who: claim.who });
  else if (claim?.by === 'code') go({ at: 'name', among: claim.among });
  else {
    const problem = view === null ? 'failed' : view.document || isWholeCode(text) ? 'unknown' : 'incomplete';
    kiosk.setState({ typed: '', problem });
  }
}

export function submitName(): void {
  const { step, typed, wrongNames } = kiosk.getState();
  if (step.at !== 'name' || typed === '') return;
  const proven = provenBy(typed, step.among);
  const [only] = proven;
  if (proven.length === 1 && only) return serve(only);
  if (proven.length > 1) return go({ at: 'which', among: proven });
  const made = wrongNames + 1;
  kiosk.setState({
    wrongNames: made,
    typed: '',
    problem: typed.length < LETTERS ? 'incomplete' : 'wrongName',
  });
  if (made >= MOST_WRONG_NAMES) go({ at: 'person', why: 'unproven' });
}

export function serve(who: Candidate): void {
  go({ at: 'offers' });
  openCustomer(who.profileId);
}

/** A passenger's own answer, recorded like an operator's. False where it could not be kept. */
export async function take(offer: Offer, value: string | null): Promise<boolean> {
  const { customer } = mirror.store.getState();
  if (!customer) return false;
  const { action, decisionId, kind } = offer;
  const { profileId } = customer;
  const candidate = { action: action.action, channel: action.channel, approach: action.approach };
  const { command } = action;
  const fact = value === null ? flightFact(offer) : { name: `preference.${command?.args.name}`, value };
  try {
    let id = '';
    if (value !== null && command !== null) {
      const args = { ...command.args, value };
      ({ id } = await link.call('enqueue', {
        ...{ name: command.name, profileId, args },
        seen: seenFor(customer, command.name, args),
      }));
    }
    const seen = kind === 'command' && command ? seenFor(customer, command.name, command.args) : [];
    const { ids } = await link.call('answer', { decisionId, profileId, answer: 'accept', candidate, seen });
    go({ at: 'done', chosen: { title: action.title, kind, id: id || (ids.at(-1) ?? ''), fact } });
    return true;
  } catch {
    kiosk.setState({ problem: 'failed' });
    return false;
  }
}

/** The guest has gone. What he left is emptied at once, and then the page itself is thrown away. */
export function endVisit(): void {
  openCustomer(null);
  kiosk.setState({ ...NO_VISIT, step: { at: 'clearing' } });
  sessionStorage.clear();
  window.getSelection()?.removeAllRanges();
  // Where the page could not be thrown away, the emptied one serves the next guest.
  const restart = (): void => kiosk.setState(NO_VISIT);
  window.shell.endVisit().then(restart, restart);
}

/** Time in ms between two looks at devices and staff's wishes. */
const LOOK_MS = 3_000;

/** Follows what main says of this kiosk, and says the language again on each new line. */
export function startKiosk(): void {
  const look = (): void =>
    void window.shell.kioskState().then(
      (state) => kiosk.setState({ state }),
      () => undefined,
    );
  // Main says no outside of a kiosk's hours; within them nobody is here now.
  const renew = (): void => {
    if (update.getState().ready !== null && kiosk.getState().step.at === 'attract')
      void window.shell.restart();
  };
  look();
  setInterval(() => {
    look();
    renew();
  }, LOOK_MS);
  onConnected.add(sayLanguage);
}
