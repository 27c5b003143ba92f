import {
  configuredYellowSeconds,
  flashingDontWalkSeconds,
  kinematicYellowSeconds,
  slowCrossingSeconds,
  YELLOW_MAX_SECONDS,
} from "../../../src/model/clearance.ts";
import type { Phase } from "../../../src/model/intersection.ts";
import { type Random, toTenth } from "../random.ts";

/** What is known of a phase before its times are drawn. */
export type PhaseKind = {
  readonly id: string;
  /** Of its fastest approach; 0 for a phase of pedestrians alone. */
  readonly speedMetersPerSecond: number;
  /** The link that its crosswalk lies across; `null` without pedestrians. */
  readonly crosses: string | null;
  /** Pedestrians alone. */
  readonly exclusive: boolean;
  /** Settings that mean something where rings cross barriers together. */
  readonly ring: {
    readonly dualEntry: boolean;
    /** Stands behind another phase of its ring and barrier group. */
    readonly behind: boolean;
  } | null;
};

/** The phase with times as an engineer could have given them, at the bounds now and then. */
export function drawPhase(random: Random, kind: PhaseKind): Phase {
  const least = configuredYellowSeconds(kinematicYellowSeconds(kind.speedMetersPerSecond));
  const yellowSeconds = random.seconds(least, Math.min(YELLOW_MAX_SECONDS, least + 0.5));
  const redClearSeconds = random.chance(0.1) ? 0 : random.seconds(0.5, 3);
  const greenMinSeconds = random.chance(0.1) ? random.seconds(1, 3) : random.seconds(4, 12);
  const pedestrian =
    kind.crosses === null
      ? undefined
      : drawPedestrian(random, kind.crosses, yellowSeconds + redClearSeconds, kind.exclusive);
  const serviceSeconds = toTenth(
    Math.max(greenMinSeconds, (pedestrian?.walkSeconds ?? 0) + (pedestrian?.clearSeconds ?? 0)),
  );
  const maximum = (): number => toTenth(serviceSeconds + (random.chance(0.1) ? 0 : random.seconds(1, 25)));
  return {
    id: kind.id,
    greenMinSeconds,
    greenMaxSeconds: maximum(),
    yellowSeconds,
    redClearSeconds,
    ...(random.chance(0.4) ? { greenMax2Seconds: maximum() } : {}),
    ...drawActuation(random),
    ...(kind.ring === null ? {} : drawRingSettings(random, kind.ring)),
    ...(pedestrian === undefined ? {} : { pedestrian }),
  };
}

/** Everything absent has its default, which occurs too. */
function drawActuation(random: Random): Partial<Phase> {
  const recall = random.weighted<Phase["recall"]>([
    [4, "none"],
    [2, "minimum"],
    [1, "maximum"],
    [2, "soft"],
    [1, undefined],
  ]);
  const passageSeconds = random.chance(0.8) ? random.seconds(1, 5) : undefined;
  return {
    ...(recall === undefined ? {} : { recall }),
    ...(passageSeconds === undefined ? {} : { passageSeconds }),
    ...(passageSeconds !== undefined && random.chance(0.35)
      ? {
          gapReduction: {
            beforeSeconds: random.seconds(0, 10),
            toReduceSeconds: random.seconds(0.1, 15),
            gapMinSeconds: random.seconds(0.5, passageSeconds),
          },
        }
      : {}),
    ...(random.chance(0.3) ? { redRevertSeconds: random.seconds(2, 6) } : {}),
  };
}

function drawRingSettings(
  random: Random,
  { dualEntry, behind }: NonNullable<PhaseKind["ring"]>,
): Partial<Phase> {
  return {
    ...(dualEntry ? { dualEntry } : {}),
    ...(random.chance(0.5) ? { simultaneousGap: random.chance(0.5) } : {}),
    ...(behind && random.chance(0.3) ? { conditionalService: true } : {}),
  };
}

/** Times that let the crosswalk be crossed (rule M6), rarely longer than needed. */
function drawPedestrian(
  random: Random,
  crosses: string,
  changeSeconds: number,
  exclusive: boolean,
): NonNullable<Phase["pedestrian"]> {
  const crosswalkMeters = random.seconds(4, 14);
  const bufferSeconds = random.seconds(3, changeSeconds);
  const clearSeconds = flashingDontWalkSeconds(crosswalkMeters, bufferSeconds) + random.integer(0, 1);
  const slowWalkSeconds = slowCrossingSeconds(crosswalkMeters) - clearSeconds - bufferSeconds;
  const walkSeconds = Math.max(Math.ceil(slowWalkSeconds), random.integer(4, 7));
  const recall = random.weighted([
    [3, false],
    [1, true],
    [1, undefined],
  ]);
  return {
    crosswalkMeters,
    walkSeconds,
    clearSeconds,
    bufferSeconds,
    crosses,
    ...(recall === undefined ? {} : { recall }),
    ...(random.chance(0.3) ? { restInWalk: random.chance(0.8) } : {}),
    ...(!exclusive && random.chance(0.25)
      ? { leadSeconds: random.seconds(3, Math.min(7, walkSeconds)) }
      : {}),
  };
}
