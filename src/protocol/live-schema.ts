import Type, { type Static } from "typebox";
import { IntersectionSchema } from "../model/intersection.ts";
import { ModeSchema } from "../model/mode.ts";
import { NetworkFileSchema } from "../model/network.ts";
import { Coordination, Operation } from "./frames.ts";
import type { LiveMessage, NetworkView } from "./live.ts";
import { instant, nullable, strict } from "./message-parts.ts";
import { OperatingSchema } from "./operating-schema.ts";

/**
 * What the server tells a console, as schemas for those who write another client. The types of `live.ts` are what server and console are
 * built from; the end of this file does not compile where a schema says something else.
 */
const seq = Type.Number({
  description:
    "Counts every message of a connection from 1 on. With 1 everything is told anew; after a gap, ask for a `resync`.",
});
const share = Type.Number({ description: "0 to 1" });
const vehPerHour = Type.Number({ description: "veh/h" });

const live = {
  linked: Type.Boolean(),
  mode: nullable(ModeSchema),
  stateAt: nullable(instant),
  operation: nullable(Operation),
  source: nullable(Type.Enum(["plan", "schedule", "local", "free"])),
  plan: nullable(Type.String()),
  stage: nullable(Type.String()),
  coordination: nullable(Coordination),
  cycleStartAt: nullable(instant),
  lamps: Type.String({ description: "One character a phase, as in the controller link's `state`." }),
  walk: Type.String(),
} as const;

const measures = nullable(
  Type.Object(
    {
      at: instant,
      vehiclesRunning: Type.Number(),
      vehiclesWaitingToEnter: Type.Number(),
      vehiclesArrived: Type.Number(),
      delaySeconds: nullable(Type.Number()),
    },
    strict,
  ),
);
const counters = Type.Array(
  Type.Object({ name: Type.String(), label: Type.String(), value: Type.Number() }, strict),
);
const vehicles = Type.Array(Type.Number(), {
  description: "Flat: id, x dm, y dm, heading degrees (0 north, clockwise), length dm; x, y of the front.",
});
const speedFactor = Type.Number({
  description: "Simulated seconds a wall second; 0 is as fast as possible.",
});

const frame = Type.Object(
  {
    kind: Type.Literal("frame"),
    seq,
    at: instant,
    speedFactor,
    plantConnected: Type.Boolean(),
    intersections: Type.Array(Type.Object({ id: Type.String(), ...live }, strict)),
    vehicles,
    measures,
    counters,
  },
  { ...strict, title: "Frame", description: "The street as it is now, whole." },
);

const delta = Type.Object(
  {
    kind: Type.Literal("delta"),
    seq,
    at: instant,
    speedFactor: Type.Optional(speedFactor),
    plantConnected: Type.Optional(Type.Boolean()),
    intersections: Type.Array(
      Type.Object({ id: Type.String(), ...Type.Partial(Type.Object(live)).properties }, strict),
    ),
    vehicles: Type.Optional(vehicles),
    measures: Type.Optional(measures),
    counters,
  },
  { ...strict, title: "Delta", description: "What is no longer as before; what is left out is as it was." },
);

const decision = Type.Object(
  {
    at: instant,
    stage: Type.String(),
    next: nullable(Type.Object({ stage: Type.String(), startAt: instant }, strict)),
    candidates: Type.Array(Type.Object({ stage: Type.String(), costVehSeconds: Type.Number() }, strict)),
    binding: nullable(Type.String()),
    expected: nullable(Type.Object({ vehicles: Type.Number(), delaySeconds: Type.Number() }, strict)),
    inputs: Type.Object(
      {
        observed: Type.Enum(["loops", "zone"]),
        lanes: Type.Array(
          Type.Object({ lane: Type.String(), waiting: Type.Number(), coming: Type.Number() }, strict),
        ),
        fullExits: Type.Array(Type.String()),
        standingInside: Type.Number(),
      },
      strict,
    ),
    earlier: Type.Array(Type.Object({ at: instant, stage: Type.String(), reason: Type.String() }, strict)),
  },
  strict,
);

const decisions = Type.Object(
  {
    kind: Type.Literal("decisions"),
    seq,
    intersections: Type.Array(Type.Object({ id: Type.String(), decision: nullable(decision) }, strict)),
  },
  { ...strict, title: "Decisions", description: "Intersections whose decision is new." },
);

const PLAN_STATUS = [
  "proposed",
  "rejected",
  "expired",
  "pushed",
  "accepted",
  "applied",
  "refused",
  "mismatch",
  "superseded",
] as const;

const timing = Type.Object(
  {
    id: Type.String(),
    source: Type.Enum(["engine", "local"]),
    cycleMs: Type.Number(),
    offsetMs: Type.Number(),
    stages: Type.Array(
      Type.Object({ stage: Type.String(), splitMs: Type.Number(), intergreenMs: Type.Number() }, strict),
    ),
    reason: Type.String(),
    status: Type.Enum([...PLAN_STATUS, "local"]),
    effectiveAt: nullable(instant),
    validUntil: nullable(instant),
  },
  strict,
);

const flow = Type.Object(
  { vehPerHour, lowerVehPerHour: vehPerHour, upperVehPerHour: vehPerHour },
  { ...strict, description: "What is expected, and where nine counts of ten should lie." },
);
const model = Type.Enum(["level", "ar1", "profile", "profile-rls"]);

