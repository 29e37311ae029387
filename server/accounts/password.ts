/** Passwords: argon2id, and a policy of length (NIST SP 800-63B: no composition rules); see also `password-policy.ts`. */
import { hash, verify, type Options } from '@node-rs/argon2';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. At most four run at once (libuv's pool): 76 MiB. */
const PARAMETERS = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  outputLen: 32,
} as const satisfies Options;

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
