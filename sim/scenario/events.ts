import Type, { type Static } from "typebox";
import { IdSchema } from "../../src/model/id.ts";
import { ModeSchema } from "../../src/model/mode.ts";
import type { Network } from "../../src/model/files.ts";

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
} as const;

export type ScenarioEvent =
  | Static<typeof EVENT_SCHEMAS.detector>
  | Static<typeof EVENT_SCHEMAS.link>
  | Static<typeof EVENT_SCHEMAS.mode>;
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

/** Whether an instant, in seconds since the begin, belongs to the event. */
export function lastsAt({ fromSeconds, untilSeconds }: ScenarioEvent, seconds: number): boolean {
  return seconds >= fromSeconds && (untilSeconds === undefined || seconds < untilSeconds);
}

/** What about an event does not fit the network, in words; `undefined` where all does. */
export function eventFault(event: ScenarioEvent, network: Network): string | undefined {
  const { fromSeconds, untilSeconds } = event;
  if (untilSeconds !== undefined && untilSeconds <= fromSeconds) {
    return `end ${untilSeconds} after begin ${fromSeconds}: allowed is an end that is later`;
  }
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

/** Names that a message tells in full; of more, so many. */
const NAMES_MAX = 40;

function named(list: readonly { readonly id: string }[]): string {
  const names = list.slice(0, NAMES_MAX).map(({ id }) => id);
  return list.length > NAMES_MAX
    ? `${names.join(", ")} and ${list.length - NAMES_MAX} more`
    : names.join(", ");
}
