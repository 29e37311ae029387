/** Passwords: argon2id, and a policy of length alone (NIST SP 800-63B: no composition rules). */
import { hash, verify, type Options } from '@node-rs/argon2';
import { z } from 'zod';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. At most four run at once (libuv's pool): 76 MiB. */
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };

/** The upper bound keeps a stranger from making the server hash megabytes. */
export const newPassword = z
  .string()
  .min(12, { error: 'is shorter than 12 characters' })
  .max(256, { error: 'is longer than 256 characters' })
  .refine((text) => new Set(text).size > 3, { error: 'repeats the same few characters' });

export function hashPassword(password: string): Promise<string> {
  return hash(normalise(password), PARAMETERS);
}

let nobody: Promise<string> | undefined;

/** With no hash (no such account) it takes as long and is false: who exists cannot be told by the time. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('the password of nobody');
  const matches = await verify(stored ?? (await nobody), normalise(password));
  return matches && stored !== undefined;
}

/** The same characters typed on another keyboard can be other code points. */
function normalise(password: string): string {
  return password.normalize('NFKC');
}
