import { describe, expect, it } from "vitest";
import type { Turn } from "../../src/model/intersection.ts";
import { createTrafficModel } from "../../sim/traffic/model.ts";
import type { Network } from "../../src/model/files.ts";
import { drive, lampsOf, laneOf } from "../traffic/drive.ts";
import { constantly, fourLegs, oneApproach, optionsOf } from "../traffic/small-networks.ts";
import {
  meanOf,
  passings,
  queueStart,
  regularArrivals,
  slopeOf,
  stepUnder,
  turnsBesideWalk,
} from "./traffic-network.ts";

const SEEDS = Array.from({ length: 20 }, (_, k) => k + 1);

/** Turn, saturation flow in veh/h, limit in m/s. */
const MOVEMENTS: readonly (readonly [Turn, number, number])[] = [
  ["through", 1900, 13.9],
  ["through", 1600, 13.9],
  ["through", 2100, 13.9],
  ["through", 1900, 8.33],
  ["through", 1900, 19.4],
  ["left", 1800, 13.9],
  ["left", 1600, 13.9],
  ["right", 1700, 13.9],
  ["right", 1300, 13.9],
];

describe.each(MOVEMENTS)("a long standing queue, %s at %i veh/h and %d m/s", (turn, flow, speed) => {
  const headway = 3600 / flow;
  const starts = SEEDS.map((seed) => queueStart(turn, flow, speed, seed));

  /**
   * A queue's vehicles pass the line at the steady headway once they have come to speed before it: after v²/2a = 19.4²/5 = 75 m, the
   * tenth vehicle at the latest. From there to the last of the green, far behind 150 m.
   */
  it("passes the stop line at the configured headway, within 2 %", () => {
    const last = Math.min(32, Math.floor(80 / headway));
    const measured = meanOf(
      starts.map(({ passed }) => ((passed[last] ?? Number.NaN) - (passed[10] ?? Number.NaN)) / (last - 10)),
    );
    expect(Math.abs(measured / headway - 1), `${measured} s`).toBeLessThan(0.02);
  });

  /** Vehicle n passes at `lost + n · headway`: what is not headways is the start-up lost time, 1.75 s by discharge.ts. */
  it("loses 1.75 s in starting, within 0.3 s", () => {
    const n = 15;
    const lost = meanOf(starts.map(({ passed }) => (passed[n - 1] ?? Number.NaN) - n * headway));
    expect(Math.abs(lost - 1.75), `${lost} s`).toBeLessThan(0.3);
  });

  /**
   * Newell: a follower does what its leader did, one lag later and one spacing behind, so a start runs backwards at
   * `spacing / lag`. The same follows from the triangular diagram: (1/h) / (1/spacing − 1/(h·v)), with h = lag + spacing/v.
   */
  it("starts in a wave of the speed that flow and spacing make, within 5 %", () => {
    const waves = starts.map(
      ({ moved }) => -slopeOf(moved.slice(5, 45).map(({ at, from }) => ({ x: at, y: from }))),
    );
    const { movements } = defined(starts[0]).model.state;
    const theory = (movements.spacing[0] ?? 0) / (movements.followSeconds[0] ?? 0);
    expect(Math.abs(meanOf(waves) / theory - 1), `${meanOf(waves)} m/s for ${theory}`).toBeLessThan(0.05);
  });
});

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("there is one");
  return value;
}

/**
 * Arrivals at flow q and speed v on a queue that stands at 1/7.5 veh/m: what comes in a second, q, fills the difference of
 * densities, so the tail runs back at q / (1/7.5 − q/v) (Lighthill, Whitham, Richards). Regular arrivals of one speed.
 */
