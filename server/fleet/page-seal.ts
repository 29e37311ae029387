/**
 * Pages of the gallery, sealed for one run of one analyzer: whoever reads along at the broker, another analyzer included, reads
 * nothing. A server makes one AES-256-GCM key for each, and seals that for the curve key that the analyzer has sent.
 */
import { randomBytes } from 'node:crypto';
import { createCurve, fromCurveSeed } from '@nats-io/nkeys';
import type { z } from 'zod';
import { decode, encode } from '../broker/codec.ts';
import { KEY_BYTES, open, seal } from '../crypto/envelope.ts';
import type { GalleryEntry } from '../protocol/analyzer.ts';
import { galleryPage } from '../protocol/fleet.ts';

/** Analyzers whose keys a server remembers; the one that has not asked for longest gets a new one. */
const REMEMBERED = 200;

export interface SealedPage {
  /** Public curve key of the server. */
  from: string;
  /** The session key, sealed for the analyzer. */
  key: Uint8Array;
  sealed: Uint8Array;
}

/** What a page is: it does not open as another one. */
export interface PageContext {
  analyzer: string;
  revision: number;
  /** What was asked for. */
  page: string;
}

const contextOf = ({ analyzer, revision, page }: PageContext) => [
  'muster/gallery-page',
  analyzer,
  String(revision),
  page,
];

/** The server's end. */
export class PageSealer {
  readonly #curve = createCurve();
  readonly #keys = new Map<string, { key: Buffer; sealed: Uint8Array }>();

  /**
   * @param curve public curve key of the analyzer
   * @throws Error where that is no such key
   */
  seal(curve: string, entries: readonly GalleryEntry[], context: PageContext): SealedPage {
    const { key, sealed } = this.#keyFor(curve);
    const plain = Buffer.from(encode([...entries]));
    const page = seal(key, plain, contextOf(context));
    plain.fill(0);
    return { from: this.#curve.getPublicKey(), key: sealed, sealed: page };
  }

  #keyFor(curve: string): { key: Buffer; sealed: Uint8Array } {
    let known = this.#keys.get(curve);
    if (!known) {
      const key = randomBytes(KEY_BYTES);
      known = { key, sealed: this.#curve.seal(key, curve) };
    }
    this.#keys.delete(curve);
    this.#keys.set(curve, known);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > REMEMBERED && oldest !== undefined) this.#keys.delete(oldest);
    return known;
  }
}

/** The analyzer's end. */
export class PageOpener {
  readonly #curve = fromCurveSeed(createCurve().getSeed());
  /** The last key of each server, as it came and as it is. */
  readonly #keys = new Map<string, { sealed: Buffer; key: Uint8Array }>();

  /** Public key that pages are sealed for. */
  get curve(): string {
    return this.#curve.getPublicKey();
  }

  /** Throws where the page is not sealed for this analyzer, or is another one. */
  open({ from, key: sealedKey, sealed }: SealedPage, context: PageContext): GalleryEntry[] {
    const known = this.#keys.get(from);
    let key = known?.sealed.equals(sealedKey) ? known.key : null;
    if (!key) {
      key = this.#curve.open(sealedKey, from);
      if (key?.length !== KEY_BYTES) throw new Error('the page is not sealed for this analyzer');
      this.#keys.set(from, { sealed: Buffer.from(sealedKey), key });
    }
    const plain = open(key, sealed, contextOf(context));
    const entries = galleryPage.parse(decode(plain));
    plain.fill(0);
    return entries.map(withoutUndefined);
  }
}

function withoutUndefined({ lookAlikes, ...entry }: z.infer<typeof galleryPage>[number]): GalleryEntry {
  return { ...entry, ...(lookAlikes && { lookAlikes }) };
}
