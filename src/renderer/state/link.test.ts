import { describe, expect, it } from 'vitest';
import type { PortLike } from '../../bridge/port.ts';
import { createLink } from './link.ts';

type Far = {
  port: PortLike;
  sent: { t: string; id?: number; name?: string }[];
  say: (message: unknown) => void;
  die: () => void;
};

function farEnd(): Far {
  const sent: Far['sent'] = [];
  let hear: (message: unknown) => void = () => undefined;
  let close: () => void = () => undefined;
  return {
    sent,
    say: (message) => hear(message),
    die: () => close(),
    port: {
      post: (message) => void sent.push(message as Far['sent'][number]),
      onMessage: (listener) => {
        hear = listener;
      },
      onClose: (listener) => {
        close = listener;
      },
      close: () => undefined,
    },
  };
}

const opens = (far: Far) => far.sent.filter(({ t }) => t === 'open').map(({ name }) => name);
const ignore = (): void => undefined;

describe('the line to the replica', () => {
  it('opens every stream again on the port of a restarted replica', () => {
    const states: boolean[] = [];
    const link = createLink((connected) => states.push(connected));
    const seen: unknown[] = [];
    link.subscribe('status', {}, (value) => seen.push(value), ignore);
    link.subscribe('customer', { profileId: 'p1' }, ignore, ignore);
    const first = farEnd();
    link.attach(first.port);
    first.die();
    const second = farEnd();
    link.attach(second.port);
    second.say({ t: 'batch', values: [{ id: 1, value: 'again' }] });
    expect(states).toEqual([true, false, true]);
    expect([opens(first), opens(second), seen]).toEqual([
      ['status', 'customer'],
      ['status', 'customer'],
      ['again'],
    ]);
  });

  it('does not open again what was given up', () => {
    const link = createLink(ignore);
    link.subscribe('customer', { profileId: 'p1' }, ignore, ignore)();
    const far = farEnd();
    link.attach(far.port);
    expect(opens(far)).toEqual([]);
  });

  it('fails a call without a port and one whose port dies, each with a code', async () => {
    const link = createLink(ignore);
    await expect(link.call('undo', { id: 'x' })).rejects.toMatchObject({ code: 'port_closed', retry: true });
    const far = farEnd();
    link.attach(far.port);
    const asked = link.call('undo', { id: 'x' });
    far.die();
    await expect(asked).rejects.toMatchObject({ code: 'port_closed' });
  });

  it('does not take the death of an older port for that of the present one', () => {
    const states: boolean[] = [];
    const link = createLink((connected) => states.push(connected));
    const first = farEnd();
    link.attach(first.port);
    link.attach(farEnd().port);
    first.die();
    expect(states).toEqual([true, true]);
  });
});
