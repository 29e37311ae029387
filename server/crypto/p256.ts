/**
 * What a browser signs and seals with Web Cryptography, on the curve P-256: ECDSA with SHA-256, and messages to a public
 * key (ECDH, HKDF with SHA-256, AES-256-GCM). Public keys are uncompressed points of 65 bytes.
 */
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { EnvelopeError } from './envelope.ts';

const CURVE = 'prime256v1';
const POINT_BYTES = 65;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface KeyPair {
  publicKey: Buffer;
  privateKey: Buffer;
}

export function newKeyPair(): KeyPair {
  const ecdh = createECDH(CURVE);
  return { publicKey: ecdh.generateKeys(), privateKey: ecdh.getPrivateKey() };
}

/** Whether these bytes are a point of the curve. */
export function isPublicKey(bytes: Uint8Array): boolean {
  try {
    keyOf(bytes);
    return true;
  } catch {
    return false;
  }
}

/** @param signature r and s, 64 bytes, as browsers write them */
export function isSignedBy(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify('sha256', data, { key: keyOf(publicKey), dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}

/**
 * Opens a message to this key pair: ephemeral public key | nonce | ciphertext | tag.
 *
 * @param context what the sender said the message belongs to; it is not part of the message
 * @throws EnvelopeError
 */
export function openMessage(pair: KeyPair, message: Uint8Array, context: string): Buffer {
  if (message.length < POINT_BYTES + NONCE_BYTES + TAG_BYTES) {
    throw new EnvelopeError('the message is too short');
  }
  const sender = message.subarray(0, POINT_BYTES);
  const nonce = message.subarray(POINT_BYTES, POINT_BYTES + NONCE_BYTES);
  const body = message.subarray(POINT_BYTES + NONCE_BYTES, -TAG_BYTES);
  try {
    const ecdh = createECDH(CURVE);
    ecdh.setPrivateKey(pair.privateKey);
    const info = Buffer.concat([Buffer.from('muster/claim'), sender, pair.publicKey]);
    const key = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), '', info, 32));
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context, 'utf8'));
    decipher.setAuthTag(message.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch (error) {
    throw new EnvelopeError(
      `the message does not open: changed, or for another key (${(error as Error).message})`,
    );
  }
}

function keyOf(point: Uint8Array) {
  const bytes = Buffer.from(point);
  if (bytes.length !== POINT_BYTES || bytes[0] !== 4)
    throw new TypeError('not an uncompressed point of P-256');
  const x = bytes.subarray(1, 33).toString('base64url');
  const y = bytes.subarray(33).toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } });
}
