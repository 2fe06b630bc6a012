/** What several nodes over one store must tell each other about consoles: who replaced whom (R1), and open wipes. */
export const nodes = `
ALTER TABLE client ADD COLUMN conn TEXT NOT NULL DEFAULT '';
CREATE INDEX wipe_open ON wipe (client_id) WHERE done IS NULL;
`;
