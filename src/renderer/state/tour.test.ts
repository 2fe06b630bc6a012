import { afterEach, describe, expect, it } from 'vitest';
import type { WorkItem } from '../../bridge/views.ts';
import { mirror } from './mirror.ts';
import { moment } from './moment.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { endTour, followTour, isTouring, isTourQuiet, startTour, stepTour, TOUR, tour } from './tour.ts';

const item = (given: object): WorkItem =>
  ({ key: 'c', profileId: 'anna', taken: null, candidates: [], ...given }) as unknown as WorkItem;
const works = (given: object): void =>
  mirror.store.setState({ customerId: 'anna', work: { items: [item(given)], total: 1 } });

afterEach(() => {
  endTour();
  mirror.store.setState({ customerId: null, work: null });
  moment.store.setState({ overlay: null, action: null });
  session.setState({ screen: 'desk' });
});

describe('the tour', () => {
  it('goes on once the operator has done what a step speaks of, and is over after the last', () => {
    startTour();
    followTour({ id: 'accept' });
    expect(tour.getState().step).toBe(0);
    for (const { done } of TOUR) {
      const [does] = done;
      if (does === undefined) stepTour(1);
      else followTour({ id: does });
    }
    expect(isTouring()).toBe(false);
  });

  it('goes back no further than to its beginning', () => {
    startTour();
    stepTour(-1);
    expect(tour.getState().step).toBe(0);
  });

  it('is offered to nobody again who has begun it', () => {
    settings.setState({ toured: false });
    startTour();
    expect(settings.getState().toured).toBe(true);
  });

  it('is silent over a call that rings, a contact in hand, a dialog and another screen', () => {
    expect(isTourQuiet()).toBe(false);
    works({ contact: { id: 'c', kind: 'call', state: 'ringing', station: null } });
    expect(isTourQuiet()).toBe(true);
    works({ contact: { id: 'c', kind: 'visit', state: 'active' }, taken: { mine: true } });
    expect(isTourQuiet()).toBe(true);
    works({ contact: { id: 'c', kind: 'visit', state: 'waiting' } });
    expect(isTourQuiet()).toBe(false);
    moment.store.setState({ overlay: 'help' });
    expect(isTourQuiet()).toBe(true);
    moment.store.setState({ overlay: null });
    session.setState({ screen: 'board' });
    expect(isTourQuiet()).toBe(true);
  });
});
