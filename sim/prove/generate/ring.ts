import { defined } from "../../../src/assert.ts";
import type { Network } from "../../../src/model/files.ts";
import type { Intersection, Overlap, Phase, Stage, Turn } from "../../../src/model/intersection.ts";
import { drawPhase } from "./phase.ts";
import { withPlans } from "./plans.ts";
import { drawSpecialOperation } from "./special.ts";
import { drawGround, outLinkOf, type Stream } from "./ground.ts";
import { drawLayout, type RingLayout, type RingPlace } from "./ring-layout.ts";
import type { Random } from "../random.ts";

/** A ring-and-barrier intersection with its streets, or `undefined` when this draw has no cycle within the schema. */
export function generateRing(random: Random): Network | undefined {
  const layout = drawLayout(random);
  const speeds = Array.from({ length: layout.legCount }, () => random.integer(80, 220) / 10);
  const streams = layout.places.flatMap((place) => streamOf(random, layout, place));
  const ground = drawGround(random, layout.legCount, speeds, streams);
  const phases = layout.places.map((place) => phaseOf(random, layout, speeds, place));
  const rings = layout.rings.map((ring) => ring.map((group) => [...group]));
  const overlaps = random.chance(0.5) ? drawOverlaps(random, layout, phases) : [];
  const skeleton = {
    structure: "ringBarrier" as const,
    movements: ground.movements,
    phases,
    stages: stagesOf(layout),
    conflicts: conflictsOf(layout.places),
    detectors: ground.detectors,
  };
  const intersection = withPlans(random, {
    ...skeleton,
    ...drawSpecialOperation(random, skeleton),
    rings,
    ...(overlaps.length > 0 ? { overlaps } : {}),
  });
  return intersection && { ...ground.network, intersections: [intersection] };
}

/** The leg that a phase's traffic comes from: rings take turns at the two sides of a street, groups at the streets. */
function legOf({ legCount }: RingLayout, { ring, group, turn }: RingPlace): number {
  const side = turn === "left" ? ring + 1 : ring;
  return ((group % 2) + 2 * (side % 2)) % legCount;
}

function streamOf(random: Random, layout: RingLayout, place: RingPlace): readonly Stream[] {
  if (place.turn === "pedestrian") return [];
  const turns: Turn[] = [place.turn];
  // Where nothing of the street ends without the other side, turns may share the through phase.
  if (place.turn === "through" && random.chance(0.6)) turns.push("right");
  if (place.turn === "through" && place.alone && random.chance(0.5)) turns.push("left");
  return [{ phase: place.id, leg: legOf(layout, place), turns }];
}

function phaseOf(random: Random, layout: RingLayout, speeds: readonly number[], place: RingPlace): Phase {
  const exclusive = place.turn === "pedestrian";
  const crossed = random.integer(0, layout.legCount - 1);
  const walks = exclusive || (place.turn === "through" && random.chance(0.55));
  return drawPhase(random, {
    id: place.id,
    speedMetersPerSecond: exclusive ? 0 : defined(speeds[legOf(layout, place)], "speed"),
    crosses: walks ? outLinkOf(crossed) : null,
    exclusive,
    ring: { dualEntry: place.last && !exclusive && random.chance(0.6), behind: place.behind },
  });
}

/** Every set of phases that the rings let run together, one of each ring that has any in the group. */
function stagesOf({ rings }: RingLayout): Stage[] {
  const groupCount = rings[0]?.length ?? 0;
  return Array.from({ length: groupCount }, (_, group) =>
    rings
      .map((ring) => ring[group] ?? [])
      .filter((cell) => cell.length > 0)
      .reduce<readonly (readonly string[])[]>(
        (sets, cell) => sets.flatMap((set) => cell.map((phase) => [...set, phase])),
        [[]],
      ),
  ).flatMap((sets) => sets.map((phases) => ({ id: phases.join("-"), phases: [...phases], permissive: [] })));
}

/** Whatever the rings keep apart. */
function conflictsOf(places: readonly RingPlace[]): Intersection["conflicts"] {
  return places.flatMap((left, index) =>
    places
      .slice(index + 1)
      .filter((right) => left.ring === right.ring || left.group !== right.group)
      .map((right): [string, string] => [left.id, right.id]),
  );
}

function drawOverlaps(random: Random, layout: RingLayout, phases: readonly Phase[]): Overlap[] {
  const arrows = layout.places
    .filter(({ turn }) => turn === "left")
    .flatMap((left): Overlap[] => {
      const opposing = layout.places.find(
        ({ ring, group, turn }) => ring === left.ring && group === left.group && turn === "through",
      );
      if (opposing === undefined || !random.chance(0.6)) return [];
      const delaySeconds = random.chance(0.5) ? 0 : random.seconds(0.5, 5);
      return [
        {
          id: `fya-${left.id}`,
          kind: "flashingYellowArrow",
          left: left.id,
          opposing: opposing.id,
          delaySeconds,
        },
      ];
    });
  const moving = layout.places.filter(({ turn }) => turn !== "pedestrian");
  const normal = Array.from({ length: random.integer(0, 3) }, (_, index) =>
    drawNormalOverlap(random, `overlap${index}`, moving, phases),
  );
  return [...arrows, ...normal];
}

/** An output of a street's own, such as a right turn that also goes beside a left turn of the other street. */
function drawNormalOverlap(
  random: Random,
  id: string,
  moving: readonly RingPlace[],
  phases: readonly Phase[],
): Overlap {
  const [first, ...others] = random.shuffled(moving);
  const parent = defined(first, "a phase with traffic");
  const included = [parent, ...others.slice(0, random.integer(0, 2))];
  // A phase that never runs beside an included one would have no effect.
  const beside = others.filter(
    (other) =>
      !included.includes(other) &&
      included.some(({ ring, group }) => ring !== other.ring && group === other.group),
  );
  const minus = beside.length > 0 && random.chance(0.5) ? [random.pick(beside)] : [];
  const own = phases.filter((phase) => included.some((place) => place.id === phase.id));
  return {
    id,
    kind: "normal",
    included: included.map((place) => place.id),
    minus: minus.map((place) => place.id),
    yellowSeconds: Math.max(...own.map(({ yellowSeconds }) => yellowSeconds)),
    // Shorter than that of its phases, or longer: then what follows has to wait for it.
    redClearSeconds: random.seconds(0, 4),
  };
}
