/** When a subject's tokens were ended last: those of an identity provider carry a time and no generation. */
export const signIn = `
ALTER TABLE revocation ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
`;
