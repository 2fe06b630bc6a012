import { useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { CommandKey } from '../../i18n/CommandKey.tsx';
import { useKeyOf } from '../../i18n/keys.ts';
import { useWords } from '../../i18n/words.tsx';
import { useRegistry } from '../../state/commands.ts';
import {
  endTour,
  isTourQuiet,
  onWorkChange,
  stepTour,
  TOUR,
  type TourStep,
  useTour,
} from '../../state/tour.ts';
import { type Box, besideOf } from './place.ts';

/**
 * The step of the tour beside what it points at. It takes neither focus nor keys from the screen. What says the steps is
 * there from the beginning, because a screen reader says only what changes in a region that it knows.
 */
export function Tour() {
  const { t } = useWords();
  const shown = useTour((state) => state.step);
  const quiet = useSyncExternalStore(onWorkChange, isTourQuiet);
  const at = quiet ? null : shown;
  const step = at === null ? undefined : TOUR[at];
  const bubble = useRef<HTMLDivElement>(null);
  const { target, place } = usePlace(step?.at ?? null, bubble);
  return (
    <>
      {step && target ? <div className="tour-ring" style={target} aria-hidden="true" /> : null}
      <div
        ref={bubble}
        className={step ? 'tour' : 'said-only'}
        {...(step && { role: 'region', style: place, 'aria-label': t('tour.title') })}
      >
        <p role="status">{step && at !== null ? <Said step={step} at={at} /> : null}</p>
        {step && at !== null ? (
          <div className="tour-foot">
            <button type="button" className="link" onClick={endTour}>
              {t('tour.end')} <CommandKey of="end-tour" />
            </button>
            <button type="button" className="link" onClick={() => stepTour(1)}>
              {t(at + 1 < TOUR.length ? 'tour.next' : 'tour.last')} <CommandKey of="tour-next" />
            </button>
          </div>
        ) : null}
      </div>
    </>
  );
}

function Said({ step: { name, done }, at }: { step: TourStep; at: number }) {
  const words = useWords();
  const { t } = words;
  const registry = useRegistry();
  const does = done[0] ?? '';
  const key = useKeyOf()(does);
  // Only what can be done now is asked for: without a suggestion there is none to look into.
  const can = useSyncExternalStore(onWorkChange, () => registry.can(does));
  return (
    <>
      <span className="tour-count">{t('tour.count', { at: at + 1, of: TOUR.length })}</span>{' '}
      <strong>{t(`tour.${name}`)}</strong>{' '}
      <span>
        {t(`tour.${name}.sub`)} {can && key ? words.known(`tour.${name}.do`, { key }) : null}
      </span>
    </>
  );
}

/** Where the target is and where the bubble has room, followed while either changes. */
function usePlace(selector: string | null, bubble: { current: HTMLElement | null }) {
  const [found, setFound] = useState<{ target: Box | null; place: { left: number; top: number } }>({
    target: null,
    place: { left: 0, top: 0 },
  });
  useLayoutEffect(() => {
    if (selector === null) return;
    const measure = (): void => {
      const target = document.querySelector(selector)?.getBoundingClientRect() ?? null;
      const own = bubble.current?.getBoundingClientRect();
      if (!own) return;
      const view = { width: innerWidth, height: innerHeight };
      setFound({ target: boxOf(target), place: besideOf(boxOf(target), own, view) });
    };
    measure();
    const watch = new ResizeObserver(measure);
    for (const element of [document.querySelector(selector), bubble.current, document.body])
      if (element) watch.observe(element);
    return () => watch.disconnect();
  }, [selector, bubble]);
  return found;
}

const boxOf = (rect: DOMRect | null): Box | null =>
  rect && { left: rect.left, top: rect.top, width: rect.width, height: rect.height };