describe.each([6, 4, 3])("a queue that a car joins every %i s", (everySeconds) => {
  it("grows backwards at the speed of the shock, within 5 %", () => {
    const model = createTrafficModel(regularArrivals(everySeconds, 600), optionsOf(1));
    const { vehicles, lanes } = model.state;
    const lane = laneOf(model, "a-j", 0);
    const joined = new Map<number, { x: number; y: number }>();
    for (let step = 0; step < 45 * everySeconds; step += 1) {
      stepUnder(model, "r");
      for (let slot = lanes.head[lane] ?? -1; slot >= 0; slot = vehicles.behind[slot] ?? -1) {
        const serial = vehicles.serial[slot] ?? 0;
        const isFar = (vehicles.x[slot] ?? 0) > 150;
        if ((vehicles.speed[slot] ?? 0) < 0.1 && isFar && !joined.has(serial)) {
          joined.set(serial, { x: step, y: vehicles.x[slot] ?? 0 });
        }
      }
    }
    const points = [...joined.values()];
    expect(points.length).toBeGreaterThan(25);
    const flow = 1 / everySeconds;
    const theory = flow / (1 / 7.5 - flow / 13.9);
    const measured = -slopeOf(points);
    expect(Math.abs(measured / theory - 1), `${measured} m/s for ${theory}`).toBeLessThan(0.05);
  });
});

const CYCLE_SECONDS = 60;
const GREEN_SECONDS = 30;
const YELLOW_SECONDS = 4;

function lampAt(second: number): string {
  const position = second % CYCLE_SECONDS;
  return position < GREEN_SECONDS ? "G" : position < GREEN_SECONDS + YELLOW_SECONDS ? "y" : "r";
}

/** Mean loss of the cars that come every so many seconds, and when they passed. */
function lossOf(everySeconds: number, lamp: (second: number) => string) {
  const seconds = 60 * CYCLE_SECONDS;
  const model = createTrafficModel(regularArrivals(everySeconds, seconds), optionsOf(1));
  const passed: number[] = [];
  // Two cycles more, in which the last ones leave.
  for (let second = 0; second < seconds + 2 * CYCLE_SECONDS; second += 1) {
    stepUnder(model, lamp(second));
    passed.push(...passings(model));
  }
  const { departDelaySeconds, scheduled, timeLossSeconds } = model.state.tally;
  return { lossSeconds: (timeLossSeconds + departDelaySeconds) / scheduled, passed };
}

/**
 * Webster's uniform term: arrivals at an even rate q wait out an effective red r = C − g and leave at s until the queue is gone,
 * d = r² / (2C(1 − q/s)). g is what an oversaturated green lets through, by its own headway: g = N/s.
 */
describe("regular arrivals at a fixed-time signal", () => {
  const crowded = lossOf(2, lampAt).passed.filter((at) => at > 10 * CYCLE_SECONDS && at < 50 * CYCLE_SECONDS);
  const headways = crowded.slice(1).map((at, k) => at - defined(crowded[k]));
  // Within a green, past its first cars.
  const saturated = headways.filter((headway, k) => headway < 5 && defined(crowded[k]) % CYCLE_SECONDS > 12);
  const headway = meanOf(saturated);
  const green = (crowded.length / 40) * headway;

  // Intervals that no cycle holds a whole number of: else the same few instants of it come again and again.
  it.each([13, 11, 7, 5.3, 4.7])("one every %i s lose what Webster says, within 5 %", (everySeconds) => {
    const q = 1 / everySeconds;
    const degree = (q * CYCLE_SECONDS * headway) / green;
    expect(degree).toBeLessThan(0.95);
    const red = CYCLE_SECONDS - green;
    const theory = red ** 2 / (2 * CYCLE_SECONDS * (1 - q * headway));
    const measured = lossOf(everySeconds, lampAt).lossSeconds - lossOf(everySeconds, () => "G").lossSeconds;
    expect(Math.abs(measured / theory - 1), `${measured} s for ${theory} at x = ${degree}`).toBeLessThan(
      0.05,
    );
  });
});

