/** An operator's settings as a window keeps them, for whoever works there. */
export const settingsText = (given: { [name: string]: unknown }): string =>
  JSON.stringify({ last: '', of: { '': given } });
