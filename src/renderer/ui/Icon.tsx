/** Line icons on a 24 px grid. A shape goes with every colour that means something. */
const PATHS = {
  logo: 'M12 3v8M7.05 6.2a8 8 0 1 0 9.9 0',
  list: 'M4 6h16M4 12h11M4 18h14',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5a7.5 7.5 0 0 1 15 0',
  chart: 'M4 20V4M4 20h16M8.500 16v-5M13 16V7M17.500 16v-7',
  plane: 'M10.5 13.5 3 11l1.5-1.5 7 .5L16 5.5c1.2-1.2 2.9-1.7 3.6-1 .7.7.2 2.4-1 3.600L14 12.500l.5 7L13 21z',
  outbox: 'M12 15V3.500M7.500 8 12 3.500 16.500 8M4 14v5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M20 20l-4-4',
  eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6',
  ban: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M5.700 5.700l12.600 12.600',
  warning: 'M12 4 2.800 20h18.400zM12 10v4.500M12 17.400v.1',
  seat: 'M7 4v8h10V4M5 10v7h14v-7M7 17v3M17 17v3',
  bag: 'M7 7h10a2 2 0 0 1 2 2v10H5V9a2 2 0 0 1 2-2M9 7V4h6v3M9 11v5M15 11v5M8 19v2M16 19v2',
  card: 'M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1M8.500 11.500a1.800 1.800 0 1 0 0-3.600 1.800 1.800 0 0 0 0 3.600M5.800 16a2.800 2.800 0 0 1 5.400 0M14.500 9.500h3.500M14.500 13.500h3.500',
  phone:
    'M6.500 3.500h3l1.500 4-2 1.700a12 12 0 0 0 5.800 5.800l1.700-2 4 1.500v3a2 2 0 0 1-2.200 2A16.500 16.500 0 0 1 4.500 5.700a2 2 0 0 1 2-2.200',
  chat: 'M4 5h16v11H9.500L5 20v-4H4z',
  check: 'M4.500 12.500 9.500 17.500 19.500 7',
  circle: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.500 2',
  hourglass: 'M6 3h12M6 21h12M7.500 3v3.500L12 12l4.500-5.500V3M7.500 21v-3.500L12 12l4.500 5.500V21',
  send: 'M21 3 10 14M21 3l-6.500 18-4.500-7-7-4.500z',
  split: 'M12 21v-8L5 5M12 13l7-8M5 10V5h5M14 5h5v5',
  offline:
    'M3 3l18 18M7.500 8.500A5 5 0 0 0 8 18.500h9.500M11 6.200a5.500 5.500 0 0 1 6.500 5.300 3.500 3.500 0 0 1 2.500 5.500',
  renew: 'M4 12a8 8 0 1 0 2.500-5.800L4 8.500M4 4v4.500h4.500',
  note: 'M5 3.500h9l5 5v12H5zM14 3.500v5h5M8.500 13h7M8.500 16.500h5',
  gate: 'M5 21V4h10v17M3 21h18M15 8h4v13M11.500 12.500v.1',
  close: 'M5.500 5.500l13 13M18.500 5.500l-13 13',
  lock: 'M6 11h12v9.500H6zM8.500 11V7.500a3.500 3.500 0 0 1 7 0V11',
  chevron: 'M9 5.500 15.500 12 9 18.500',
  settings:
    'M4 7h9M17 7h3M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5M4 17h3M11 17h9M9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5',
  case: 'M4 4h16v12H12l-5 4.500V16H4zM12 7v3.500M12 12.900v.1',
  star: 'M12 3.500l2.600 5.400 5.900.8-4.300 4.100 1.100 5.900L12 16.900l-5.300 2.800 1.100-5.900L3.500 9.700l5.900-.8z',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.7.4-1.100.9-1.100 1.800M12 16.900v.1',
} as const;

export type IconName = keyof typeof PATHS;

/** Decorative: the word beside it, or the label of its button, says the same. */
export function Icon(props: { name: IconName; size?: number; className?: string }) {
  const size = props.size ?? 16;
  return (
    <svg
      className={props.className ? `icon ${props.className}` : 'icon'}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={size >= 20 ? 1.75 : 2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[props.name]} />
    </svg>
  );
}
