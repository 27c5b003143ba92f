import { defined } from "../assert.ts";
import type { LaneTable } from "../estimate/lanes.ts";
import type { Network } from "../model/files.ts";
import type { Coupling } from "../optimize/couplings.ts";

/** One link that leads to the stop lines of an intersection, as far as congestion is concerned. */
export type Approach = {
  readonly link: string;
  /** Stop-line lanes, by their place in the lane table. */
  readonly lanes: readonly number[];
  /** Standing vehicles that fit between its stop lines and the signal, or the junction, before it. */
  readonly storageVehicles: number;
  /** The intersection before it, and its detectors at the begin of the road to here; `null` where there is none. */
  readonly entry: { readonly node: number; readonly loops: readonly number[] } | null;
};

type Node = { readonly id: string; readonly lanes: LaneTable };

/** The approaches of every intersection, by its place. */
export function approachesOf(
  network: Network,
  nodes: readonly Node[],
  couplings: readonly Coupling[],
): readonly (readonly Approach[])[] {
  const links = new Map(network.links.map((link) => [link.id, link]));
  const places = new Map(nodes.map(({ id }, index) => [id, index]));
  const couplingOf = new Map(couplings.map((coupling) => [coupling.approachLink, coupling]));
  return nodes.map(({ lanes }) =>
    [...new Set(lanes.lanes.map(({ link }) => link))].map((link): Approach => {
      // A copy takes no room for more.
      const own = lanes.lanes.flatMap((lane, index) => (lane.link === link ? [index] : [])).slice();
      const coupling = couplingOf.get(link);
      // The queue may stand on the link that the road from the signal before begins with, too.
      const road = new Set(coupling === undefined ? [link] : [link, coupling.exitLink]);
      return {
        link,
        lanes: own,
        storageVehicles: [...road].reduce((sum, id) => sum + defined(links.get(id), id).storageVehicles, 0),
        entry: coupling === undefined ? null : entryOf(coupling, nodes, places),
      };
    }),
  );
}

function entryOf(
  { fromIntersection, exitLink }: Coupling,
  nodes: readonly Node[],
  places: ReadonlyMap<string, number>,
): Approach["entry"] {
  const node = defined(places.get(fromIntersection), fromIntersection);
  const exit = defined(nodes[node], fromIntersection).lanes.exits.find(({ link }) => link === exitLink);
  const loops = exit?.entryLoops ?? [];
  return loops.length === 0 ? null : { node, loops };
}

/** The road between an exit of an intersection and the next signal. */
export type Road = {
  /** Place of the intersection at its end. */
  readonly node: number;
  /** That one's stop-line lanes at its end, by their place in its lane table. */
  readonly lanes: readonly number[];
  readonly storageVehicles: number;
};

/** By intersection and exit: the road to the next signal; `null` where none follows. */
export function roadsToSignals(
  nodes: readonly Node[],
  approaches: readonly (readonly Approach[])[],
  couplings: readonly Coupling[],
): readonly (readonly (Road | null)[])[] {
  const places = new Map(nodes.map(({ id }, index) => [id, index]));
  return nodes.map(({ id, lanes: { exits } }) => {
    const own = couplings.filter(({ fromIntersection }) => fromIntersection === id);
    return exits.map(({ link }): Road | null => {
      const coupling = own.find(({ exitLink }) => exitLink === link);
      if (coupling === undefined) return null;
      const node = defined(places.get(coupling.toIntersection), coupling.toIntersection);
      const end = approaches[node]?.find((approach) => approach.link === coupling.approachLink);
      return end === undefined ? null : { node, lanes: end.lanes, storageVehicles: end.storageVehicles };
    });
  });
}
