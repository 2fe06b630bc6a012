/**
 * Switches of Chromium and Electron that open what the console keeps shut: a debugger on the page, the page's guards, code
 * from elsewhere, what goes over the network as text, the sandbox. A package does not start with them unless the
 * administrator's policy allows developer tools (S35).
 */
const OPENING =
  /^--(?:remote-debugging-(?:port|pipe|address)|remote-allow-origins|inspect(?:-brk|-port|-publish-uid)?|js-flags|load-extension|disable-extensions-except|disable-(?:web-security|site-isolation-trials)|allow-running-insecure-content|allow-file-access-from-files|host-rules|host-resolver-rules|ignore-certificate-errors(?:-spki-list)?|unsafely-treat-insecure-origin-as-secure|(?:renderer|utility|gpu|zygote)-(?:cmd-prefix|launcher)|browser-subprocess-path|single-process|in-process-gpu|no-zygote|disable-(?:setuid|seccomp-filter|namespace|gpu)-sandbox|allow-sandbox-debugging|ssl-key-log-file|log-net-log|net-log-capture-mode|use-mock-keychain|enable-blink-features|trace-startup(?:-file)?)(?:=|$)/iu;

/** Chromium has no sandbox for root, and does not start without this switch: for anybody else it takes the sandbox away. */
const SANDBOX = /^--no-sandbox(?:=|$)/iu;

/** The first of them, or null. */
export const openingSwitch = (argv: readonly string[], isRoot: boolean): string | null =>
  argv.find((word) => OPENING.test(word) || (!isRoot && SANDBOX.test(word)))?.split('=')[0] ?? null;
