/** People of a shop without an identity provider. `secret` is a slow hash (core/auth/passwords.ts); `grants` a JSON list. */
export const accounts = `
CREATE TABLE account (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, grants TEXT NOT NULL, secret TEXT NOT NULL, disabled INTEGER, changed INTEGER NOT NULL
) STRICT;
`;
