/**
 * Claims: what a station keeps while the server is away. A claim is a PIN or a badge that nobody has verified yet, sealed
 * to a key of the server and signed by the station; the server verifies it on its return.
 */
import { z } from 'zod';
import './no-eval.ts';
import { id } from './fields.ts';

export const CLAIM_LIMITS = {
  /** In one delivery. */
  batch: 20,
  /** Of one claim as text: it is about 900 characters long. */
  text: 2_000,
  /** An older claim is refused, because nobody remembers that morning any more. Ms. */
  oldest: 14 * 86_400_000,
  /**
   * Refused punches of a door that wait for a decision: somebody who types wrong PINs for fun must not fill the database.
   * Beyond it a station keeps its refused claims.
   */
  refused: 1_000,
} as const;

/** Bytes as base64url, without padding. */
const bytes = (most: number) =>
  z
    .string()
    .max(Math.ceil((most * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/, { error: 'is not base64url' });

/** P-256, uncompressed: 65 bytes. */
export const publicKey = bytes(65);
/** ECDSA over P-256 and SHA-256, r and s: 64 bytes. */
export const signature = bytes(64);

/** A reading of both clocks of a device at one moment. */
const reading = z.strictObject({
  /** The life of a page, in which its monotonic clock has one beginning. */
  page: id,
  /** Wall clock, epoch ms: may be set at any time. */
  wall: z.number(),
  /** Monotonic clock, ms since the page began: never set, but may stand still while the machine sleeps. */
  monotonic: z.number().nonnegative(),
});
export type ClockReading = z.infer<typeof reading>;

/** What both clocks of the device showed at a time of the server. */
const anchor = reading.extend({
  /** Epoch ms by the clock of the server. */
  server: z.number(),
});
export type ClockAnchor = z.infer<typeof anchor>;

/** What the station signs, as JSON. */
export const claimContent = z.strictObject({
  claim: id.describe('Random; also names the punch, so that it is written once.'),
  device: id,
  sequence: z.int().positive().describe('Counts the claims of a device.'),
  made: reading.describe('When the person asked for it.'),
  anchor: anchor.nullable().describe('The best comparison with the clock of the server before that.'),
  key: id.describe('The key of the server that `sealed` is for.'),
  type: z.enum(['pin', 'badge']),
  sealed: bytes(600).describe(
    'The pass as JSON: ephemeral public key (65 bytes), nonce (12), AES-256-GCM with its tag.',
  ),
});
export type ClaimContent = z.infer<typeof claimContent>;

const signedClaim = z.strictObject({
  text: z.string().max(CLAIM_LIMITS.text).describe('`ClaimContent` as JSON.'),
  signature: signature.describe('Of the UTF-8 bytes of `text`, by the key that the device has registered.'),
});
export type SignedClaim = z.infer<typeof signedClaim>;

export const claimDelivery = z.strictObject({
  device: id,
  now: reading.describe('Both clocks of the device as this is sent.'),
  claims: z.array(signedClaim).min(1).max(CLAIM_LIMITS.batch).describe('Oldest first.'),
});
export type ClaimDelivery = z.infer<typeof claimDelivery>;

/** Why a claim was not booked: it is on the list of refused punches. */
export const KEPT_REFUSALS = [
  /** Number and PIN, or the badge, are not valid. */
  'pass',
  /** The person may not punch: suspended or left. */
  'person',
  /** The device was unpaired in the meantime. */
  'device-revoked',
  /** It cannot be read or opened, although it is signed. */
  'unreadable',
  /** The clocks of the device contradict each other, or what the server knows. */
  'time-unsure',
  'too-old',
] as const;
export type ClaimRefusal = (typeof KEPT_REFUSALS)[number];

const claimAnswer = z.strictObject({
  outcome: z
    .enum(['booked', 'already', 'refused', 'later'])
    .describe(
      '`already`: there is such a punch. `refused`: on the list of refused punches. `later`: send it again after `retryAfter`, because of too many wrong tries, too many refused punches that wait for a decision, or a signature that does not fit.',
    ),
  why: z
    .enum([...KEPT_REFUSALS, 'not-signed'])
    .optional()
    .describe('`not-signed`: not by the key of this device.'),
  retryAfter: z.int().optional().describe('Seconds.'),
});
export type ClaimAnswer = z.infer<typeof claimAnswer>;

export const claimAnswers = z.strictObject({
  answers: z.array(claimAnswer).describe('In the order of the claims.'),
});

/** The key of the server that claims are sealed to. */
export interface ClaimKeyView {
  id: string;
  publicKey: string;
}
