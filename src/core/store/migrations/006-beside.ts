/** What stands beside a profile's state in other tables, kept with it so that loading a profile is one read. Empty: not known yet. */
export const beside = `
ALTER TABLE profile ADD COLUMN beside TEXT NOT NULL DEFAULT '';
`;