/** Left turns an hour through the gaps of an opposing stream, which always has green, and how much opposing came. */
function leftsThrough(opposingPerHour: number, seed: number): readonly [number, number] {
  const network = fourLegs(0);
  const given = defined(network.demand);
  const opposed: Network = {
    ...network,
    intersections: network.intersections.map((intersection) => ({
      ...intersection,
      movements: intersection.movements.map((movement) =>
        movement.turn === "left"
          ? { ...movement, saturationFlowVehPerHour: 3600 / FOLLOW_UP_SECONDS }
          : movement,
      ),
    })),
    demand: {
      ...given,
      entries: [
        { link: "W-j", vehicles: constantly(1500) },
        { link: "E-j", vehicles: constantly(opposingPerHour) },
      ],
      turning: given.turning.map((turning) => ({
        ...turning,
        shares: [{ toLink: turning.fromLink === "W-j" ? "j-N" : "j-W", share: 1 }],
      })),
    },
  };
  const lamps: Readonly<Record<string, string>> = { W: "G", E: "G", WL: "g" };
  const phases = network.intersections[0]?.phases ?? [];
  const shown = lampsOf(opposed, { J: phases.map(({ id }) => lamps[id] ?? "r").join("") });
  let left = 0;
  let opposing = 0;
  drive(
    opposed,
    seed,
    300 + 3600,
    () => shown,
    ({ state }, step) => {
      for (let k = 0; k < (step < 300 ? 0 : state.crossings.count); k += 1) {
        const movement = state.movements.ids[state.crossings.movement[k] ?? -1] ?? "";
        if (movement === "W-j.left") left += 1;
        else if (movement.startsWith("E-j")) opposing += 1;
      }
    },
  );
  return [left, opposing];
}

/** HCM's follow-up headway of permissive lefts; the movement's saturation headway is set to it. */
const FOLLOW_UP_SECONDS = 2.5;
/** The model's (crossing.ts), and HCM's. */
const CRITICAL_GAP_SECONDS = 4.5;

/**
 * HCM ch. 31 (and Siegloch, Harders): through gaps of an opposing flow v that comes at random, the first left turn takes one of
 * t_c or more, each further one t_f more: capacity v·e^(−v·t_c) / (1 − e^(−v·t_f)), v in veh/s. Opposing traffic has two lanes here.
 */
describe.each([400, 600, 800, 1000, 1200])("left turns against %i veh/h", (opposingPerHour) => {
  it("have HCM's capacity, within 10 %", () => {
    const runs = [1, 2, 3].map((seed) => leftsThrough(opposingPerHour, seed));
    const left = meanOf(runs.map(([turned]) => turned));
    const opposing = meanOf(runs.map(([, came]) => came));
    const perSecond = opposing / 3600;
    const theory =
      (opposing * Math.exp(-perSecond * CRITICAL_GAP_SECONDS)) /
      (1 - Math.exp(-perSecond * FOLLOW_UP_SECONDS));
    expect(Math.abs(left / theory - 1), `${left} veh/h for ${theory}`).toBeLessThan(0.1);
  });
});

/** Of a queue whose n-th vehicle stands so far behind the line; HCM's truck takes 6.1 m more of it than a car. */
const CAR = { acceleration: 2.5, extraMeters: 0 };
const TRUCK = { acceleration: 1.3, extraMeters: 6.1 };

/**
 * When each vehicle of a standing queue passes the line, by the headways of the classes: Newell's follower does what its leader did, `lag`
 * later and one spacing behind, the leader's length in it, unless its own acceleration from where it stands takes longer:
 * `P_n = max(reaction + n·lag + x_n/v + v/2a_n, P_(n−1) + lag + (spacing + extra_(n−1))/v)`, where it has come to speed before the line.
 */
function passingsOf(
  trucks: readonly boolean[],
  lag: number,
  spacing: number,
  speed: number,
): readonly number[] {
  const passed: number[] = [];
  let atMeters = 1;
  let ahead = { ...CAR };
  trucks.forEach((isTruck, n) => {
    const own = isTruck ? TRUCK : CAR;
    if (n > 0) atMeters += 7.5 + ahead.extraMeters;
    const alone = n * lag + atMeters / speed + speed / (2 * own.acceleration);
    const behind = (passed[n - 1] ?? Number.NEGATIVE_INFINITY) + lag + (spacing + ahead.extraMeters) / speed;
    passed.push(Math.max(alone, behind));
    ahead = own;
  });
  return passed;
}

