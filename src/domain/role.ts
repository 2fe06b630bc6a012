/** Who may see and do what; the rules for each are in the airline pack (docs/spec/airline.md). */
export const ROLES = ['operator', 'restricted', 'kiosk', 'supervisor'] as const;
export type Role = (typeof ROLES)[number];
