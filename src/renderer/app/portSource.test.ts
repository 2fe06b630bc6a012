import { describe, expect, it } from 'vitest';
import type { PortAnswer } from '../../bridge/shell.ts';
import { createPortSource } from './portSource.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function window(request: () => Promise<PortAnswer>) {
  const target = new EventTarget();
  const got: unknown[] = [];
  const told: string[] = [];
  const waits: (() => void)[] = [];
  const ask = createPortSource(
    request,
    target as unknown as Window,
    (port) => got.push(port),
    (code) => told.push(code),
    (run) => waits.push(run),
  );
  const say = (data: unknown, port?: object, source: unknown = target): void => {
    target.dispatchEvent(Object.assign(new Event('message'), { data, ports: port ? [port] : [], source }));
  };
  return { ask, say, got, told, waits };
}

describe('the way to a port', () => {
  it.each(['first', 'last'])('takes the port that names the nonce, when it comes %s', async (order) => {
    const { ask, say, got } = window(() => Promise.resolve({ nonce: 'n1' }));
    const port = {};
    if (order === 'first') say({ port: 'n1' }, port);
    ask();
    await settled();
    if (order === 'last') say({ port: 'n1' }, port);
    expect(got).toEqual([port]);
  });

  it.each([
    ['another nonce', { port: 'n2' }, undefined],
    ['no nonce', 'hello', undefined],
    ['another window', { port: 'n1' }, {}],
  ])('ignores a message with %s', async (_, data, source) => {
    const { ask, say, got } = window(() => Promise.resolve({ nonce: 'n1' }));
    ask();
    await settled();
    if (source) say(data, {}, source);
    else say(data, {});
    expect(got).toEqual([]);
  });

  it('asks again when it was refused', async () => {
    let refused = true;
    const { ask, say, got, waits } = window(() =>
      refused ? Promise.reject(new Error('no')) : Promise.resolve({ nonce: 'n1' }),
    );
    ask();
    await settled();
    refused = false;
    waits.shift()?.();
    await settled();
    say({ port: 'n1' }, {});
    expect(got).toHaveLength(1);
  });

  it('says why there is none, and asks again', async () => {
    const answers: PortAnswer[] = [{ trouble: 'outbox_in_use' }, { nonce: 'n1' }];
    const { ask, say, got, told, waits } = window(() => Promise.resolve(answers.shift() ?? { nonce: 'n2' }));
    ask();
    await settled();
    expect(told).toEqual(['outbox_in_use']);
    waits.shift()?.();
    await settled();
    say({ port: 'n1' }, {});
    expect(got).toHaveLength(1);
  });
});
