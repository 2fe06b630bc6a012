/** The system's browser, as far as a sign-in needs it: follows redirects, keeps cookies, and presses a name on the page. */

const MOST = 10;

type Jar = Map<string, string>;

async function visit(url: string, jar: Jar, init: RequestInit = {}): Promise<Response> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie, ...init.headers } });
  for (const set of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(set) ?? [];
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
  return answer;
}

const isInteraction = (url: string): boolean => new URL(url).pathname.startsWith('/interaction/');

type Asked = [url: string, init: RequestInit];

/** What a page does by itself: it sends its one form, as oidc-provider's do. */
function sent(page: string): Asked {
  const [, action] = /<form method="post" action="([^"]+)"/u.exec(page) ?? [];
  if (action === undefined) throw new Error(`no way on from ${page}`);
  const fields = [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/gu)];
  const body = new URLSearchParams(fields.map(([, name = '', value = '']) => [name, value]));
  return [action, { method: 'POST', body }];
}

/**
 * Signs in as `who` ('' presses Cancel) at the provider of development.
 * @param jar cookies of this browser; the same one again is a browser that knows who was here
 * @returns where the provider sent the browser to in the end, not yet visited
 */
export async function pressName(url: string, who: string, jar: Jar = new Map()): Promise<string> {
  const press: RequestInit = { method: 'POST', body: new URLSearchParams({ sub: who }) };
  let next: Asked = [url, {}];
  for (let step = 0; step < MOST; step++) {
    const answer = await visit(next[0], jar, next[1]);
    const to = answer.headers.get('location');
    if (to === null) {
      next = sent(await answer.text());
      continue;
    }
    const { href, pathname } = new URL(to, next[0]);
    if (pathname === '/signed-in') return href;
    next = [href, isInteraction(href) ? press : {}];
  }
  throw new Error('the provider sends the browser in circles');
}

/** The same, and back to the program that asked. */
export async function signInAt(url: string, who: string, jar: Jar = new Map()): Promise<number> {
  return (await fetch(await pressName(url, who, jar))).status;
}
