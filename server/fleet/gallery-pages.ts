/**
 * The server's end of the gallery that analyzers on other hosts pull: pages by the order of ids, at a revision of the audit
 * trail, and who has changed since. Any server answers; nothing of it rests in the broker.
 */
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { KeptGallery } from '../analyzer/kept-gallery.ts';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { decode, encode } from '../broker/codec.ts';
import type { GalleryEntry } from '../protocol/analyzer.ts';
import { type GalleryReply, galleryRequest, subjects, token, WIRE } from '../protocol/fleet.ts';
import { PageSealer } from './page-seal.ts';

/** Bytes of templates in a page. The broker takes a megabyte. */
const PAGE_BYTES = 400 * 1024;
/** More people than this change at once only in an import: then the whole gallery is asked for. */
const MOST_CHANGES = 2_000;

export interface GalleryPagesOptions {
  nats: NatsConnection;
  kept: Pick<KeptGallery, 'after' | 'of' | 'filled'>;
  /** The audit event that the gallery follows, and who has changed since another one. */
  changes: {
    readonly revision: number;
    peopleSince(revision: number, most: number): Promise<string[] | null>;
  };
  contract: string;
  log: Logger;
}

export class GalleryPages {
  readonly #options: GalleryPagesOptions;
  readonly #sealer = new PageSealer();
  readonly #faults = new RepeatedFaults();

  constructor(options: GalleryPagesOptions) {
    this.#options = options;
  }

  /** Answers from now on, for as long as the connection is open. */
  listen(): void {
    this.#options.nats.subscribe(subjects.gallery('*'), {
      queue: 'servers',
      callback: (_error, message) => void this.#answer(message),
    });
  }

  async #answer(message: Msg): Promise<void> {
    try {
      message.respond(encode(await this.#reply(message)));
    } catch (error) {
      const { log } = this.#options;
      if (this.#faults.isNew(String(error))) {
        log.error(
          { event: 'gallery.not-sent', subject: message.subject, err: error },
          'an analyzer asked for the gallery and could not get it (logged once an hour)',
        );
      }
    }
  }

  async #reply({ subject, data }: Msg): Promise<GalleryReply> {
    const analyzer = token.parse(subject.split('.').at(-1));
    const { curve, contract, ask } = galleryRequest.parse(decode(data));
    const { kept, changes } = this.#options;
    if (contract !== this.#options.contract) {
      const reason = `this server recognizes with ${this.#options.contract}, the analyzer with ${contract}`;
      return { v: WIRE, type: 'refused', reason };
    }
    if (!kept.filled) return { v: WIRE, type: 'refused', reason: 'the gallery is not loaded yet' };
    // Before anything is read: what is read may be newer, and must not be older.
    const { revision } = changes;
    if (ask.type === 'since') {
      const ids = await changes.peopleSince(ask.revision, MOST_CHANGES);
      return { v: WIRE, type: 'since', revision, ids };
    }
    const sealed = (entries: GalleryEntry[], page: string, next: string | null): GalleryReply => {
      const context = { analyzer, revision, page };
      return { v: WIRE, type: 'page', revision, next, ...this.#sealer.seal(curve, entries, context) };
    };
    if (ask.type === 'people') return sealed(kept.of(ask.ids), ask.ids.join(' '), null);
    const { entries, next } = kept.after(ask.after, PAGE_BYTES);
    return sealed(entries, ask.after ?? '', next);
  }
}
