import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ref } from 'lit/directives/ref.js';

/** Rows that come and go together. */
const CHUNK = 50;
/** Chunks this near to the screen are in the document. */
const NEAR = '1200px';
/** Of a row that was never shown, px. */
const USUAL_ROW = 68;
/** Lists whose heights are known when a reader comes back to them. */
const REMEMBERED = 3;

/** Heights of the chunks of lists that were left, by the key of the list; the newest last. */
const remembered = new Map<string, number[]>();

export interface RowChunk<Item> {
  index: number;
  /** Of its first row in the list; the first is 0. */
  start: number;
  /** Null where it is far from the screen: then a blank of this height stands in its place, px. */
  items: readonly Item[] | null;
  height: number;
}

/**
 * Keeps the document small, however long a list is: only the rows near the screen are in it, and a blank of the same height
 * stands for each chunk of the others. So the list is a table as any other, its scroll bar is right, and nothing jumps.
 * A chunk that has the focus stays.
 */
export class RowChunks implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #keyOf: () => string;
  readonly #near = new Set<number>([0]);
  #heights: number[] = [];
  #observer: IntersectionObserver | null = null;

  /** @param keyOf names the list, so that its heights are found again */
  constructor(host: ReactiveControllerHost & Element, keyOf: () => string) {
    this.#host = host;
    this.#keyOf = keyOf;
    host.addController(this);
  }

  hostConnected() {
    this.#heights = remembered.get(this.#keyOf()) ?? [];
    this.#watch();
  }

  hostDisconnected() {
    this.#observer?.disconnect();
    this.#observer = null;
    remembered.delete(this.#keyOf());
    remembered.set(this.#keyOf(), this.#heights);
    for (const key of [...remembered.keys()].slice(0, -REMEMBERED)) remembered.delete(key);
  }

  /** The list holds other rows now. */
  reset() {
    this.#heights = [];
    this.#near.clear();
    this.#near.add(0);
    this.#watch();
  }

  of<Item>(items: readonly Item[]): RowChunk<Item>[] {
    return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) => {
      const start = index * CHUNK;
      const own = items.slice(start, start + CHUNK);
      return {
        index,
        start,
        items: this.#near.has(index) ? own : null,
        height: this.#heights[index] ?? own.length * USUAL_ROW,
      };
    });
  }

  /** For the element of a chunk, which has its index in `data-chunk`. */
  readonly seen = ref((element) => {
    if (element) this.#observer?.observe(element);
  });

  /** Anew: what is in view is reported again, when it is rendered next. */
  #watch() {
    this.#observer?.disconnect();
    this.#observer = new IntersectionObserver((entries) => this.#see(entries), {
      rootMargin: `${NEAR} 0px`,
    });
  }

  #see(entries: readonly IntersectionObserverEntry[]) {
    let changed = false;
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      if (!target.isConnected) continue;
      const index = Number((target as HTMLElement).dataset['chunk']);
      if (isIntersecting === this.#near.has(index)) continue;
      if (isIntersecting) this.#near.add(index);
      else if (target.contains(this.#host.shadowRoot?.activeElement ?? null)) continue;
      else {
        this.#heights[index] = boundingClientRect.height;
        this.#near.delete(index);
      }
      changed = true;
    }
    if (changed) this.#host.requestUpdate();
  }
}
