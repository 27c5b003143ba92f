import { defined } from "../assert.ts";
import type { Detector } from "../model/intersection.ts";

/** A detector anywhere in the network. */
export type DetectorPlace = { readonly node: number; readonly detector: number };

/** What lies at the stop lines and exits of one intersection; `estimate/lanes.ts` LaneTable fits. */
export type HealthLanes = {
  readonly lanes: readonly {
    readonly stopLineLoops: readonly number[];
    readonly advanceLoops: readonly number[];
  }[];
  readonly streams: readonly { readonly lane: number }[];
  readonly exits: readonly {
    readonly link: string;
    readonly entryLoops: readonly number[];
    readonly streams: readonly number[];
  }[];
};

type Node = { readonly detectors: readonly Detector[]; readonly lanes: HealthLanes };

/** A detector is compared with at most so many. */
const NEIGHBOURS_MAX = 8;

/**
 * By intersection and detector: the detectors that the same vehicles pass, or those of the lanes beside. They are the others on its link,
 * whichever intersection they belong to, and those of the lanes that it looks after; of an exit that no other kind of loop lies on, the stop-line loops
 * of the lanes that lead into it.
 */
export function neighboursOf(nodes: readonly Node[]): readonly (readonly (readonly DetectorPlace[])[])[] {
  // Each place is one object, whoever has it for a neighbour.
  const places = nodes.map(({ detectors }, node) =>
    detectors.map((_, detector): DetectorPlace => ({ node, detector })),
  );
  const onLink = new Map<string, DetectorPlace[]>();
  for (const [node, { detectors }] of nodes.entries()) {
    for (const [detector, { link }] of detectors.entries()) {
      const place = defined(places[node]?.[detector], "place");
      const list = onLink.get(link);
      if (list === undefined) onLink.set(link, [place]);
      else list.push(place);
    }
  }
  return nodes.map(({ detectors, lanes }, node) => {
    const beside = watchedTogether(detectors.length, lanes);
    const inside = (detector: number): DetectorPlace => defined(places[node]?.[detector], "place");
    return detectors.map(({ role, link }, detector) => {
      const here = defined(onLink.get(link), "link");
      const found = new Set([...defined(beside[detector], "detector")].map(inside));
      for (const place of here) found.add(place);
      const alone = here.every((place) => roleOf(nodes, place) === "entry");
      if (role === "entry" && alone) for (const other of leadingInto(lanes, link)) found.add(inside(other));
      found.delete(inside(detector));
      return [...found].slice(0, NEIGHBOURS_MAX);
    });
  });
}

function roleOf(nodes: readonly Node[], { node, detector }: DetectorPlace): Detector["role"] {
  return defined(nodes[node]?.detectors[detector], "detector").role;
}

/** By detector: those that look after a lane of its own. */
function watchedTogether(count: number, { lanes }: HealthLanes): readonly (readonly number[])[] {
  const together = Array.from({ length: count }, () => new Set<number>());
  for (const { stopLineLoops, advanceLoops } of lanes) {
    const all = [...stopLineLoops, ...advanceLoops];
    for (const detector of all) for (const other of all) together[detector]?.add(other);
  }
  return together.map((others) => [...others]);
}

function leadingInto({ lanes, streams, exits }: HealthLanes, link: string): readonly number[] {
  return exits
    .filter((exit) => exit.link === link)
    .flatMap((exit) => exit.streams)
    .flatMap((stream) => defined(lanes[defined(streams[stream], "stream").lane], "lane").stopLineLoops);
}
