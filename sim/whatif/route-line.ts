import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { Point } from "../../src/model/network.ts";
import { modulo } from "../../src/units.ts";

/** A route of the network as one line, its links' shapes and across the junctions between them. */
export type RouteLine = {
  readonly route: string;
  readonly name: string;
  readonly segments: readonly Segment[];
  readonly lengthMeters: number;
  /** Where its links end at signals, and whose phase lets them go straight on. */
  readonly stopLines: readonly StopLine[];
};

export type StopLine = {
  readonly intersection: string;
  readonly phase: string;
  readonly meters: number;
};

type Segment = {
  readonly from: Point;
  /** Towards its end, of length one. */
  readonly direction: Point;
  readonly headingDegrees: number;
  readonly lengthMeters: number;
  /** Of its begin along the route. */
  readonly atMeters: number;
};

/** Farther from the centre line of its carriageway nobody drives, nor so much across it. */
const BESIDE_METERS = 9;
const ACROSS_DEGREES = 35;

export function routeLinesOf(network: Network): readonly RouteLine[] {
  const linkOf = new Map(network.links.map((link) => [link.id, link]));
  return network.routes.map(({ id, name, links }) => {
    const segments: Segment[] = [];
    const ends: number[] = [];
    let atMeters = 0;
    let before: Point | undefined;
    for (const link of links) {
      for (const point of defined(linkOf.get(link), link).shape) {
        const segment = before === undefined ? undefined : segmentOf(before, point, atMeters);
        if (segment !== undefined) segments.push(segment);
        atMeters += segment?.lengthMeters ?? 0;
        before = point;
      }
      ends.push(atMeters);
    }
    const stopLines = links.flatMap((link, place) =>
      stopLineOf(network, link, links[place + 1], defined(ends[place], "end of the link")),
    );
    return { route: id, name, segments, lengthMeters: atMeters, stopLines };
  });
}

function segmentOf([x, y]: Point, [toX, toY]: Point, atMeters: number): Segment | undefined {
  const [dx, dy] = [toX - x, toY - y];
  const lengthMeters = Math.hypot(dx, dy);
  if (lengthMeters === 0) return undefined;
  const headingDegrees = modulo((Math.atan2(dx, dy) * 180) / Math.PI, 360);
  return {
    from: [x, y],
    direction: [dx / lengthMeters, dy / lengthMeters],
    headingDegrees,
    lengthMeters,
    atMeters,
  };
}

function stopLineOf(
  network: Network,
  link: string,
  next: string | undefined,
  meters: number,
): readonly StopLine[] {
  return network.intersections.flatMap(({ id, movements }) =>
    movements
      .filter(({ fromLink, toLink }) => fromLink === link && toLink === next)
      .slice(0, 1)
      .map(({ phase }) => ({ intersection: id, phase, meters })),
  );
}

/** How far along the route a vehicle is that drives on it; `undefined` for who drives elsewhere. */
export function placeOn(
  { segments }: RouteLine,
  { x, y, heading }: { readonly x: number; readonly y: number; readonly heading: number },
): number | undefined {
  for (const { from, direction, headingDegrees, lengthMeters, atMeters } of segments) {
    const along = (x - from[0]) * direction[0] + (y - from[1]) * direction[1];
    if (along < 0 || along > lengthMeters) continue;
    const beside = Math.abs((x - from[0]) * direction[1] - (y - from[1]) * direction[0]);
    const across = Math.abs(modulo(heading - headingDegrees + 180, 360) - 180);
    if (beside <= BESIDE_METERS && across <= ACROSS_DEGREES) return atMeters + along;
  }
  return undefined;
}
