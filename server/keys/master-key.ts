/** The key that wraps all others. `key-source.ts` reads it; `key-ring.ts` knows which one is in use. */
import { createHash, hkdfSync } from 'node:crypto';
import { KEY_BYTES, open as openEnvelope, seal } from '../crypto/envelope.ts';

export class MasterKey {
  /** Fingerprint: distinguishes keys and reveals nothing about them. */
  readonly id: string;
  readonly #key: Buffer;

  constructor(key: Buffer) {
    if (key.length !== KEY_BYTES) throw new Error(`The master key must have ${KEY_BYTES} bytes`);
    this.#key = key;
    this.id = createHash('sha256').update('muster/master-key-id').update(key).digest('hex').slice(0, 16);
  }

  /** For the key file. */
  bytes(): Buffer {
    return Buffer.from(this.#key);
  }

  wrap(dataKey: Uint8Array, context: readonly string[]): Buffer {
    return seal(this.#key, dataKey, context);
  }

  /** Throws EnvelopeError. */
  unwrap(wrapped: Uint8Array, context: readonly string[]): Buffer {
    return openEnvelope(this.#key, wrapped, context);
  }

  /** Seals another master key under this one, so that a server that only has this one keeps working during a rotation. */
  wrapKey(other: MasterKey): Buffer {
    return seal(this.#key, other.#key, ['muster/master-key', this.id, other.id]);
  }

  /** Throws EnvelopeError. */
  unwrapKey(wrapped: Uint8Array, id: string): MasterKey {
    return new MasterKey(openEnvelope(this.#key, wrapped, ['muster/master-key', this.id, id]));
  }

  /** Derives a key for another purpose, which reveals nothing about this one (HKDF, RFC 5869). */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#key, '', `muster/${purpose}`, KEY_BYTES));
  }
}
