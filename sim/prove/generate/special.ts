import type {
  Coordination,
  Intersection,
  Preempt,
  Priority,
  Stage,
  StartUp,
} from "../../../src/model/intersection.ts";
import type { Random } from "../random.ts";

/** Preemption, priority, start-up and coordination: the same for both structures. */

/** What is decided of an intersection before its plans. */
export type Skeleton = Pick<
  Intersection,
  "structure" | "movements" | "phases" | "stages" | "conflicts" | "detectors"
>;

export type SpecialOperation = Partial<
  Pick<Intersection, "preempts" | "priorities" | "startUp" | "coordination" | "redRest">
>;

const CORRECTIONS: readonly Coordination["correction"][] = ["dwell", "addOnly", "shortway"];
const MAXIMUMS: readonly Coordination["maximum"][] = ["maximum1", "maximum2", "inhibit"];

export function drawSpecialOperation(random: Random, skeleton: Skeleton): SpecialOperation {
  // Only stages in which nobody yields: preemption and start-up release streams without a look at others.
  const clear = skeleton.stages.filter(({ permissive }) => permissive.length === 0);
  const preempts = clear.length > 0 && random.chance(0.6) ? drawPreempts(random, skeleton, clear) : [];
  const priorities = clear.length > 0 && random.chance(0.5) ? drawPriorities(random, skeleton, clear) : [];
  return {
    ...(preempts.length > 0 ? { preempts } : {}),
    ...(priorities.length > 0 ? { priorities } : {}),
    ...(clear.length > 0 && random.chance(0.8) ? { startUp: drawStartUp(random, skeleton, clear) } : {}),
    ...(random.chance(0.8)
      ? {
          coordination: {
            forceOff: random.chance(0.5) ? "fixed" : "floating",
            correction: random.pick(CORRECTIONS),
            reference: random.chance(0.5) ? "beginGreen" : "endGreen",
            maximum: random.pick(MAXIMUMS),
          },
        }
      : {}),
    ...(random.chance(0.3) ? { redRest: random.chance(0.7) } : {}),
  };
}

/** A railway in some, and emergency vehicles from several approaches. */
function drawPreempts(random: Random, skeleton: Skeleton, clear: readonly Stage[]): Preempt[] {
  const emergencies = random
    .shuffled(clear.flatMap((stage) => (linksOf(skeleton, stage.phases).length > 0 ? [stage] : [])))
    .slice(0, random.integer(0, 4))
    .map((stage, index) => ({
      ...preemptBase(random, skeleton, clear, `ev${index}`, stage),
      kind: "emergency" as const,
      links: linksOf(skeleton, stage.phases),
    }));
  const railway = random.chance(0.5) || emergencies.length === 0 ? drawRailway(random, skeleton, clear) : [];
  // The order of authority is not the order of the list: a railway comes first wherever it stands.
  return random.chance(0.5) ? [...railway, ...emergencies] : [...emergencies, ...railway];
}

/** The dwell keeps clear of the tracks: none of its phases is one of the track clearance. */
function drawRailway(random: Random, skeleton: Skeleton, clear: readonly Stage[]): Preempt[] {
  const track = random.pick(clear);
  const dwells = clear.filter(({ phases }) => phases.every((phase) => !track.phases.includes(phase)));
  if (dwells.length === 0) return [];
  return [
    {
      ...preemptBase(random, skeleton, clear, "rail", random.pick(dwells)),
      kind: "railway",
      track: { phases: [...track.phases], greenSeconds: random.seconds(4, 20) },
    },
  ];
}

function preemptBase(
  random: Random,
  skeleton: Skeleton,
  clear: readonly Stage[],
  id: string,
  dwell: Stage,
): Omit<Preempt, "kind" | "track" | "links"> {
  const walkers = skeleton.phases.flatMap(({ pedestrian }) => pedestrian ?? []);
  return {
    id,
    delaySeconds: random.chance(0.6) ? 0 : random.seconds(0.5, 10),
    // Never longer than in ordinary operation, and often nothing.
    entry: {
      greenMinSeconds: random.seconds(
        0,
        leastOf(skeleton.phases.map(({ greenMinSeconds }) => greenMinSeconds)),
      ),
      walkSeconds: random.seconds(0, leastOf(walkers.map(({ walkSeconds }) => walkSeconds))),
      clearSeconds: random.seconds(0, leastOf(walkers.map(({ clearSeconds }) => clearSeconds))),
    },
    dwell: { phases: [...dwell.phases], greenMinSeconds: random.seconds(2, 15) },
    exit: { phases: [...random.pick(clear).phases] },
    presenceMaxSeconds: random.pick([10, 60, 180, 600]),
  };
}

/** Some phases of one approach that may be green together. */
function drawPriorities(random: Random, skeleton: Skeleton, clear: readonly Stage[]): Priority[] {
  const used = new Set<string>();
  return random
    .shuffled(clear)
    .slice(0, random.integer(1, 2))
    .flatMap((stage): Priority[] => {
      const links = linksOf(skeleton, stage.phases).filter((link) => !used.has(link));
      if (links.length === 0) return [];
      const link = random.pick(links);
      used.add(link);
      const moving = skeleton.movements.filter(({ fromLink }) => fromLink === link);
      return [
        {
          id: `bus-${link}`,
          phases: stage.phases.filter((phase) => moving.some((movement) => movement.phase === phase)),
          extensionMaxSeconds: random.seconds(0, 15),
          earlyMaxSeconds: random.seconds(0, 20),
          cooldownSeconds: random.pick([0, 30, 120, 300]),
          links: [link],
        },
      ];
    });
}

function drawStartUp(random: Random, skeleton: Skeleton, clear: readonly Stage[]): StartUp {
  const { phases } = random.pick(clear);
  const moving = phases.filter((phase) => skeleton.movements.some((movement) => movement.phase === phase));
  return {
    flashSeconds: random.pick([0, 5, 10, 20]),
    allRedSeconds: random.seconds(3, 8),
    phases: [...phases],
    // Compatible phases only: the main street flashes yellow and the others stop.
    flashYellow: random.chance(0.5) ? moving : [],
  };
}

/** What no preemption needs to go beyond, and no phase may be below. */
function leastOf(seconds: readonly number[]): number {
  return Math.min(4, ...seconds);
}

function linksOf(skeleton: Skeleton, phases: readonly string[]): string[] {
  const links = skeleton.movements.flatMap(({ phase, fromLink }) =>
    phases.includes(phase) ? [fromLink] : [],
  );
  return [...new Set(links)];
}
