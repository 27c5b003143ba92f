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

/** What happens to a run at simulated instants, from outside of engine and traffic. */
export const ScenarioEventSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal("detector"),
      intersection: IdSchema,
      /** A detector's id, or `all`. */
      detector: IdSchema,
      /** `dead`: never occupied; `stuck`: always. */
      fault: Type.Union([Type.Literal("dead"), Type.Literal("stuck")]),
      ...period,
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal("link"),
      intersection: IdSchema,
      /** `down`: the controller's link to the engine is closed, and opened again at the end. */
      fault: Type.Literal("down"),
      ...period,
    },
    strict,
  ),
  Type.Object(
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
]);

export type ScenarioEvent = Static<typeof ScenarioEventSchema>;
export const DETECTOR_FAULTS: readonly EventOf<"detector">["fault"][] = ["dead", "stuck"];
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
  if (event.kind !== "detector" || event.detector === ALL) return undefined;
  if (found.detectors.some(({ id }) => id === event.detector)) return undefined;
  return `detector "${event.detector}" of ${found.id}: allowed is ${ALL}, ${named(found.detectors)}`;
}

/** Names that a message tells in full; of more, so many. */
const NAMES_MAX = 40;

function named(list: readonly { readonly id: string }[]): string {
  const names = list.slice(0, NAMES_MAX).map(({ id }) => id);
  return list.length > NAMES_MAX
    ? `${names.join(", ")} and ${list.length - NAMES_MAX} more`
    : names.join(", ");
}
