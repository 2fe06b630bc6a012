/** A bundle that cannot be used; the message names the place and never quotes more than a name of the bundle. */
export class BundleError extends Error {}

/** A request that cannot be answered: what is missing or of the wrong type. */
export class RequestError extends Error {}

/** Feedback for a decision that is not remembered. */
export class UnknownIdError extends Error {}

/** A JSON object, not a list and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object without members of value null: in a bundle null stands for the default. */
export function withoutNulls(object: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(object);
  return entries.some(([, value]) => value === null)
    ? Object.fromEntries(entries.filter(([, value]) => value !== null))
    : object;
}
