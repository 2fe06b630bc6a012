/** An operator's settings as a window keeps them, for whoever works there; he has seen the tour. */
export const settingsText = (given: { [name: string]: unknown }): string =>
  JSON.stringify({ last: '', of: { '': { toured: true, ...given } } });
