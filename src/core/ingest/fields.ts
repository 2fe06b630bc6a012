import { DoorError } from '../errors.ts';
import { isWellFormed } from './shape.ts';

/** Reading the fields of a JSON body; whatever does not fit is `malformed`, with a sentence that names the field. */

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (body: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(body, name) ? body[name] : undefined;

export function textField(body: Record<string, unknown>, name: string, max: number): string {
  const value = own(body, name);
  if (typeof value !== 'string' || value.trim() === '' || value.length > max || !isWellFormed(value)) {
    throw new DoorError('malformed', `${name} must be a text of 1 to ${max} characters.`);
  }
  return value;
}

export function oneOf<T extends string>(body: Record<string, unknown>, name: string, known: readonly T[]): T {
  const value = own(body, name);
  const found = known.find((one) => one === value);
  if (found === undefined) throw new DoorError('malformed', `${name} must be one of ${known.join(', ')}.`);
  return found;
}

export function numberField(body: Record<string, unknown>, name: string, min: number, max: number): number {
  const value = own(body, name);
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw new DoorError('malformed', `${name} must be a number from ${min} to ${max}.`);
  }
  return value;
}

export function objectBody(body: unknown): Record<string, unknown> {
  if (!isPlainObject(body)) throw new DoorError('malformed', 'The body must be an object.');
  return body;
}
