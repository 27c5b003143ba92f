import type { WorldPoint } from "./transform.ts";

type Placed = { readonly id: string; readonly x: number; readonly y: number };

/** Those that lie within a closed line, by the even-odd rule; one of fewer than three points holds nothing. */
export function within<Site extends Placed>(
  line: readonly WorldPoint[],
  sites: readonly Site[],
): readonly Site[] {
  return line.length < 3 ? [] : sites.filter(({ x, y }) => isInside(line, x, y));
}

function isInside(line: readonly WorldPoint[], x: number, y: number): boolean {
  let inside = false;
  line.forEach(([toX, toY], index) => {
    const [fromX, fromY] = line.at(index - 1) ?? [toX, toY];
    if (fromY > y === toY > y) return;
    if (x < fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX)) inside = !inside;
  });
  return inside;
}
