import { defined } from "../../src/assert.ts";
import type { Intersection, Preempt, Priority } from "../../src/model/intersection.ts";
import { byCodeUnit } from "../../src/units.ts";
import type { Phasing } from "./phasing.ts";
import { type Junction, type Leg, SIDES } from "./streets.ts";

/** The main street's through phases: where a day begins and where coordination is taken up again. */
const COORDINATED_PHASES = ["2", "6"] as const;
/** Until drivers have seen the flash of a signal that comes back, and until the junction is empty (reference §2.8). */
const START_FLASH_SECONDS = 6;
const START_ALL_RED_SECONDS = 6;
/** What a preemption leaves of a green and of a walk that have just begun. */
const ENTRY_GREEN_MIN_SECONDS = 5;
const ENTRY_WALK_SECONDS = 4;
const DWELL_GREEN_MIN_SECONDS = 10;
/** An emergency vehicle that has not passed by then has turned off or stands at its call. */
const PRESENCE_MAX_SECONDS = 180;
/** What the cross street is sure to bear once in a few cycles. */
const EXTENSION_MAX_SECONDS = 10;
const EARLY_MAX_SECONDS = 10;
const COOLDOWN_SECONDS = 180;

/** What interrupts the plans of a junction: start, emergency vehicles from every leg, buses on the links that they use. */
export function designInterruptions(
  junction: Junction,
  phasing: Phasing,
  busLinks: ReadonlySet<string>,
): Pick<Intersection, "preempts" | "priorities" | "startUp"> {
  const legs = SIDES.flatMap((side) => junction.legs[side] ?? []);
  const priorities = legs.filter(({ inLink }) => busLinks.has(inLink)).map((leg) => priorityOf(leg, phasing));
  return {
    preempts: legs.map((leg) => preemptOf(leg, phasing)),
    ...(priorities.length > 0 ? { priorities } : {}),
    startUp: {
      flashSeconds: START_FLASH_SECONDS,
      allRedSeconds: START_ALL_RED_SECONDS,
      phases: [...COORDINATED_PHASES],
      flashYellow: [...COORDINATED_PHASES],
    },
  };
}

/** All greens of the approach, and nobody else's. */
function preemptOf({ side, inLink }: Leg, phasing: Phasing): Preempt {
  const clearances = phasing.phases.flatMap(({ pedestrian }) => pedestrian?.clearSeconds ?? []);
  return {
    id: `emergency-${side}`,
    kind: "emergency",
    delaySeconds: 0,
    entry: {
      greenMinSeconds: ENTRY_GREEN_MIN_SECONDS,
      walkSeconds: ENTRY_WALK_SECONDS,
      clearSeconds: Math.min(...clearances),
    },
    dwell: { phases: approachPhases(inLink, phasing), greenMinSeconds: DWELL_GREEN_MIN_SECONDS },
    exit: { phases: [...COORDINATED_PHASES] },
    presenceMaxSeconds: PRESENCE_MAX_SECONDS,
    links: [inLink],
  };
}

/** Buses go straight on. */
function priorityOf({ side, inLink }: Leg, phasing: Phasing): Priority {
  const through = defined(
    phasing.movements.find(({ fromLink, turn }) => fromLink === inLink && turn === "through"),
    `through movement from ${inLink}`,
  );
  return {
    id: `bus-${side}`,
    phases: [through.phase],
    extensionMaxSeconds: EXTENSION_MAX_SECONDS,
    earlyMaxSeconds: EARLY_MAX_SECONDS,
    cooldownSeconds: COOLDOWN_SECONDS,
    links: [inLink],
  };
}

function approachPhases(link: string, { movements }: Phasing): string[] {
  const phases = movements.filter(({ fromLink }) => fromLink === link).map(({ phase }) => phase);
  return [...new Set(phases)].toSorted(byCodeUnit);
}
