import type { Network } from "../../src/model/files.ts";
import type { Phase } from "../../src/model/intersection.ts";
import { constantly, fourLegs, oneApproach } from "./small-networks.ts";

function crossing(crosses: string, crosswalkMeters: number): NonNullable<Phase["pedestrian"]> {
  return { crosswalkMeters, walkSeconds: 7, clearSeconds: 6, bufferSeconds: 3, crosses };
}

/** The network with a crosswalk at each of these phases, and pedestrians an hour there. */
export function withCrosswalks(
  base: Network,
  crosswalks: Readonly<
    Record<string, { readonly crosses: string; readonly meters: number; readonly perHour: number }>
  >,
): Network {
  const { demand } = base;
  if (demand === undefined) throw new Error("small networks have demand");
  return {
    ...base,
    intersections: base.intersections.map((intersection) => ({
      ...intersection,
      phases: intersection.phases.map((phase) => {
        const own = crosswalks[phase.id];
        return own === undefined ? phase : { ...phase, pedestrian: crossing(own.crosses, own.meters) };
      }),
    })),
    demand: {
      ...demand,
      pedestrians: Object.entries(crosswalks).map(([phase, { perHour }]) => ({
        intersection: "J",
        phase,
        persons: constantly(perHour),
      })),
    },
  };
}

/** A right turn over the crosswalk of the street that it turns into, 7 m with a lane in each direction, which walks with its phase. */
export function walkedTurn(carsPerHour: number, personsPerHour: number): Network {
  const base = oneApproach("right", 1600, carsPerHour);
  const out = base.links.find(({ id }) => id === "j-b");
  if (out === undefined) throw new Error("the street that it turns into");
  const back = { ...out, id: "b-j", from: "b", to: "j", shape: out.shape.toReversed() };
  return withCrosswalks(
    { ...base, links: [...base.links, back] },
    { "1": { crosses: "j-b", meters: 7, perHour: personsPerHour } },
  );
}

/** Four legs of which the western one's right turn, and the eastern one's left turn, go over a crosswalk that walks with phase W. */
export function walkedCross(carsPerHour: number, personsPerHour: number): Network {
  return withCrosswalks(fourLegs(carsPerHour), {
    W: { crosses: "j-S", meters: 16, perHour: personsPerHour },
  });
}
