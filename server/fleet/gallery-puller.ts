/**
 * The analyzer's end of the gallery on another host: it asks for all pages at a revision of the audit trail, and then for whom
 * the trail names. A hint that somebody has changed is followed at once; a hint that is lost costs half a second.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import { decode, encode } from '../broker/codec.ts';
import type { GalleryCommand, GalleryEntry } from '../protocol/analyzer.ts';
import { type GalleryReply, galleryReply, type GalleryRequest, subjects, WIRE } from '../protocol/fleet.ts';
import { PageOpener } from './page-seal.ts';

/** Time limit for a page, ms. */
const PATIENCE = 5_000;
/** Wait after a request that failed, ms. */
const RETRY = 1_000;
/** People asked for at once: of 20 with ten templates each the answer has 400 kB. */
const AT_ONCE = 20;

type Page = Extract<GalleryReply, { type: 'page' }>;

export interface GalleryPullerOptions {
  analyzer: string;
  contract: string;
  nats: NatsConnection;
  apply(command: GalleryCommand): void;
  log: Logger;
}

export class GalleryPuller {
  readonly #options: GalleryPullerOptions;
  readonly #opener = new PageOpener();
  readonly #work = new SerialQueue();
  /** Removed while pages are on their way, which may be from before. */
  readonly #removed = new Set<string>();
  #revision: number | null = null;
  #wanted = -1;
  #busy = false;
  /** Pieces of work under way. */
  #asking = 0;
  #failing = false;
  /** Changes when everything is forgotten: what is on its way then is not taken in any more. */
  #run = 0;

  constructor(options: GalleryPullerOptions) {
    this.#options = options;
  }

  /** The audit event up to which the gallery follows; null while it is not whole. */
  get revision(): number | null {
    return this.#revision;
  }

  /** A server's gallery follows the trail up to there. */
  follow(revision: number): void {
    this.#wanted = Math.max(this.#wanted, revision);
    if (this.#busy) return;
    if (this.#revision !== null && this.#wanted <= this.#revision) return;
    this.#busy = true;
    const run = this.#run;
    void this.#inTurn(async () => {
      try {
        if (this.#revision === null) await this.#pullAll(run);
        else await this.#catchUp(run, this.#revision);
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) {
          const { log } = this.#options;
          log.warn(
            { event: 'gallery.not-pulled', err: error },
            'the gallery could not be asked for; will try again',
          );
        }
        this.#failing = true;
        await sleep(RETRY, undefined, { ref: false });
      } finally {
        this.#busy = false;
      }
    });
  }

  /** Somebody has changed. */
  changed(personId: string, removed: boolean): void {
    if (removed) return this.remove(personId);
    if (this.#revision === null) return;
    const run = this.#run;
    void this.#inTurn(() => this.#people(run, [personId])).catch(() => {
      // It is only a hint: the revision brings it.
    });
  }

  /** From now on nobody is called by this name, whatever is on its way. */
  remove(personId: string): void {
    if (this.#asking > 0) this.#removed.add(personId);
    this.#options.apply({ type: 'gallery.remove', personId });
  }

  /** Forgets everybody at once. */
  forget(): void {
    this.#run += 1;
    this.#revision = null;
    this.#removed.clear();
    this.#options.apply({ type: 'gallery.clear', templates: {} });
  }

  /** One piece of work after another. Whoever is removed meanwhile is left out of what arrives. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#asking += 1;
    try {
      await this.#work.run(work);
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) this.#removed.clear();
    }
  }

  async #pullAll(run: number): Promise<void> {
    this.#options.apply({ type: 'gallery.clear', templates: {} });
    let oldest = Infinity;
    for (let after: string | null = null; ;) {
      const page: Page = await this.#page({ type: 'page', after });
      if (run !== this.#run) return;
      this.#add(this.#open(page, after ?? ''));
      oldest = Math.min(oldest, page.revision);
      after = page.next;
      if (after === null) break;
    }
    this.#revision = oldest;
    this.#options.log.info({ event: 'gallery.pulled', revision: oldest }, 'the gallery is here');
  }

  async #catchUp(run: number, from: number): Promise<void> {
    const reply = await this.#ask({ type: 'since', revision: from });
    if (reply.type !== 'since') throw new Error('a page came where changes were asked for');
    if (run !== this.#run) return;
    if (reply.ids === null) {
      this.#revision = null;
      return this.#pullAll(run);
    }
    for (let at = 0; at < reply.ids.length; at += AT_ONCE) {
      await this.#people(run, reply.ids.slice(at, at + AT_ONCE));
    }
    if (run === this.#run && this.#revision !== null) {
      this.#revision = Math.max(this.#revision, reply.revision);
    }
  }

  async #people(run: number, ids: string[]): Promise<void> {
    for (const id of ids) this.#removed.delete(id);
    const context = ids.join(' ');
    const page = await this.#page({ type: 'people', ids });
    if (run !== this.#run) return;
    const entries = this.#open(page, context);
    const there = new Set(entries.map(({ personId }) => personId));
    for (const personId of ids) {
      if (!there.has(personId)) this.#options.apply({ type: 'gallery.remove', personId });
    }
    this.#add(entries);
  }

  #add(entries: readonly GalleryEntry[]): void {
    const left = entries.filter(({ personId }) => !this.#removed.has(personId));
    if (left.length > 0) this.#options.apply({ type: 'gallery.add', entries: left });
  }

  #open(page: Page, context: string): GalleryEntry[] {
    const { analyzer } = this.#options;
    return this.#opener.open(page, { analyzer, revision: page.revision, page: context });
  }

  async #page(ask: GalleryRequest['ask']): Promise<Page> {
    const reply = await this.#ask(ask);
    if (reply.type !== 'page') throw new Error('changes came where a page was asked for');
    return reply;
  }

  async #ask(ask: GalleryRequest['ask']): Promise<GalleryReply> {
    const { nats, analyzer, contract } = this.#options;
    const request: GalleryRequest = { v: WIRE, curve: this.#opener.curve, contract, ask };
    const { data } = await nats.request(subjects.gallery(analyzer), encode(request), { timeout: PATIENCE });
    const reply = galleryReply.parse(decode(data));
    if (reply.type === 'refused') throw new Error(reply.reason);
    return reply;
  }
}
