import { PhasewiseError } from "../../src/errors.ts";
import type { Network } from "../../src/model/files.ts";
import type { Intersection, LocalPlan } from "../../src/model/intersection.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { modulo } from "../../src/units.ts";

/** An intersection whose plans are tried so many seconds later than they are, or earlier where it is less than zero. */
export type OffsetShift = { readonly intersection: string; readonly laterSeconds: number };

/** As an offset that is tried is written. */
const FORM =
  "intersection=seconds, whole seconds later than its plans, such as garden=12, or earlier: garden=-12";

/** `intersection=seconds` as a shift that fits the plans of a network; an error says what is allowed. */
export function offsetOf(text: string, { intersections }: Network): Result<OffsetShift, string> {
  const [, id, seconds] = /^([^=]+)=(-?\d{1,6})$/.exec(text) ?? [];
  if (id === undefined || seconds === undefined) return err(`allowed is ${FORM}`);
  const intersection = intersections.find((one) => one.id === id);
  if (intersection === undefined) {
    return err(`no intersection ${id}; allowed is ${intersections.map((one) => one.id).join(", ")}`);
  }
  const [shortest] = plansRun(intersection).toSorted((one, other) => one.cycleSeconds - other.cycleSeconds);
  if (shortest === undefined) {
    const coordinated = intersections.filter((one) => plansRun(one).length > 0).map((one) => one.id);
    return err(
      `${id} runs free at all times, without a cycle; allowed is ${coordinated.join(", ") || "none here"}`,
    );
  }
  const laterSeconds = Number(seconds);
  if (laterSeconds !== 0 && Math.abs(laterSeconds) < shortest.cycleSeconds) {
    return ok({ intersection: id, laterSeconds });
  }
  const { id: plan, cycleSeconds } = shortest;
  const most = Math.ceil(cycleSeconds) - 1;
  return err(
    `allowed is ${-most} to ${most} without 0, less than the cycle of its plan ${plan}, ${cycleSeconds} s`,
  );
}

/** Offsets that are tried together, each intersection once. Throws OPTION_INVALID naming what was found and what is allowed. */
export function readOffsets(texts: readonly string[], network: Network): readonly OffsetShift[] {
  const shifts = texts.map((text) => {
    const read = offsetOf(text, network);
    if (read.ok) return read.value;
    throw new PhasewiseError("OPTION_INVALID", `--offset ${text}: ${read.error}`);
  });
  const twice = shifts.find(
    ({ intersection }, place) => shifts.findIndex((one) => one.intersection === intersection) !== place,
  );
  if (twice === undefined) return shifts;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--offset ${offsetText(twice)}: ${twice.intersection} is given twice; allowed is each intersection once`,
  );
}

/** As `intersection=seconds`. */
export function offsetText({ intersection, laterSeconds }: OffsetShift): string {
  return `${intersection}=${laterSeconds}`;
}

/** The network with all plans of the intersections that are named so many seconds later, round the cycle. */
export function withOffsets(network: Network, shifts: readonly OffsetShift[]): Network {
  const later = new Map(shifts.map(({ intersection, laterSeconds }) => [intersection, laterSeconds]));
  return {
    ...network,
    intersections: network.intersections.map((intersection) => {
      const laterSeconds = later.get(intersection.id);
      if (laterSeconds === undefined) return intersection;
      return { ...intersection, plans: intersection.plans.map((plan) => shifted(plan, laterSeconds)) };
    }),
  };
}

function shifted(plan: LocalPlan, laterSeconds: number): LocalPlan {
  // Plans are in tenths of a second, which sums of fractions miss.
  const offsetSeconds = Math.round((plan.offsetSeconds + laterSeconds) * 10) / 10;
  return { ...plan, offsetSeconds: modulo(offsetSeconds, plan.cycleSeconds) };
}

/** The plans that its schedule ever runs. */
function plansRun({ plans, schedule }: Intersection): readonly LocalPlan[] {
  return plans.filter(({ id }) => schedule.some(({ plan }) => plan === id));
}
