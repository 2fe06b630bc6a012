const SUPPORT = ['support-de', 'support-en'] as const;

/** The queues that work for a station (`FRA`) waits in: its counters', and the call centre's by language. */
export const queuesOf = (station: string): string[] => [`counter-${station.toLowerCase()}`, ...SUPPORT];