const movement = Type.Object(
  {
    movement: Type.String(),
    history: Type.Array(
      Type.Object({ from: instant, vehPerHour: nullable(vehPerHour), forecast: nullable(flow) }, strict),
    ),
    nextFrom: nullable(instant),
    next: nullable(flow),
    later: Type.Array(flow),
    imputedVehPerHour: nullable(vehPerHour),
    model: nullable(model),
    errors: Type.Array(Type.Object({ model, meanAbsoluteVehPerHour: nullable(vehPerHour) }, strict)),
    drift: nullable(Type.Enum(["above", "below"])),
    degreeOfSaturation: nullable(Type.Number()),
  },
  strict,
);

const detailed = Type.Object(
  {
    id: Type.String(),
    running: nullable(timing),
    next: nullable(timing),
    proposal: nullable(timing),
    shadow: nullable(
      Type.Object(
        {
          decisions: Type.Number(),
          agreedShare: nullable(share),
          ownCostVehSeconds: nullable(Type.Number()),
          streetCostVehSeconds: nullable(Type.Number()),
          plans: Type.Number(),
          ownDelaySeconds: nullable(Type.Number()),
          runningDelaySeconds: nullable(Type.Number()),
        },
        strict,
      ),
    ),
    decision: nullable(decision),
    movements: Type.Array(movement),
    warnings: Type.Array(
      Type.Object(
        {
          link: Type.String(),
          kind: Type.Enum(["oversaturated", "spillback"]),
          from: instant,
          probability: share,
        },
        strict,
      ),
    ),
    operating: Type.Optional(OperatingSchema),
    detectors: Type.Array(
      Type.Object(
        {
          detector: Type.String(),
          state: Type.Enum(["suspect", "failed", "recovering"]),
          since: instant,
          fault: Type.String(),
          reason: Type.String(),
        },
        strict,
      ),
    ),
  },
  strict,
);

const detail = Type.Object(
  { kind: Type.Literal("detail"), seq, at: instant, intersections: Type.Array(detailed) },
  { ...strict, title: "Detail", description: "Each replaces what was told of the intersection before." },
);

const log = Type.Object(
  {
    kind: Type.Literal("log"),
    seq,
    entries: Type.Array(
      Type.Object(
        {
          id: Type.Number(),
          at: instant,
          intersection: nullable(Type.String()),
          topic: Type.Enum([
            "plan",
            "command",
            "control",
            "operation",
            "link",
            "alarm",
            "detector",
            "traffic",
            "engine",
          ]),
          priority: Type.Enum(["P1", "P2", "P3", "event"]),
          text: Type.String(),
          reason: nullable(Type.String()),
          plan: nullable(Type.String()),
          status: nullable(Type.Enum([...PLAN_STATUS])),
          answer: nullable(Type.String()),
        },
        strict,
      ),
    ),
  },
  { ...strict, title: "Log", description: "An entry with a known id replaces the earlier one." },
);

const said = { by: Type.String(), reason: Type.String(), at: instant } as const;

const alarm = Type.Object(
  {
    id: Type.String({ description: "type:intersection:part" }),
    type: Type.String(),
    intersection: nullable(Type.String()),
    part: nullable(Type.String()),
    text: Type.String(),
    state: Type.Enum([
      "normal",
      "activeUnacknowledged",
      "activeAcknowledged",
      "clearedUnacknowledged",
      "shelved",
      "suppressed",
      "outOfService",
    ]),
    priority: Type.Enum(["P1", "P2", "P3"]),
    activeSince: nullable(instant),
    occurrences: Type.Number(),
    acknowledged: nullable(Type.Object({ by: Type.String(), at: instant }, strict)),
    shelved: nullable(Type.Object({ ...said, until: instant }, strict)),
    outOfService: nullable(Type.Object(said, strict)),
    suppressedBy: nullable(Type.String()),
    response: Type.String(),
    consequence: Type.String(),
    owner: Type.String(),
    children: Type.Number(),
    firstOut: Type.Boolean(),
    effect: Type.String({ description: "What the engine does about it now." }),
  },
  { ...strict, title: "Alarm" },
);

const alarms = Type.Object(
  {
    kind: Type.Literal("alarms"),
    seq,
    at: instant,
    whole: Type.Boolean(),
    changed: Type.Array(alarm),
    gone: Type.Array(Type.String()),
    flood: nullable(Type.Object({ since: instant, firstOut: Type.String() }, strict)),
  },
  {
    ...strict,
    title: "Alarms",
    description: "All that are not normal, where whole; else those that changed.",
  },
);

/** Messages of `/live` and `/playback`. */
export const LiveMessageSchema = Type.Union([frame, delta, decisions, detail, log, alarms]);

/** What `GET /api/network` answers. */
export const NetworkViewSchema = Type.Object(
  {
    network: Type.Object(
      { ...NetworkFileSchema.properties, intersections: Type.Array(IntersectionSchema) },
      strict,
    ),
    midnightAt: instant,
    plantStepMs: Type.Number(),
    intervalMs: Type.Number(),
  },
  strict,
);

/** A type with everything in it unchangeable, so that schemas' types and ours can be compared. */
type Frozen<T> = T extends object ? { readonly [Name in keyof T]: Frozen<T[Name]> } : T;
type Same<A, B> = [Frozen<A>] extends [Frozen<B>] ? ([Frozen<B>] extends [Frozen<A>] ? true : never) : never;

/** Does not compile unless each schema says what its type says. */
export const SCHEMAS_ARE_THE_TYPES: readonly [
  Same<Static<typeof LiveMessageSchema>, LiveMessage>,
  Same<Static<typeof NetworkViewSchema>, NetworkView>,
] = [true, true];
