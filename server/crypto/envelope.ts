/**
 * AES-256-GCM over a whole message (NIST SP 800-38D): version (1 byte) | nonce (12, random) | tag (16) | ciphertext.
 *
 * The associated data says what the message is and which record it belongs to. It is not stored: the reader must know
 * it, so that a row that was moved to another person, model or key does not open.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;
export const KEY_BYTES = 32;

/** The envelope was changed, belongs to another record, or was sealed with another key. AES-GCM cannot tell which. */
export class EnvelopeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EnvelopeError';
  }
}

/** @param key 32 bytes; at most 2³² messages under one key (random nonces). */
export function seal(key: Uint8Array, plain: Uint8Array, context: readonly string[]): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
}

/**
 * Throws EnvelopeError.
 *
 * @param key 32 bytes; as a KeyObject, many messages under one key open in half of the time
 */
export function open(key: Uint8Array | KeyObject, sealed: Uint8Array, context: readonly string[]): Buffer {
  if (sealed.length < HEADER_BYTES) throw new EnvelopeError('the envelope is too short');
  if (sealed[0] !== VERSION) throw new EnvelopeError(`envelope version ${sealed[0]} is not known`);
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(context));
  decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES));
  // All of it: GCM is a stream, and the end only checks the tag.
  const plain = decipher.update(sealed.subarray(HEADER_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    plain.fill(0);
    throw new EnvelopeError('the envelope does not open: changed, moved, or sealed with another key');
  }
}

/** Each part is preceded by its length, so that ["ab", "c"] and ["a", "bc"] differ. */
function associatedData(context: readonly string[]): Buffer {
  const data = Buffer.alloc(context.reduce((sum, text) => sum + 4 + Buffer.byteLength(text), 0));
  let at = 0;
  for (const text of context) {
    const length = data.write(text, at + 4);
    data.writeUInt32BE(length, at);
    at += 4 + length;
  }
  return data;
}
