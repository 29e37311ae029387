/**
 * Refuses passwords that are on every list of guesses, and passwords made of the name of the account (NIST SP 800-63B-4
 * §3.1.1.2, ASVS 5.0 §6.2: no composition rules, no forced change).
 */
import { MusterError } from '../protocol/error.ts';

/** The most common passwords of twelve characters and more, in lower case and without separators. */
const COMMON = new Set([
  'administrator',
  'adminadminadmin',
  'changemechangeme',
  'correcthorsebatterystaple',
  'football1234',
  'iloveyouforever',
  'iloveyousomuch',
  'iloveyou1234',
  'letmeinletmein',
  'letmein12345',
  'liverpool123',
  'motherfucker',
  'mustermuster',
  'p@ssw0rd1234',
  'p@ssword1234',
  'passw0rd1234',
  'password1234',
  'password12345',
  'password123456',
  'password123!',
  'passwordpassword',
  'qwerty123456',
  'qwertyqwerty',
  'thisisapassword',
  'thisismypassword',
  'trustno1trustno1',
  'unbelievable',
  'welcome12345',
  'welcomewelcome',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'q1w2e3r4t5y6',
  'zaq12wsxcde3',
]);

/** Runs of keys and letters. Any part of one, in either direction and repeated, is an easy guess. */
const RUNS = [
  '0123456789',
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
];

/** Characters that must be left after the known words are removed. */
const OWN = 8;

/** Throws MusterError `validation-failed` at the field `password`. */
export function refuseKnownPassword(password: string, about: { username: string; name: string }): void {
  const fault = knownFault(password, about);
  if (fault === null) return;
  throw new MusterError('validation-failed', `password ${fault}.`, {
    faults: [{ path: 'password', message: fault }],
  });
}

function knownFault(password: string, { username, name }: { username: string; name: string }): string | null {
  const plain = password.normalize('NFKC').toLowerCase();
  const joined = plain.replaceAll(/[\s._-]/g, '');
  if (COMMON.has(plain) || COMMON.has(joined)) return 'is one of the commonest: everybody tries it';
  if (RUNS.some((run) => isRun(joined, run))) return 'is a row of keys: everybody tries it';
  const known = [username, ...username.split(/[._@-]/), ...name.split(/\s+/), 'muster', 'password'];
  let rest = joined;
  for (const word of known.map((text) => text.toLowerCase()).toSorted((a, b) => b.length - a.length)) {
    if (word.length >= 3) rest = rest.replaceAll(word, '');
  }
  return rest.length < OWN && rest.length < joined.length
    ? 'is little more than your name: add words of your own'
    : null;
}

function isRun(text: string, run: string): boolean {
  const times = Math.ceil(text.length / run.length) + 1;
  const forward = run.repeat(times);
  const backward = Array.from(run).toReversed().join('').repeat(times);
  return forward.includes(text) || backward.includes(text);
}
