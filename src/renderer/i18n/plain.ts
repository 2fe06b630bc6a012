/**
 * Characters that reorder or hide text: bidirectional marks, embeddings and overrides, zero-width ones and controls.
 * A name may contain them; it must not be able to make a screen read differently from what it holds (S41).
 */
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Text from a source or a customer with hidden characters spelled out, such as `‹U+202E›`. */
export const plain = (text: string): string =>
  text.replace(HIDDEN, (sign) => `‹U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
