/** Items of one chunk: the square root of the lengths that occur, so that copying a chunk and copying the list of chunks cost alike. */
const CHUNK = 64;

/**
 * A list that is never changed in place: `with` gives another one that shares all but one chunk with the list before. Changing one
 * item of n costs 64 + n/64 copied references instead of n.
 */
export class PersistentList<Item> implements Iterable<Item> {
  readonly length: number;
  readonly chunks: readonly (readonly Item[])[];

  private constructor(length: number, chunks: readonly (readonly Item[])[]) {
    this.length = length;
    this.chunks = chunks;
  }

  static from<Item>(items: readonly Item[]): PersistentList<Item> {
    const chunks = Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, chunk) =>
      items.slice(chunk * CHUNK, (chunk + 1) * CHUNK),
    );
    return new PersistentList(items.length, chunks);
  }

  /** The item at a place from the begin; `undefined` outside. */
  at(index: number): Item | undefined {
    return this.chunks[Math.floor(index / CHUNK)]?.[index % CHUNK];
  }

  /** Like the method of arrays of the same name: throws a `RangeError` outside the list. */
  with(index: number, item: Item): PersistentList<Item> {
    const place = Math.floor(index / CHUNK);
    const chunk = this.chunks[place];
    if (chunk === undefined) throw new RangeError(`no item ${index} in a list of ${this.length}`);
    return new PersistentList(this.length, this.chunks.with(place, chunk.with(index % CHUNK, item)));
  }

  map<Other>(change: (item: Item, index: number) => Other): PersistentList<Other> {
    const chunks = this.chunks.map((chunk, place) =>
      chunk.map((item, index) => change(item, place * CHUNK + index)),
    );
    return new PersistentList(this.length, chunks);
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const chunk of this.chunks) yield* chunk;
  }

  *entries(): Generator<readonly [number, Item]> {
    let index = 0;
    for (const item of this) {
      yield [index, item];
      index += 1;
    }
  }
}
