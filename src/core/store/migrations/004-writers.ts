/** Who wrote a fact by a command: a conflict tells the operator with whom to talk. */
export const writers = `
CREATE TABLE fact_writer (
  profile TEXT NOT NULL, fact TEXT NOT NULL, subject TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (profile, fact)
) STRICT, WITHOUT ROWID;
`;
