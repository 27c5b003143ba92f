import { defined } from "../assert.ts";
import type { Arrival, LaneOutlook, Outlook } from "../model/outlook.ts";
import { after, msToSeconds, secondsToMs } from "../units.ts";
import type { DecisionInput } from "./decision-input.ts";
import type { StageProblem } from "./stage-problem.ts";

type StageInput = DecisionInput<StageProblem>;

/** More vehicles than any lane holds between two intersections. */
const VEHICLES_MAX = 60;
const UNSEEN_MAX_VEH_PER_HOUR = 2000;
const HEADWAY_MIN_SECONDS = 1;
const HEADWAY_MAX_SECONDS = 8;
/** Who is added to a queue has just stopped. */
const STOPPED_URGENCY = 1.01;
/** Who is put inside the junction has stood there for long enough to be stuck. */
const STANDING_SECONDS = 10;
const HOUR_SECONDS = 3600;

/** Everything about the street that a stage was chosen by, lane by lane, exit by exit. */
export function stageInputs(problem: StageProblem): readonly StageInput[] {
  const { lanes, exits } = problem.junction.lanes;
  const { movements } = problem.junction.site.intersection;
  return [
    ...lanes.flatMap(({ id }, lane) => laneInputs(problem, lane, id)),
    ...exits.map(({ link }, exit) => exitInput(problem, exit, link)),
    ...movements.map(({ id }, movement) => insideInput(problem, movement, id)),
    greenInput(problem),
  ];
}

function laneInputs(problem: StageProblem, lane: number, id: string): readonly StageInput[] {
  const own = defined(problem.outlook.lanes[lane], "lane");
  const withLane = (changed: Partial<LaneOutlook>): StageProblem =>
    withOutlook(problem, { lanes: problem.outlook.lanes.with(lane, { ...own, ...changed }) });
  const vehicles = { unit: "veh", min: 0, max: VEHICLES_MAX, step: 0.1 } as const;
  return [
    {
      ...vehicles,
      path: `lane.${id}.waiting`,
      title: `vehicles held up in lane ${id}`,
      value: vehiclesOf(own.arrivals.filter(isHeld)),
      with: (value) => withLane({ arrivals: withHeld(own.arrivals, value) }),
    },
    {
      ...vehicles,
      path: `lane.${id}.coming`,
      title: `vehicles coming to lane ${id}`,
      value: vehiclesOf(own.arrivals.filter((arrival) => !isHeld(arrival))),
      with: (value) => withLane({ arrivals: withComing(own, value, problem.parameters.horizonSeconds) }),
    },
    {
      path: `lane.${id}.unseen`,
      title: `vehicles that come to lane ${id} beyond what detectors see`,
      unit: "veh/h",
      value: own.unseenVehPerSecond * HOUR_SECONDS,
      min: 0,
      max: UNSEEN_MAX_VEH_PER_HOUR,
      step: 1,
      with: (value) => withLane({ unseenVehPerSecond: value / HOUR_SECONDS }),
    },
    {
      path: `lane.${id}.delayWeight`,
      title: `what a second of delay counts in lane ${id}: less than 1 where the road that it leads to fills`,
      unit: "of 1",
      value: own.delayWeight,
      min: 0,
      max: 1,
      step: 0.01,
      with: (value) => withLane({ delayWeight: value }),
    },
    {
      path: `lane.${id}.headway`,
      title: `saturation headway of lane ${id}`,
      unit: "s",
      value: own.headwaySeconds,
      min: HEADWAY_MIN_SECONDS,
      max: HEADWAY_MAX_SECONDS,
      step: 0.01,
      with: (value) => withLane({ headwaySeconds: value }),
    },
  ];
}

function exitInput(problem: StageProblem, exit: number, link: string): StageInput {
  const { exitFull } = problem.outlook;
  return {
    path: `exit.${link}.full`,
    title: `exit ${link} is full`,
    unit: "yes or no",
    value: exitFull[exit] === true ? 1 : 0,
    min: 0,
    max: 1,
    step: 1,
    with: (value) => withOutlook(problem, { exitFull: exitFull.with(exit, value >= 0.5) }),
  };
}

