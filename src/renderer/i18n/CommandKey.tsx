import { Key } from '../ui/Key.tsx';
import { useKeyOf } from './keys.ts';

/** The key of a command beside what it does, read from the registry; nothing where it has none. */
export function CommandKey({ of }: { of: string }) {
  const label = useKeyOf()(of);
  return label === undefined ? null : <Key>{label}</Key>;
}
