import { unreachable } from "../../../src/assert.ts";
import type { TimingTable } from "../../../src/model/timing.ts";
import type {
  CommandFrame,
  HeartbeatFrame,
  StageScheduleFrame,
  TimingPlanFrame,
} from "../../../src/protocol/frames.ts";
import { after, type InstantMs, instantMs, SECOND_MS } from "../../../src/units.ts";
import type { Actuation, PedestrianCall, PriorityCall } from "../../field/plant.ts";
import { callSources, drawCalls } from "./calls.ts";
import { type CommandIntent, drawCommand } from "./commands.ts";
import {
  drawEpisode,
  drawGapMs,
  drawLengthMs,
  EPISODES,
  type EpisodeName,
  type HostileKind,
} from "./episodes.ts";
import { createHostileLink } from "./link.ts";
import { drawPlan, type DrawnPlan, drawRarePlan, isSpoiled, type PlanIntent } from "./plans.ts";
import { createRandom, type Random } from "../random.ts";
import { type DrawnSchedule, drawSchedule, type ScheduleIntent } from "./schedules.ts";

/** How a frame came: `again` a second time, `replayed` by somebody who recorded it. */
type Arrival = "once" | "late" | "again" | "replayed";

/** A frame of the engine that reaches the controller. */
export type Delivery =
  | {
      readonly kind: "plan";
      readonly intent: PlanIntent;
      readonly arrival: Arrival;
      readonly frame: TimingPlanFrame;
    }
  | {
      readonly kind: "command";
      readonly intent: CommandIntent;
      readonly arrival: Arrival;
      readonly frame: CommandFrame;
    }
  | {
      readonly kind: "schedule";
      readonly intent: ScheduleIntent;
      readonly arrival: Arrival;
      readonly frame: StageScheduleFrame;
    }
  | { readonly kind: "heartbeat"; readonly arrival: Arrival; readonly frame: HeartbeatFrame };

/** Something from the street. */
export type Call =
  | { readonly kind: "detector"; readonly actuation: Actuation }
  | { readonly kind: "pedestrian"; readonly call: PedestrianCall }
  | { readonly kind: "priority"; readonly call: PriorityCall }
  | { readonly kind: "preempt"; readonly preempt: string; readonly on: boolean };

/** What can happen to a controller at an instant. */
export type Hostile =
  | Delivery
  | Call
  | { readonly kind: "link"; readonly up: boolean }
  /** The controller's own clock jumps. */
  | { readonly kind: "clockStep"; readonly stepMs: number }
  /** From now on it runs faster, or slower where negative. */
  | { readonly kind: "clockDrift"; readonly partsPerMillion: number }
  /** It is set right, and runs right from now on. */
  | { readonly kind: "clockSet" }
  /** Somebody resets the monitor at the cabinet. */
  | { readonly kind: "monitorReset" }
  /** The controller loses its power for an instant. */
  | { readonly kind: "restart" };

export type TimedHostile = { readonly at: InstantMs; readonly hostile: Hostile };

/** Everything that happens to one controller, in the order of time; the same seed gives the same stream. */
export type HostileStream = {
  /** When the next event happens; it is still to come. */
  readonly nextAt: () => InstantMs;
  readonly next: () => TimedHostile;
  /**
   * From `at` on nothing but ordinary calls of vehicles and pedestrians, over a good link; what hangs is let go first.
   * Expects that everything before `at` has been taken, and nothing after it.
   */
  readonly heal: (at: InstantMs) => void;
};

const HEARTBEAT_MS = SECOND_MS;
/** Stage schedules come each second while somebody decides. */
const SCHEDULE_MS = SECOND_MS;
/** How often a plan that may be spoiled has one beside it that is. */
const RARE_SHARE = 0.1;

