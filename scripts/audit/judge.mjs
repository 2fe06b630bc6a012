// What the registry's answers mean. Pure.

/** Findings from here on stop a release. */
const SEVERE = new Set(['high', 'critical']);
const WEEK = 7 * 24 * 3_600_000;
/** Electron mends its three newest majors; we are given so long to follow a newer one. */
const SUPPORTED_MAJORS = 3;
const TIME_TO_FOLLOW = 8 * WEEK;

/**
 * @param vulnerabilities of `npm audit --json`: by package, each with `severity` and `via`, advisories or names of packages
 * @param allowed [{package, advisory, reason, until: 'YYYY-MM-DD'}]: advisories that do not reach us, each until a day
 * @returns one sentence per advisory that is severe and not allowed
 */
export function findings(vulnerabilities, allowed, now) {
  const advisories = Object.entries(vulnerabilities).flatMap(([name, { via }]) =>
    via.filter((one) => typeof one === 'object').map((one) => ({ package: name, ...one })),
  );
  const isAllowed = (one) =>
    allowed.some(
      (other) => other.package === one.package && other.advisory === one.url && Date.parse(other.until) > now,
    );
  return advisories
    .filter((one) => SEVERE.has(one.severity) && !isAllowed(one))
    .map((one) => `${one.package}: ${one.severity}: ${one.title} (${one.url})`);
}

/** Allowances that are over, have no reason, or none of a day. */
export const staleAllowances = (allowed, now) =>
  allowed
    .filter(({ reason, until }) => !reason || !(Date.parse(until) > now))
    .map(({ package: name, advisory }) => `${name}: the allowance for ${advisory} is over or has no reason`);

/**
 * @param version what package.json pins @param times of `npm view electron time --json`: version to ISO time
 * @returns a sentence where it is none of the majors that are mended, or a newer one is there for longer than 8 weeks
 */
export function electronFault(version, times, now) {
  const major = majorOf(version);
  const newer = Object.entries(times)
    .map(([name, at]) => ({ major: /^(\d+)\.0\.0$/.exec(name)?.[1], at: Date.parse(at) }))
    .filter((one) => one.major !== undefined && Number(one.major) > major && one.at <= now);
  const overdue = newer.filter(({ at }) => now - at > TIME_TO_FOLLOW);
  if (newer.length >= SUPPORTED_MAJORS)
    return [`electron ${version}: ${newer.length} majors behind, out of support`];
  return overdue.length === 0
    ? []
    : [`electron ${version}: ${overdue[0].major} is there for more than 8 weeks`];
}

const majorOf = (version) => Number(version.split('.')[0]);
