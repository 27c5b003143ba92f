import type { Network } from "../../../src/model/files.ts";
import { scheduledOperation } from "../../../src/model/schedule.ts";
import { after, type InstantMs, MINUTE_MS, secondsToMs } from "../../../src/units.ts";
import type { LeftOut } from "../import-demand.ts";

/** When a run begins and how long it lasts. */
export type ExportPeriod = {
  readonly midnightAt: InstantMs;
  readonly startsAt: InstantMs;
  readonly seconds: number;
};

/** What of a network a SUMO scenario of fixed-time programs cannot say, or does not say here; nothing that is not there is told. */
export function leftOutOf(
  { intersections, routes, demand, connections }: Network,
  period: ExportPeriod,
): readonly LeftOut[] {
  const yielding = (connections ?? []).filter(({ yieldsTo = [] }) => yieldsTo.length > 0);
  const count = (of: (intersection: Network["intersections"][number]) => number): number =>
    intersections.reduce((sum, intersection) => sum + of(intersection), 0);
  const all: readonly LeftOut[] = [
    { what: "flows of pedestrians", count: demand?.pedestrians.length ?? 0 },
    {
      what: "pedestrian times of phases: nobody walks",
      count: count(({ phases }) => phases.filter(({ pedestrian }) => pedestrian !== undefined).length),
    },
    {
      what: "phases with actuation: programs are fixed-time",
      count: count(({ phases }) => phases.filter(isActuated).length),
    },
    {
      what: "intersections that run free at the begin, which have their first plan",
      count: count((one) =>
        scheduledOperation(one, period.midnightAt, period.startsAt).kind === "free" ? 1 : 0,
      ),
    },
    {
      what: "local plans for other times of day",
      count: count(({ plans }) => plans.length - 1),
    },
    {
      what: "intersections that change their plan before the end, which keep that of the begin",
      count: count((one) => (changesPlan(one, period) ? 1 : 0)),
    },
    { what: "preemptions", count: count(({ preempts }) => preempts?.length ?? 0) },
    { what: "bus priorities", count: count(({ priorities }) => priorities?.length ?? 0) },
    { what: "overlaps and flashing yellow arrows", count: count(({ overlaps }) => overlaps?.length ?? 0) },
    { what: "start-up and flash sequences", count: count(({ startUp }) => (startUp === undefined ? 0 : 1)) },
    {
      what: "movements that may turn on red, and wait here",
      count: count(({ movements }) => movements.filter(({ turnOnRed }) => turnOnRed === true).length),
    },
    { what: "detectors", count: count(({ detectors }) => detectors.length) },
    { what: "envelopes: bounds of what timing may be", count: intersections.length },
    { what: "connections that say whom they yield to, which netconvert decides", count: yielding.length },
    { what: "routes of progression", count: routes.length },
    {
      what: "entries with cyclists, who ride as fast as cars here",
      count: demand?.entries.filter(({ bicycles }) => bicycles !== undefined).length ?? 0,
    },
    {
      what: "emergency routes whose vehicles call nobody and drive as others do",
      count: demand?.emergency?.length ?? 0,
    },
  ];
  return all.filter((one) => one.count > 0);
}

type Phase = Network["intersections"][number]["phases"][number];

function isActuated({ passageSeconds, gapReduction, recall, greenMax2Seconds, pedestrian }: Phase): boolean {
  const says = [passageSeconds, gapReduction, recall, greenMax2Seconds].some((value) => value !== undefined);
  return says || pedestrian?.recall === false;
}

/** Schedules change on the minute. */
function changesPlan(
  intersection: Network["intersections"][number],
  { midnightAt, startsAt, seconds }: ExportPeriod,
): boolean {
  const planAt = (at: InstantMs): string => {
    const operation = scheduledOperation(intersection, midnightAt, at);
    return operation.kind === "free" ? "" : operation.plan.id;
  };
  const first = planAt(startsAt);
  for (let ms = MINUTE_MS; ms < secondsToMs(seconds) + MINUTE_MS; ms += MINUTE_MS) {
    const at = after(startsAt, Math.min(ms, secondsToMs(seconds) - 1));
    if (planAt(at) !== first) return true;
  }
  return false;
}
