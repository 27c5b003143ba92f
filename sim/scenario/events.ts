import Type, { type Static } from "typebox";
import { unreachable } from "../../src/assert.ts";
import { IdSchema } from "../../src/model/id.ts";
import { ModeSchema } from "../../src/model/mode.ts";
import type { Network } from "../../src/model/files.ts";
import type { StreetEvent } from "../field/scenario.ts";

const strict = { additionalProperties: false } as const;
/** Simulated seconds since the begin of the run. */
const Second = Type.Number({ minimum: 0, maximum: 31_536_000 });
const period = {
  fromSeconds: Second,
  /** Without it: to the end of the run. */
  untilSeconds: Type.Optional(Second),
};

/** Every detector, or every intersection. */
export const ALL = "all";

/** What happens to a run at simulated instants, from outside of engine and traffic, by its kind. */
export const EVENT_SCHEMAS = {
  detector: Type.Object(
    {
      kind: Type.Literal("detector"),
      intersection: IdSchema,
      /** Ids of the detectors that fail together, as those of one card do; or `all` of the intersection. */
      detectors: Type.Array(IdSchema, { minItems: 1, uniqueItems: true }),
      /**
       * `dead`: never occupied (stuck off); `stuck`: always (stuck on); `chatter`: goes on and off by itself about once a second;
       * `dropouts`: half of the vehicles are not told; `swapped`: two detectors tell what the other one sees.
       */
      fault: Type.Union([
        Type.Literal("dead"),
        Type.Literal("stuck"),
        Type.Literal("chatter"),
        Type.Literal("dropouts"),
        Type.Literal("swapped"),
      ]),
      ...period,
    },
    strict,
  ),
  link: Type.Object(
    {
      kind: Type.Literal("link"),
      intersection: IdSchema,
      /** `down`: the controller's link to the engine is closed, and opened again at the end. */
      fault: Type.Literal("down"),
      ...period,
    },
    strict,
  ),
  mode: Type.Object(
    {
      kind: Type.Literal("mode"),
      /** An intersection's id, or `all`. */
      intersection: IdSchema,
      /** What an operator sets at the begin; at the end he sets the run's own mode again. */
      mode: ModeSchema,
      ...period,
    },
    strict,
  ),
  demand: Type.Object(
    {
      kind: Type.Literal("demand"),
      /** The link of an entry, or `all`. */
      entry: IdSchema,
      /** So many times as many vehicles come by it: a surge, or a lull. */
      factor: Type.Number({ minimum: 0, maximum: 10 }),
      ...period,
    },
    strict,
  ),
  lane: Type.Object(
    {
      kind: Type.Literal("lane"),
      link: IdSchema,
      /** Nobody new comes onto it; who is there drives on. */
      lane: IdSchema,
      ...period,
    },
    strict,
  ),
  road: Type.Object(
    {
      kind: Type.Literal("road"),
      /** An incident at its begin: nobody new comes onto any of its lanes. */
      link: IdSchema,
      ...period,
    },
    strict,
  ),
  emergency: Type.Object(
    {
      kind: Type.Literal("emergency"),
      /** An emergency route of the network; one vehicle more comes by it. */
      route: IdSchema,
      fromSeconds: Second,
    },
    strict,
  ),
} as const;

/** What happens to the control: it looks the same to every vehicle until a signal differs. */
type ControlEvent =
  | Static<typeof EVENT_SCHEMAS.detector>
  | Static<typeof EVENT_SCHEMAS.link>
  | Static<typeof EVENT_SCHEMAS.mode>;
export type ScenarioEvent = ControlEvent | StreetEvent;
export const DETECTOR_FAULTS: readonly EventOf<"detector">["fault"][] = [
  "dead",
  "stuck",
  "chatter",
  "dropouts",
  "swapped",
];
export const LINK_FAULTS: readonly EventOf<"link">["fault"][] = ["down"];

export type EventOf<Kind extends ScenarioEvent["kind"]> = Extract<ScenarioEvent, { readonly kind: Kind }>;

export function eventsOf<Kind extends ScenarioEvent["kind"]>(
  events: readonly ScenarioEvent[],
  kind: Kind,
): readonly EventOf<Kind>[] {
  return events.filter((event): event is EventOf<Kind> => event.kind === kind);
}

/** What happens on the street, whoever controls its signals: the plant makes it. */
export function streetEvents(events: readonly ScenarioEvent[]): readonly StreetEvent[] {
  return events.filter(isStreetEvent);
}

export function isStreetEvent(event: ScenarioEvent): event is StreetEvent {
  return event.kind !== "detector" && event.kind !== "link" && event.kind !== "mode";
}

