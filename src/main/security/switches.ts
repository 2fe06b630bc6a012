/**
 * Switches of Chromium and Electron that open what the console keeps shut: a debugger on the page, the page's guards, code
 * from elsewhere. A package does not start with them unless the administrator's policy allows developer tools (S35).
 */
const OPENING =
  /^--(?:remote-debugging-(?:port|pipe|address)|remote-allow-origins|inspect(?:-brk|-port|-publish-uid)?|js-flags|load-extension|disable-extensions-except|disable-(?:web-security|site-isolation-trials)|allow-running-insecure-content|allow-file-access-from-files|host-rules|host-resolver-rules|ignore-certificate-errors(?:-spki-list)?|unsafely-treat-insecure-origin-as-secure|renderer-cmd-prefix|utility-cmd-prefix|browser-subprocess-path)(?:=|$)/iu;

/** The first of them, or null. */
export const openingSwitch = (argv: readonly string[]): string | null =>
  argv.find((word) => OPENING.test(word))?.split('=')[0] ?? null;
