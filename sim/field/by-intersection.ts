/** What a plant told in a step, by the intersection of which it is, each in its order. */
export function byIntersection<Told extends { readonly intersection: string }>(
  list: readonly Told[],
): ReadonlyMap<string, readonly Told[]> {
  const lists = new Map<string, Told[]>();
  for (const told of list) {
    const known = lists.get(told.intersection);
    if (known === undefined) lists.set(told.intersection, [told]);
    else known.push(told);
  }
  return lists;
}
