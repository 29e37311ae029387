/**
 * Keyed places for a list that changes for weeks: each item keeps its place while it is in the list, and a later
 * item takes a free place. Lit's `repeat` does the same, but leaves a comment node behind for every item it removes
 * (lit/lit#5298, since lit-html 3.3.1): on a station they would pile up without end.
 *
 * Render the places with `map`, each with `keyed`; where the order matters, set it with CSS `order`.
 */
export class Slots<Item, Key> {
  readonly #keyOf: (item: Item) => Key;
  #keys: readonly (Key | undefined)[] = [];

  constructor(keyOf: (item: Item) => Key) {
    this.#keyOf = keyOf;
  }

  /** @returns the items, each at its place; `undefined` where a place is free. Never longer than the longest list so far. */
  place(items: readonly Item[]): readonly (Item | undefined)[] {
    const byKey = new Map(items.map((item) => [this.#keyOf(item), item]));
    const places = this.#keys.map((key) => {
      if (key === undefined) return undefined;
      const item = byKey.get(key);
      byKey.delete(key);
      return item;
    });
    for (const item of byKey.values()) {
      const free = places.indexOf(undefined);
      places[free < 0 ? places.length : free] = item;
    }
    while (places.length > 0 && places.at(-1) === undefined) places.pop();
    this.#keys = places.map((item) => (item === undefined ? undefined : this.#keyOf(item)));
    return places;
  }
}