describe.each([0.05, 0.1, 0.2, 0.3, 1])("a long standing queue with a share of %d trucks", (share) => {
  const headway = 3600 / 1900;
  const speed = 0.92 * 13.9;
  const lag = headway - 7.5 / speed;
  // From the twelfth vehicle on: before it trucks are not at speed yet, 12.8²/2.6 = 63 m.
  const starts = SEEDS.map((seed) => queueStart("through", 1900, 13.9, seed, share));
  const measured = starts.map(({ passed }) => ((passed[32] ?? Number.NaN) - (passed[11] ?? Number.NaN)) / 21);
  const expected = starts.map(({ trucks }) => {
    const passed = passingsOf(trucks, lag, 7.5, speed);
    return ((passed[32] ?? Number.NaN) - (passed[11] ?? Number.NaN)) / 21;
  });

  it("leaves at the headways of its classes, within 2 %", () => {
    expect(
      Math.abs(meanOf(measured) / meanOf(expected) - 1),
      `${meanOf(measured)} s for ${meanOf(expected)}`,
    ).toBeLessThan(0.02);
  });

  it("has trucks that count for 1.25 cars or more, HCM's two at most", () => {
    const found = meanOf(starts.map(({ trucks }) => trucks.slice(12, 33).filter(Boolean).length / 21));
    const equivalent = 1 + (meanOf(measured) / headway - 1) / found;
    expect(equivalent).toBeGreaterThan(1.2);
    expect(equivalent).toBeLessThan(2);
  });
});

/** HCM ch. 31: occupancy of the conflict zone while `perHour` pedestrians an hour of their green walk. */
function occupancy(perHour: number): number {
  return perHour <= 1000 ? perHour / 2000 : Math.min(0.9, 0.4 + perHour / 10_000);
}

/**
 * HCM ch. 31 (FHWA-HRT-98-106): beside walk a right turn from a lane of its own into one lane keeps of its saturation flow
 * `f_Rpb = 1 − OCC_r`, `OCC_r = OCC_pedg · g_ped / g`, `v_pedg = v_ped · C / g_ped ≤ 5000`; g_ped is walk and flashing don't walk. Cycle 90 s,
 * green 40 s, crosswalk of 7 m. What is compared is the turns of a crowded lane with pedestrians to those without.
 *
 * HCM's curve is one for all streets and for crowds that wait as for those who come by and by. Here who waited walks side by side, and
 * leaves more gaps: the model is within 10 % up to 500 pedestrians an hour of their green, and above it by up to 20 % beyond.
 */
describe.each([
  [32, 50, 0.1],
  [32, 100, 0.1],
  [32, 200, 0.1],
  [32, 400, 0.2],
  [32, 800, 0.2],
  [32, 1200, 0.2],
  [8, 50, 0.1],
  [8, 200, 0.2],
  [8, 400, 0.2],
])("right turns beside %i s of walk", (walkSeconds, personsPerHour, tolerance) => {
  it(`that ${personsPerHour} pedestrians an hour use have HCM's capacity, within ${tolerance * 100} %`, () => {
    const turns = (perHour: number): number =>
      meanOf([1, 2, 3].map((seed) => turnsBesideWalk(walkSeconds, perHour, seed)));
    const walkedSeconds = walkSeconds + 6;
    const theory = 1 - occupancy((personsPerHour * 90) / walkedSeconds) * (walkedSeconds / 40);
    const measured = turns(personsPerHour) / turns(0);
    expect(Math.abs(measured / theory - 1), `${measured} for ${theory}`).toBeLessThan(tolerance);
  });
});

describe("vehicles", () => {
  it("are neither made nor lost, through a stop line, a jam and the end", () => {
    const model = createTrafficModel(oneApproach("through", 1900, 1500), optionsOf(4));
    let passed = 0;
    for (let step = 0; step < 1800; step += 1) {
      stepUnder(model, lampAt(step));
      passed += model.state.crossings.count;
      const { lanes, tally } = model.state;
      expect(tally.scheduled).toBe(tally.arrived + tally.running + tally.waiting);
      const before = lanes.count[laneOf(model, "a-j", 0)] ?? 0;
      const behind = lanes.count[laneOf(model, "j-b", 0)] ?? 0;
      expect(before).toBe(tally.scheduled - tally.waiting - passed);
      expect(behind).toBe(passed - tally.arrived);
    }
    expect(passed).toBeGreaterThan(400);
  });
});
