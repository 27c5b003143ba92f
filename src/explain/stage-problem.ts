import { defined } from "../assert.ts";
import type { Outlook } from "../model/outlook.ts";
import type { TimingTable } from "../model/timing.ts";
import { mayFollow } from "../optimize/tactical/may-follow.ts";
import type { TacticalParameters } from "../optimize/tactical/parameters.ts";
import type {
  Junction,
  JunctionLanes,
  StreetNow,
  TacticalDecision,
  TacticalPolicy,
} from "../optimize/tactical/policy.ts";
import { rollingHorizon } from "../optimize/tactical/rolling-horizon.ts";
import { type Site, tableOf } from "./site.ts";

/** What is known of an intersection before anything is known of its street. */
export type RecordedJunction = {
  readonly site: Site;
  readonly lanes: JunctionLanes;
  /** Changes that would trap a turn that yields (S11) are looked at too: only to see what that rule does. Absent otherwise. */
  readonly trapsAllowed?: true;
};

/** Everything that a stage is chosen by; JSON of it loses nothing. */
export type StageProblem = {
  readonly junction: RecordedJunction;
  readonly street: StreetNow;
  readonly outlook: Outlook;
  readonly memory: readonly number[];
  readonly parameters: TacticalParameters;
};

/** Junctions and policies are worked out once: many searches are made of one record. */
const junctions = new WeakMap<RecordedJunction, Junction>();
const policies = new WeakMap<TacticalParameters, TacticalPolicy>();

/** What the adaptive level decides in such a second. While the least service of the running stage lasts, that stage stays. */
export function decideStage(problem: StageProblem): TacticalDecision {
  const { street, outlook, memory, parameters } = problem;
  const timing = tableOf(problem.junction.site);
  if (isServed(timing, street))
    return policyOf(parameters)(junctionOf(problem.junction), street, outlook, memory);
  return {
    stages: [{ stage: street.stage, startAt: street.at }],
    departures: null,
    record: { candidates: [], binding: null, expansions: 0 },
    memory,
  };
}

/** Whether the running stage has been green for its least service. */
export function isServed(timing: TimingTable, { at, stage, stageSince }: StreetNow): boolean {
  return at - stageSince >= leastServiceMs(timing, stage);
}

/** The longest of the least services of a stage's phases: minimum green, or walk and flashing don't walk. */
export function leastServiceMs(timing: TimingTable, stage: number): number {
  let least = 0;
  for (const phase of defined(timing.stages[stage], "stage").phases) {
    least = Math.max(least, defined(timing.phases[phase], "phase").serviceMinMs);
  }
  return least;
}

function junctionOf(recorded: RecordedJunction): Junction {
  const known = junctions.get(recorded);
  if (known !== undefined) return known;
  const timing = tableOf(recorded.site);
  const all = timing.stages.map((_, from) => timing.stages.map((__, to) => from !== to));
  const junction = {
    timing,
    lanes: recorded.lanes,
    mayFollow: recorded.trapsAllowed === true ? all : mayFollow(timing),
  };
  junctions.set(recorded, junction);
  return junction;
}

function policyOf(parameters: TacticalParameters): TacticalPolicy {
  const known = policies.get(parameters);
  if (known !== undefined) return known;
  const policy = rollingHorizon(parameters);
  policies.set(parameters, policy);
  return policy;
}

const recorded = new WeakMap<TimingTable, RecordedJunction>();

/** The same object for the same intersection, so that its tables are worked out once. */
export function recordedJunction(timing: TimingTable, site: Site, lanes: JunctionLanes): RecordedJunction {
  const known = recorded.get(timing);
  if (known !== undefined) return known;
  const junction: RecordedJunction = {
    site,
    lanes: {
      lanes: lanes.lanes.map(({ id, link, streams }) => ({ id, link, streams })),
      streams: lanes.streams.map(({ lane, movement, phase }) => ({ lane, movement, phase })),
      exits: lanes.exits.map(({ link, streams }) => ({ link, streams })),
    },
  };
  recorded.set(timing, junction);
  return junction;
}
