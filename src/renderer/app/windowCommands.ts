import { LANGUAGES } from '../../domain/language.ts';
import { isAtDesk } from '../state/board.ts';
import { moment, type Overlay } from '../state/moment.ts';
import type { Command } from '../state/registry.ts';
import { settings, THEMES, zoomed } from '../state/settings.ts';
import { endTour, isTouring, isTourQuiet, startTour, stepTour } from '../state/tour.ts';

const always = (): boolean => true;
const show = (overlay: Overlay) => (): void => moment.store.setState({ overlay });
const after = <T>(all: readonly T[], one: T): T => all[(all.indexOf(one) + 1) % all.length] as T;
const zoomBy = (by: 1 | -1) => (): void => settings.setState(({ zoom }) => ({ zoom: zoomed(zoom, by) }));

/** What is about the window itself. */
export const windowCommands: Command[] = [
  { id: 'palette', group: 'window', keys: ['$mod+k'], when: always, run: show('palette'), quiet: true },
  { id: 'help', group: 'window', keys: ['?'], when: always, run: show('help') },
  {
    id: 'new-window',
    group: 'window',
    keys: ['$mod+Shift+n'],
    when: always,
    run: () => void window.shell.newWindow(),
  },
  { id: 'tour', group: 'window', keys: [], when: isAtDesk, run: startTour },
  ...(['tour-back', 'tour-next'] as const).map(
    (id): Command => ({
      id,
      group: 'window',
      keys: [id === 'tour-next' ? 'ArrowRight' : 'ArrowLeft'],
      when: isTouring,
      run: () => stepTour(id === 'tour-next' ? 1 : -1),
      quiet: true,
      together: 'tour-steps',
    }),
  ),
  // Before all else that Escape leaves: it is the last thing that was begun.
  {
    id: 'end-tour',
    group: 'window',
    keys: ['Escape'],
    turn: -1,
    when: () => isTouring() && !isTourQuiet(),
    run: endTour,
    quiet: true,
  },
  { id: 'settings', group: 'window', keys: ['$mod+,'], when: always, run: show('settings') },
  { id: 'diagnostics', group: 'window', keys: ['$mod+Shift+d'], when: always, run: show('diagnostics') },
  {
    id: 'theme',
    group: 'window',
    keys: [],
    when: always,
    run: () => settings.setState(({ theme }) => ({ theme: after(THEMES, theme) })),
  },
  {
    id: 'density',
    group: 'window',
    keys: [],
    when: always,
    run: () =>
      settings.setState(({ density }) => ({ density: density === 'compact' ? 'comfortable' : 'compact' })),
  },
  {
    id: 'language',
    group: 'window',
    keys: [],
    when: always,
    run: () => settings.setState(({ language }) => ({ language: after(LANGUAGES, language) })),
  },
  // The sign lies with Shift on some keyboards and without on others.
  { id: 'zoom-in', group: 'window', keys: ['$mod++', '$mod+='], when: always, run: zoomBy(1), quiet: true },
  { id: 'zoom-out', group: 'window', keys: ['$mod+-'], when: always, run: zoomBy(-1), quiet: true },
  {
    id: 'zoom-none',
    group: 'window',
    keys: ['$mod+Digit0'],
    when: always,
    run: () => settings.setState({ zoom: 100 }),
    quiet: true,
  },
];
