/**
 * The environment of a child process is an allow-list (S29): what the C library, fonts, temp files and time zones
 * need, and nothing that changes how Node or Electron run, nor any secret.
 */
const PASSED = [
  'HOME',
  'LANG',
  'LC_ALL',
  'LC_TIME',
  'PATH',
  'TMPDIR',
  'TEMP',
  'TMP',
  'TZ',
  'USER',
  'USERNAME',
  'LOGNAME',
  'SYSTEMROOT',
  'WINDIR',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
] as const;

export function childEnvironment(environment: { [name: string]: string | undefined }): {
  [name: string]: string;
} {
  const passed: { [name: string]: string } = {};
  for (const name of PASSED) {
    const value = environment[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}
