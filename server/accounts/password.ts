/** Passwords: argon2id, and a policy of length (NIST SP 800-63B: no composition rules); see also `password-policy.ts`. */
import { hash, verify, type Options } from '@node-rs/argon2';
import { z } from 'zod';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. At most four run at once (libuv's pool): 76 MiB. */
const PARAMETERS = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  outputLen: 32,
} as const satisfies Options;

/** Characters. The upper bound keeps a stranger from making the server hash megabytes. */
export const PASSWORD_LENGTH = { least: 12, most: 256 } as const;

export const newPassword = z
  .string()
  .min(PASSWORD_LENGTH.least, { error: `is shorter than ${PASSWORD_LENGTH.least} characters` })
  .max(PASSWORD_LENGTH.most, { error: `is longer than ${PASSWORD_LENGTH.most} characters` })
  .refine((text) => new Set(text).size > 3, { error: 'repeats the same few characters' });

/** Made with less than is asked for today. */
export function isOutdated(stored: string): boolean {
  const [, algorithm, , parameters = ''] = stored.split('$');
  const [m = 0, t = 0, p = 0] = parameters.split(',').map((part) => Number(part.slice(2)));
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  return algorithm !== 'argon2id' || m < memoryCost || t < timeCost || p < parallelism;
}

export function hashPassword(password: string): Promise<string> {
  return hash(normalize(password), PARAMETERS);
}

let nobody: Promise<string> | undefined;

/** With no hash (no such account) it takes as long and is false: who exists cannot be told by the time. */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('the password of nobody');
  const matches = await verify(stored ?? (await nobody), normalize(password));
  return matches && stored !== null && stored !== undefined;
}

/** The same characters typed on another keyboard can be other code points. */
function normalize(password: string): string {
  return password.normalize('NFKC');
}
