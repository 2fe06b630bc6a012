import { Icon, type IconName } from './Icon.tsx';

const SHAPES: { [kind: string]: IconName } = {
  cancelled: 'ban',
  delayed: 'clock',
  connection: 'warning',
  bag: 'bag',
  gate: 'gate',
  complaint: 'case',
  document: 'card',
};

/** Each kind of trouble has a shape of its own, so that it is told without its colour. */
export const AlertIcon = (props: { kind: string; size?: number }) => (
  <Icon name={SHAPES[props.kind] ?? 'warning'} size={props.size ?? 16} />
);
