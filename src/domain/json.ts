/** A JSON value as it goes over a wire or into a row. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A plain JSON object. Untrusted ones are read with `Object.hasOwn` or turned into a Map before look-ups. */
export type JsonObject = { [key: string]: Json };
