/**
 * What a person's claims at the identity provider mean here: role, grants and name, by the rules of one file that the
 * administrator writes. The first rule that fits decides; whom none fits may do nothing. Pure but for the reading.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ROLES, type Role } from '../../domain/role.ts';
import { isScope } from '../../domain/scope.ts';

/** A claim by its name, or by the way to it where it is inside of others: `["realm_access", "roles"]`. */
const claim = z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).min(1).max(8)]);

const mappingSchema = z.strictObject({
  /** The claim that holds the person's name. */
  name: claim.default('name'),
  rules: z
    .array(
      z.strictObject({
        claim,
        /** The claim is this text, or a list that holds it. */
        value: z.string().min(1).max(200),
        role: z.enum(ROLES),
        grants: z.array(z.string().refine(isScope, 'is no scope such as station:FRA or flight:*')).max(1_000),
      }),
    )
    .min(1)
    .max(200),
  /** How consoles ask the provider; `resource` false: providers that name the audience by a scope take no such parameter. */
  console: z
    .strictObject({
      client: z.string().min(1).max(200).default('kairos-console'),
      scope: z.string().min(1).max(1_000).default('openid profile offline_access'),
      resource: z.boolean().default(true),
    })
    .prefault({}),
});

export type Mapping = z.output<typeof mappingSchema>;
export type Claims = { readonly [name: string]: unknown };
export type Mapped = { role: Role; grants: string[]; name: string | undefined };

const MAX_NAME = 100;

/** @throws Error that names the file, and what is wrong at which place */
export function readMapping(file: string): Mapping {
  try {
    return mappingOf(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws Error that says what is wrong at which place */
export function mappingOf(text: string): Mapping {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
  const read = mappingSchema.safeParse(json);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  throw new Error(`is not in order: ${faults.join('; ')}`);
}

/** Undefined: no rule fits. */
export function mapClaims(mapping: Mapping, claims: Claims): Mapped | undefined {
  const rule = mapping.rules.find(({ claim: way, value }) => {
    const found = valueAt(claims, way);
    return found === value || (Array.isArray(found) && found.includes(value));
  });
  if (rule === undefined) return undefined;
  const name = valueAt(claims, mapping.name);
  const isName = typeof name === 'string' && name.trim() !== '';
  const named = isName ? name.trim().slice(0, MAX_NAME) : undefined;
  return { role: rule.role, grants: rule.grants, name: named };
}

function valueAt(claims: Claims, way: string | string[]): unknown {
  let value: unknown = claims;
  for (const step of typeof way === 'string' ? [way] : way) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Claims)[step];
  }
  return value;
}
