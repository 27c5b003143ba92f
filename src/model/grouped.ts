/** Places of a list by key, in the order given; a place may have several keys, and `undefined` is none. */
export function grouped<Key>(
  places: Iterable<number>,
  keysOf: (place: number) => readonly (Key | undefined)[],
): ReadonlyMap<Key, readonly number[]> {
  const groups = new Map<Key, number[]>();
  for (const place of places) {
    for (const key of keysOf(place)) {
      if (key === undefined) continue;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [place]);
      else group.push(place);
    }
  }
  return groups;
}
