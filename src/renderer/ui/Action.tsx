import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Key } from './Key.tsx';

export type ActionProps = {
  children: ReactNode;
  /** Without it the button submits its form, as Enter in one of its fields does. */
  onPress?: () => void;
  keyName?: string | undefined;
  kind?: 'filled' | 'outline' | 'recommended' | 'quiet' | 'danger';
  small?: boolean;
  isDisabled?: boolean;
  label?: string;
  autoFocus?: boolean;
};

/** A button with the key that does the same. There is one filled one on a screen. */
export const Action = (props: ActionProps) => (
  <Button
    className={`action action-${props.kind ?? 'outline'}${props.small ? ' action-small' : ''}`}
    type={props.onPress ? 'button' : 'submit'}
    {...(props.onPress && { onPress: props.onPress })}
    isDisabled={props.isDisabled ?? false}
    aria-label={props.label}
    autoFocus={props.autoFocus}
  >
    <span className="action-text">{props.children}</span>
    {props.keyName ? <Key>{props.keyName}</Key> : null}
  </Button>
);