/** Whether an instant, in seconds since the begin, belongs to the event. */
export function lastsAt({ fromSeconds, untilSeconds }: ControlEvent, seconds: number): boolean {
  return seconds >= fromSeconds && (untilSeconds === undefined || seconds < untilSeconds);
}

/** What about an event does not fit the network, in words; `undefined` where all does. */
export function eventFault(event: ScenarioEvent, network: Network): string | undefined {
  const { fromSeconds } = event;
  const untilSeconds = "untilSeconds" in event ? event.untilSeconds : undefined;
  if (untilSeconds !== undefined && untilSeconds <= fromSeconds) {
    return `end ${untilSeconds} after begin ${fromSeconds}: allowed is an end that is later`;
  }
  if (isStreetEvent(event)) return streetFault(event, network);
  const { intersections } = network;
  const found = intersections.find(({ id }) => id === event.intersection);
  if (found === undefined) {
    if (event.kind === "mode" && event.intersection === ALL) return undefined;
    const all = event.kind === "mode" ? `${ALL}, ` : "";
    return `intersection "${event.intersection}": allowed is ${all}${named(intersections)}`;
  }
  return event.kind === "detector" ? detectorFault(event, found) : undefined;
}

function detectorFault(
  { detectors, fault }: EventOf<"detector">,
  { id, detectors: own }: Network["intersections"][number],
): string | undefined {
  const unknown = detectors.find((detector) => detector !== ALL && !own.some((one) => one.id === detector));
  if (unknown !== undefined) return `detector "${unknown}" of ${id}: allowed is ${ALL}, ${named(own)}`;
  if (fault === "swapped" && (detectors.length !== 2 || detectors.includes(ALL))) {
    return `swapped "${detectors.join("+")}": allowed are two detectors, as ${own[0]?.id}+${own[1]?.id}`;
  }
  return undefined;
}

/** The demand's profiles have points at whole minutes of one day. */
const DEMAND_STEP_SECONDS = 60;
const DAY_SECONDS = 86_400;

function streetFault(event: StreetEvent, network: Network): string | undefined {
  const { demand, links } = network;
  if (demand === undefined) {
    return `${event.kind}: the vehicles of ${network.id} are SUMO's; allowed on the built-in model`;
  }
  switch (event.kind) {
    case "demand": {
      const instants = [event.fromSeconds, event.untilSeconds ?? 0];
      const odd = instants.find((at) => at % DEMAND_STEP_SECONDS !== 0 || at > DAY_SECONDS);
      if (odd !== undefined) return `instant ${odd}: allowed are whole minutes (multiples of 60) of one day`;
      const entries = demand.entries.map(({ link }) => ({ id: link }));
      if (event.entry === ALL || entries.some(({ id }) => id === event.entry)) return undefined;
      return `entry "${event.entry}": allowed is *, ${named(entries)}`;
    }
    case "emergency": {
      const routes = demand.emergency ?? [];
      if (routes.some(({ id }) => id === event.route)) return undefined;
      return `route "${event.route}": allowed is ${routes.length === 0 ? "nothing, the network has none" : named(routes)}`;
    }
    case "lane":
    case "road": {
      const link = links.find(({ id }) => id === event.link);
      if (link === undefined) return `link "${event.link}": allowed is ${named(links)}`;
      return event.kind === "road" ? undefined : laneFault(event, link.lanes, network);
    }
    default:
      return unreachable(event);
  }
}

/** A lane that alone serves a movement stays open: whoever needed it would stand before the link and block it for all others. */
function laneFault(
  event: Extract<StreetEvent, { readonly kind: "lane" }>,
  lanes: readonly { readonly id: string }[],
  { intersections }: Network,
): string | undefined {
  const needed = new Map(
    intersections
      .flatMap(({ movements }) => movements)
      .filter(({ fromLink, fromLanes }) => fromLink === event.link && fromLanes.length === 1)
      .map(({ id, fromLanes }) => [fromLanes[0], id]),
  );
  const others = lanes.filter(({ id }) => !needed.has(id));
  if (lanes.length > 1 && others.some(({ id }) => id === event.lane)) return undefined;
  const allowed =
    lanes.length > 1 && others.length > 0
      ? named(others)
      : `road:${event.link}=blocked, which closes them all`;
  const movement = needed.get(event.lane);
  const why = movement === undefined ? "" : `, the only one of movement ${movement}`;
  return `lane "${event.lane}" of ${event.link}${why}: allowed is ${allowed}`;
}

/** Names that a message tells in full; of more, so many. */
const NAMES_MAX = 40;

function named(list: readonly { readonly id: string }[]): string {
  const names = list.slice(0, NAMES_MAX).map(({ id }) => id);
  return list.length > NAMES_MAX
    ? `${names.join(", ")} and ${list.length - NAMES_MAX} more`
    : names.join(", ");
}
