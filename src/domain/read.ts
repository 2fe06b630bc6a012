/** What a schema of zod says of a value: as its `safeParse`. Pure, and of no library. */
type Schema<R> = { safeParse(value: unknown): R };

/**
 * Reads what somebody else has sent, and never throws. Zod (4.6.7) compares the `length` of whatever has one, also where
 * it is to be a text, and throws at an object there that has no primitive value: `{"length": {"toString": 1}}`.
 */
export function readBy<R extends { success: boolean }>(
  schema: Schema<R>,
  value: unknown,
): R | { success: false } {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (error instanceof TypeError) return { success: false };
    throw error;
  }
}
