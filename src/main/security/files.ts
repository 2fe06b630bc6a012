import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * The file below `root` that a request to our scheme names, or null (S18): no encoded separators, no NUL, no dot
 * segments, no link that leads out of `root`. The URL parser has already resolved plain `..`, so what is left of it
 * was written to deceive.
 */
export async function fileOf(root: string, url: URL): Promise<string | null> {
  if (url.host !== 'app') return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (/%2f|%5c|%00/iu.test(url.pathname) || /[\\\0]/u.test(path)) return null;
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.some((part) => part.startsWith('.'))) return null;
  const wanted = join(root, ...(parts.length === 0 ? ['index.html'] : parts));
  try {
    const [real, realRoot] = await Promise.all([realpath(wanted), realpath(root)]);
    return real.startsWith(realRoot + sep) ? real : null;
  } catch {
    return null;
  }
}
