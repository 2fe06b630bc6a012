/** A page or a Node process under measurement, looked into by the few words of Chromium's protocol that this takes. */

type Target = { type: string; url: string; webSocketDebuggerUrl: string };
type Reply = {
  id: number;
  result?: { result?: { value?: unknown }; exceptionDetails?: unknown };
  error?: { message: string };
};

const ENTER = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 };
export const ESCAPE = '\u001b';

export class Page {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private last = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply;
      this.waiting.get(reply.id)?.(reply);
      this.waiting.delete(reply.id);
    });
  }

  /** The first page of the program that listens on `host`, or null while none has begun to load. */
  static async first(host: string): Promise<Page | null> {
    const targets = (await (await fetch(`http://${host}/json/list`)).json()) as Target[];
    const target = targets.find(({ type, url }) => type === 'page' && url !== '' && url !== 'about:blank');
    return target === undefined ? null : Page.at(target.webSocketDebuggerUrl);
  }

  /** A page, or whatever else runs JavaScript, by the address of its debugger. */
  static async at(address: string): Promise<Page> {
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error('the page cannot be reached')), { once: true });
    });
    return new Page(socket);
  }

  /**
   * Runs JavaScript in the page and answers its value, awaited if it is a promise. It is text and not a function,
   * because a bundler's own names do not exist over there.
   */
  async evaluate<T>(expression: string): Promise<T> {
    for (;;) {
      const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
      const reply = await this.ask('Runtime.evaluate', params);
      // Asked while the page was still being replaced by the one to come.
      if (/execution context/iu.test(reply.error?.message ?? '')) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      if (reply.result?.result === undefined || reply.result.exceptionDetails !== undefined)
        throw new Error(`the page failed: ${JSON.stringify(reply).slice(0, 600)}`);
      return reply.result.result.value as T;
    }
  }

  /** Keys as a person or, all at once, as a scanner strikes them; a line feed is Enter. */
  async keys(text: string): Promise<void> {
    const struck = [...text].flatMap((letter) => {
      const key =
        letter === '\n' ? ENTER : letter === ESCAPE ? { key: 'Escape' } : { key: letter, text: letter };
      return (['keyDown', 'keyUp'] as const).map((type) =>
        this.ask('Input.dispatchKeyEvent', { type, ...key }),
      );
    });
    await Promise.all(struck);
  }

  /** Ctrl and a digit. */
  async chord(digit: string): Promise<void> {
    const key = {
      key: digit,
      code: `Digit${digit}`,
      windowsVirtualKeyCode: digit.charCodeAt(0),
      modifiers: 2,
    };
    for (const type of ['rawKeyDown', 'keyUp']) await this.ask('Input.dispatchKeyEvent', { type, ...key });
  }

  private ask(method: string, params: object): Promise<Reply> {
    const id = ++this.last;
    return new Promise<Reply>((resolve) => {
      this.waiting.set(id, resolve);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.socket.close();
  }
}
