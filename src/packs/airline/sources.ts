/** Who is believed where two sources speak at the same instant: the higher number. By the source's name, in lower case. */
const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['console', 100],
  ['dcs', 90],
  ['pss', 85],
  ['ops', 80],
  ['bags', 75],
  ['loyalty', 70],
  ['crm', 60],
  ['contacts', 55],
  ['app', 45],
  ['web', 40],
  ['import', 20],
]);

const UNKNOWN_SOURCE = 50;

export const priorityOf = (source: string): number => PRIORITIES.get(source.toLowerCase()) ?? UNKNOWN_SOURCE;

/** The source of what the core computes itself. */
export const OWN_SOURCE = 'kairos';