export function createHostileStream(seed: number, table: TimingTable, startsAt: InstantMs): HostileStream {
  const random = createRandom(seed, "hostile");
  const sources = callSources(table);
  const queue = createQueue();
  const hanging = createHanging(sources.intersection);
  let link = createHostileLink(random);
  let episode: EpisodeName = "busy";
  let episodeEndsAt = startsAt;
  let number = 0;
  const plans = createPlans(seed, random, table);
  const adaptive = createAdaptive(random, table);
  let drawAt = startsAt;
  let heartbeatAt = startsAt;

  const draw = (at: InstantMs): readonly TimedHostile[] => {
    const { weights, ordinary } = EPISODES[episode];
    const kind: HostileKind = random.weighted(weights);
    const intents = ordinary ? "good" : "any";
    number += 1;
    switch (kind) {
      case "plan":
        return sentPlans(link, at, plans.draw(at, number, intents));
      case "command":
        return link.sent(at, { kind, arrival: "once", ...drawCommand(random, table, at, number, intents) });
      case "adaptive":
        return adaptive.begin(at);
      case "link":
        return link.disturbed(at);
      case "clock":
        return [{ at, hostile: drawClock(random) }];
      case "monitorReset":
      case "restart":
        return [{ at, hostile: { kind } }];
      case "vehicle":
      case "pedestrian":
      case "priority":
      case "preempt":
        return drawCalls(random, sources, at, kind, ordinary, number);
      default:
        return unreachable(kind);
    }
  };

  const heartbeat = (): void => {
    // The stream does not know what the controller has logged: whoever runs it says what is stored.
    const frame: HeartbeatFrame = { type: "heartbeat", seq: number, at: heartbeatAt, logStored: 0 };
    queue.add(link.sent(heartbeatAt, { kind: "heartbeat", arrival: "once", frame }));
    heartbeatAt = after(heartbeatAt, HEARTBEAT_MS);
  };

  const schedule = (at: InstantMs): void => {
    number += 1;
    const intents = EPISODES[episode].ordinary ? "good" : "any";
    queue.add(link.sent(at, { kind: "schedule", arrival: "once", ...adaptive.draw(at, number, intents) }));
  };

  const drawNext = (): void => {
    if (drawAt >= episodeEndsAt) {
      episode = drawEpisode(random);
      episodeEndsAt = after(drawAt, drawLengthMs(random, episode));
    }
    queue.add(draw(drawAt));
    drawAt = after(drawAt, drawGapMs(random, episode));
  };

  const upcoming = (): TimedHostile => {
    for (;;) {
      const first = queue.first();
      if (first !== undefined && first.at <= Math.min(drawAt, heartbeatAt, adaptive.nextAt())) {
        if (hanging.canHappen(first.hostile)) return first;
        queue.drop();
      } else if (adaptive.nextAt() <= Math.min(drawAt, heartbeatAt)) schedule(instantMs(adaptive.nextAt()));
      else if (heartbeatAt <= drawAt) heartbeat();
      else drawNext();
    }
  };

  const next = (): TimedHostile => {
    const event = upcoming();
    queue.drop();
    hanging.happened(event.hostile);
    return event;
  };

  const heal = (at: InstantMs): void => {
    queue.clear();
    queue.add(hanging.letGo(at).map((hostile) => ({ at, hostile })));
    link = createHostileLink(random);
    episode = "healed";
    episodeEndsAt = after(at, drawLengthMs(random, episode));
    drawAt = at;
    heartbeatAt = at;
    adaptive.end();
  };

  return { nextAt: () => upcoming().at, next, heal };
}

/** The first over the link as it is, the others as they are. */
function sentPlans(
  link: ReturnType<typeof createHostileLink>,
  at: InstantMs,
  [plan, ...spoiled]: ReturnType<Plans["draw"]>,
): readonly TimedHostile[] {
  return [
    ...link.sent(at, { kind: "plan", arrival: "once", ...plan }),
    ...spoiled.map((one): TimedHostile => ({ at, hostile: { kind: "plan", arrival: "once", ...one } })),
  ];
}

type Plans = {
  /** The plan of a decision; where it may be spoiled, now and then one beside it that is. */
  readonly draw: (
    at: InstantMs,
    number: number,
    intents: "good" | "any",
  ) => readonly [DrawnPlan, ...DrawnPlan[]];
};

function createPlans(seed: number, random: Random, table: TimingTable): Plans {
  // Numbers of their own, so that these plans change nothing else of the stream.
  const rare = createRandom(seed, "rare plans");
  let before: TimingPlanFrame | undefined;
  return {
    draw: (at, number, intents) => {
      const plan = drawPlan(random, table, at, number, intents, before);
      if (!isSpoiled(plan.intent)) before = plan.frame;
      return intents === "good" || !rare.chance(RARE_SHARE)
        ? [plan]
        : [plan, drawRarePlan(rare, table, at, number)];
    },
  };
}

type Adaptive = {
  /** When the next schedule is sent; infinite while nobody decides. */
  readonly nextAt: () => number;
  /** From now on; nothing is sent yet. */
  readonly begin: (at: InstantMs) => readonly [];
  readonly draw: (at: InstantMs, number: number, intents: "good" | "any") => DrawnSchedule;
  readonly end: () => void;
};

