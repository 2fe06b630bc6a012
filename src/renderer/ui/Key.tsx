/** A key as it is labelled on the keyboard, beside what it does. */
export const Key = (props: { children: string }) => <kbd className="key">{props.children}</kbd>;
