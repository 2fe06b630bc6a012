/** The response headers of everything that our own scheme serves (S7, S21, S22, S26). */

export const SCHEME = 'console';
export const ORIGIN = `${SCHEME}://app`;

/** One nonce per page load, for React Aria's style element; scripts and styles of our own come as files. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

const TYPES: { [extension: string]: string } = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

/** The MIME type of a file we ship, or null: then it is not served. */
export function mimeType(path: string): string | null {
  const extension = /\.([a-z0-9]+)$/u.exec(path)?.[1] ?? '';
  return Object.hasOwn(TYPES, extension) ? (TYPES[extension] as string) : null;
}

export function responseHeaders(type: string, nonce: string): { [name: string]: string } {
  return {
    'Content-Type': type,
    'Content-Security-Policy': contentSecurityPolicy(nonce),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}