/** Somebody who decides each second, for a while that is mostly longer than a lease. */
function createAdaptive(random: Random, table: TimingTable): Adaptive {
  let before: StageScheduleFrame | undefined;
  let nextAt = Number.POSITIVE_INFINITY;
  let until = 0;
  return {
    nextAt: () => nextAt,
    begin: (at) => {
      until = after(at, random.integer(0, 90) * SCHEDULE_MS);
      nextAt = Math.min(nextAt, at);
      return [];
    },
    draw: (at, number, intents) => {
      const drawn = drawSchedule(random, table, at, number, intents, before);
      if (drawn.intent === "valid" || drawn.intent === "edge") before = drawn.frame;
      nextAt = at < until ? at + SCHEDULE_MS : Number.POSITIVE_INFINITY;
      return drawn;
    },
    end: () => {
      nextAt = Number.POSITIVE_INFINITY;
    },
  };
}

function drawClock(random: Random): Hostile {
  return random.weighted<Hostile>([
    [
      3,
      {
        kind: "clockStep",
        stepMs: random.pick([-1, 1]) * random.pick([100, 700, 5_000, 60_000, 3_600_000]),
      },
    ],
    [3, { kind: "clockDrift", partsPerMillion: random.pick([50, -50, 1_000, -1_000, 20_000, -20_000]) }],
    [2, { kind: "clockSet" }],
  ]);
}

type Queue = {
  readonly add: (events: readonly TimedHostile[]) => void;
  readonly first: () => TimedHostile | undefined;
  readonly drop: () => void;
  readonly clear: () => void;
};

/** What is under way, oldest last, so that taking it is cheap; what was added first comes first at the same instant. */
function createQueue(): Queue {
  const events: TimedHostile[] = [];
  return {
    add: (added) => {
      for (const event of added) {
        const place = events.findLastIndex(({ at }) => at > event.at);
        events.splice(place + 1, 0, event);
      }
    },
    first: () => events.at(-1),
    drop: () => {
      events.pop();
    },
    clear: () => {
      events.length = 0;
    },
  };
}

type Hanging = {
  /** Frames do not come over a link that is down. */
  readonly canHappen: (hostile: Hostile) => boolean;
  readonly happened: (hostile: Hostile) => void;
  /** What brings everything back in order that is out of it. */
  readonly letGo: (at: InstantMs) => readonly Hostile[];
};

/** What is on, in or off its course. */
function createHanging(intersection: string): Hanging {
  const detectors = new Set<string>();
  const preempts = new Set<string>();
  const vehicles = new Map<string, PriorityCall>();
  let linkDown = false;
  let clockWrong = false;
  const canHappen = ({ kind }: Hostile): boolean =>
    !linkDown || (kind !== "plan" && kind !== "command" && kind !== "schedule" && kind !== "heartbeat");
  const happened = (hostile: Hostile): void => {
    switch (hostile.kind) {
      case "detector":
        keep(detectors, hostile.actuation.detector, hostile.actuation.on);
        break;
      case "preempt":
        keep(preempts, hostile.preempt, hostile.on);
        break;
      case "priority":
        if (hostile.call.checkedIn) vehicles.set(vehicleKey(hostile.call), hostile.call);
        else vehicles.delete(vehicleKey(hostile.call));
        break;
      case "link":
        linkDown = !hostile.up;
        break;
      case "clockDrift":
      case "clockStep":
      case "clockSet":
        clockWrong = hostile.kind !== "clockSet";
        break;
      case "plan":
      case "command":
      case "schedule":
      case "heartbeat":
      case "pedestrian":
      case "monitorReset":
      case "restart":
        break;
      default:
        unreachable(hostile);
    }
  };
  const letGo = (at: InstantMs): readonly Hostile[] => [
    ...(clockWrong ? [{ kind: "clockSet" as const }] : []),
    ...(linkDown ? [{ kind: "link" as const, up: true }] : []),
    ...[...detectors].map((detector) => ({
      kind: "detector" as const,
      actuation: { intersection, detector, at, on: false },
    })),
    ...[...vehicles.values()].map((call) => ({
      kind: "priority" as const,
      call: { ...call, at, checkedIn: false },
    })),
    ...[...preempts].map((preempt) => ({ kind: "preempt" as const, preempt, on: false })),
    { kind: "monitorReset" },
  ];
  return { canHappen, happened, letGo };
}

function keep(set: Set<string>, id: string, on: boolean): void {
  if (on) set.add(id);
  else set.delete(id);
}

function vehicleKey({ kind, link, vehicle }: PriorityCall): string {
  return `${kind} ${link} ${vehicle}`;
}
