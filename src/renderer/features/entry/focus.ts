/** The one entry box, so that `/` and a scanner find it from anywhere. */
let box: HTMLInputElement | null = null;
let type: ((text: string) => void) | null = null;

export function registerEntry(input: HTMLInputElement | null, onText: (text: string) => void): void {
  box = input;
  type = onText;
}

export function focusEntry(): void {
  box?.focus();
  box?.select();
}

/** Looks for somebody on another's behalf, such as a caller whose number several share. */
export function searchFor(text: string): void {
  type?.(text);
  box?.focus();
}

/** A scanner has begun outside of the box: what it typed so far goes in, the rest follows into the focus. */
export function scanInto(text: string): void {
  box?.focus();
  type?.(text);
}
