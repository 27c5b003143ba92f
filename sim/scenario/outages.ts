import { type InstantMs, msToSeconds } from "../../src/units.ts";
import { eventsOf, lastsAt, type ScenarioEvent } from "./events.ts";

/** Whether the link of an intersection is open at an instant of a run that begins at `startsAt`; `undefined` where all always are. */
export function linkIsOpen(
  events: readonly ScenarioEvent[],
  startsAt: InstantMs,
): ((intersection: string, at: InstantMs) => boolean) | undefined {
  const outages = eventsOf(events, "link");
  if (outages.length === 0) return undefined;
  return (intersection, at) =>
    !outages.some(
      (outage) => outage.intersection === intersection && lastsAt(outage, msToSeconds(at - startsAt)),
    );
}
