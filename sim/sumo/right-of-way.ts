import { insidePlace } from "../../src/model/zone-sight.ts";
import { foreignId } from "./foreign-id.ts";
import type { InnerWay } from "./inner-ways.ts";
import type { SumoNet } from "./net-file.ts";

/**
 * By the place of a connection, those that it has to yield to: the row of its junction's `response` matrix. SUMO makes the matrix from
 * priorities, from right-before-left or from whatever else rules the junction; at a signal it holds under a green that yields. A
 * connection's row is where the last of its inner lanes stands in `intLanes`.
 */
export function yieldsOf(net: SumoNet, ways: readonly InnerWay[]): ReadonlyMap<string, readonly string[]> {
  const rows = new Map<string, { readonly junction: string; readonly row: number }>();
  for (const { id, intLanes } of net.junctions.values()) {
    for (const [row, lane] of intLanes.entries()) rows.set(lane, { junction: id, row });
  }
  const placed = ways.flatMap(({ fromLane, toLane, inside }) => {
    const at = inside.map(({ id }) => rows.get(id)).findLast((row) => row !== undefined);
    const place = insidePlace(foreignId(fromLane.id), foreignId(toLane.id));
    return at === undefined ? [] : [{ place, ...at }];
  });
  const placeAt = new Map(placed.map(({ place, junction, row }) => [`${junction} ${row}`, place]));
  return new Map(
    placed.map(({ place, junction, row }) => {
      const response = net.junctions.get(junction)?.responses.get(row) ?? "";
      const yieldsTo = Array.from({ length: response.length }, (_, other) => other).flatMap((other) => {
        // The last character is column 0.
        const foe = placeAt.get(`${junction} ${other}`);
        return response.charAt(response.length - 1 - other) === "1" && foe !== undefined ? [foe] : [];
      });
      return [place, yieldsTo];
    }),
  );
}
