/** A scope is `kind:name`, for example `station:FRA`, `flight:LH400/2026-11-21`, `queue:support-de`, `profile:ID`. */
export const isScope = (text: string): boolean => /^[a-z]+:.{1,200}$/u.test(text);

/** Whether a grant such as `station:FRA`, `flight:*` or `flight:LH*` covers a scope; only a final `*` is a wildcard. */
export function grantCovers(grant: string, scope: string): boolean {
  return grant.endsWith('*') ? scope.startsWith(grant.slice(0, -1)) : grant === scope;
}

export const anyGrantCovers = (grants: readonly string[], scope: string): boolean =>
  grants.some((grant) => grantCovers(grant, scope));
