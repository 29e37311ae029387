/** Passwords: argon2id, and a policy of length (NIST SP 800-63B: no composition rules); see also `password-policy.ts`. */
import { hash, verify, type Options } from '@node-rs/argon2';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. At most four run at once (libuv's pool): 76 MiB. */
const PARAMETERS = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  outputLen: 32,
} as const satisfies Options;

/** Whether the hash was made with weaker parameters than today's. */
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

/** Without a hash (no such account) it takes equally long and returns false, so that the time does not reveal which accounts exist. */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('the password of nobody');
  const matches = await verify(stored ?? (await nobody), normalize(password));
  return matches && stored !== null && stored !== undefined;
}

/** The same characters can be different code points on another keyboard. */
function normalize(password: string): string {
  return password.normalize('NFKC');
}
