/** A list each: that of k is `items[start[k]]` up to but without `items[start[k + 1]]`. */
export type Lists = {
  readonly start: Int32Array;
  readonly items: Int32Array;
};

/** By key from 0 up to `count`: the places that have it, in rising order; other keys are left out. */
export function placesBy(keys: readonly number[], count: number): readonly (readonly number[])[] {
  const places = Array.from({ length: count }, (): number[] => []);
  for (const [place, key] of keys.entries()) places[key]?.push(place);
  return places;
}

export function listsOf(lists: readonly (readonly number[])[]): Lists {
  const start = new Int32Array(lists.length + 1);
  lists.forEach((list, k) => {
    start[k + 1] = start[k]! + list.length;
  });
  return { start, items: Int32Array.from(lists.flat()) };
}