function insideInput(problem: StageProblem, movement: number, id: string): StageInput {
  const { standingInside } = problem.outlook;
  const { vehicles, seconds } = standingInside[movement] ?? { vehicles: 0, seconds: 0 };
  return {
    path: `inside.${id}`,
    title: `vehicles of movement ${id} that stand inside the junction`,
    unit: "veh",
    value: vehicles,
    min: 0,
    max: Math.max(1, vehicles),
    step: 1,
    with: (value) => {
      const stands = { vehicles: value, seconds: vehicles > 0 ? seconds : STANDING_SECONDS };
      return withOutlook(problem, {
        standingInside: standingInside.with(movement, value > 0 ? stands : { vehicles: 0, seconds: 0 }),
      });
    },
  };
}

function greenInput(problem: StageProblem): StageInput {
  const { street } = problem;
  return {
    path: "green.seconds",
    title: "time for which the running stage has been green",
    unit: "s",
    value: msToSeconds(street.at - street.stageSince),
    min: 0,
    max: 600,
    step: 0.1,
    with: (value) => ({
      ...problem,
      street: { ...street, stageSince: after(street.at, -secondsToMs(value)) },
    }),
  };
}

function withOutlook(problem: StageProblem, changed: Partial<Outlook>): StageProblem {
  return { ...problem, outlook: { ...problem.outlook, ...changed } };
}

/** As the record of inputs counts: held up, or standing in the way of others. */
function isHeld({ urgency }: Arrival): boolean {
  return urgency > 1;
}

function vehiclesOf(arrivals: readonly Arrival[]): number {
  return arrivals.reduce((sum, { vehicles }) => sum + vehicles, 0);
}

/** So many vehicles held up: the first of those who are, and others behind them that have just stopped. */
function withHeld(arrivals: readonly Arrival[], wanted: number): readonly Arrival[] {
  let left = wanted;
  const kept = arrivals.flatMap((arrival) => {
    if (!isHeld(arrival)) return [arrival];
    const vehicles = Math.min(left, arrival.vehicles);
    left -= vehicles;
    return vehicles > 0 ? [{ ...arrival, vehicles }] : [];
  });
  return inOrder([...kept, ...wholeVehicles(left, () => ({ earliestSeconds: 0, urgency: STOPPED_URGENCY }))]);
}

/** So many vehicles coming: as those who do, each more or less of a vehicle; where nobody does, evenly over what detectors see. */
function withComing(
  { arrivals, sightSeconds }: LaneOutlook,
  wanted: number,
  horizonSeconds: number,
): readonly Arrival[] {
  const present = vehiclesOf(arrivals.filter((arrival) => !isHeld(arrival)));
  if (present > 0) {
    return arrivals.flatMap((arrival) => {
      if (isHeld(arrival)) return [arrival];
      const vehicles = (arrival.vehicles * wanted) / present;
      return vehicles > 0 ? [{ ...arrival, vehicles }] : [];
    });
  }
  const seconds = sightSeconds > 0 ? sightSeconds : horizonSeconds;
  const count = Math.ceil(wanted);
  const added = wholeVehicles(wanted, (place) => ({
    earliestSeconds: ((place + 0.5) * seconds) / count,
    urgency: 1,
  }));
  return inOrder([...arrivals, ...added]);
}

/** So many vehicles, each of its own; the last one may be a part of one. */
function wholeVehicles(wanted: number, at: (place: number) => Omit<Arrival, "vehicles">): readonly Arrival[] {
  return Array.from({ length: Math.ceil(wanted) }, (_, place) => ({
    ...at(place),
    vehicles: Math.min(1, wanted - place),
  }));
}

function inOrder(arrivals: readonly Arrival[]): readonly Arrival[] {
  return arrivals.toSorted((left, right) => left.earliestSeconds - right.earliestSeconds);
}
