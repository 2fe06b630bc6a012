import { z } from 'zod';

const ROLES = ['operator', 'restricted', 'kiosk', 'supervisor'] as const;
const claims = z.object({ role: z.enum(ROLES) });

/**
 * The role that a token names, for what the console offers; `operator` where it names none. Nothing is granted by it: the
 * core verifies the token at every door.
 */
export function roleOf(token: string): (typeof ROLES)[number] {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    return claims.parse(JSON.parse(payload)).role;
  } catch {
    return 'operator';
  }
}
