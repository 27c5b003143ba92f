import type { Outlook } from "../../src/model/outlook.ts";
import { TACTICAL_DEFAULTS } from "../../src/optimize/tactical/parameters.ts";
import type { TacticalPolicy } from "../../src/optimize/tactical/policy.ts";
import { rollingHorizon } from "../../src/optimize/tactical/rolling-horizon.ts";

/** The adaptive policy with one thing left out, by what is: how much each is worth. */
export const ABLATIONS = {
  /** Nobody is told who will leave: each intersection decides for itself alone. */
  neighbours: withoutDepartures(rollingHorizon()),
  /** Full exits are not known: green is given into them. */
  blocking: seeing((outlook) => ({ ...outlook, exitFull: outlook.exitFull.map(() => false) })),
  /** Cross traffic is let in on those who stand inside the junction. */
  box: seeing((outlook) => ({
    ...outlook,
    standingInside: outlook.standingInside.map(() => ({ vehicles: 0, seconds: 0 })),
  })),
  /** Every lane discharges at the headway that is assumed before anything is learnt. */
  headway: seeing((outlook) => ({
    ...outlook,
    lanes: outlook.lanes.map((lane) => ({ ...lane, headwaySeconds: 2 })),
  })),
  /** A second of delay counts the same for everybody, however long they have stood. */
  ageing: seeing((outlook) => ({
    ...outlook,
    lanes: outlook.lanes.map((lane) => ({
      ...lane,
      arrivals: lane.arrivals.map((arrival) => ({ ...arrival, urgency: 1 })),
    })),
  })),
  /** Half the horizon. */
  horizon: rollingHorizon({ ...TACTICAL_DEFAULTS, horizonSeconds: TACTICAL_DEFAULTS.horizonSeconds / 2 }),
} satisfies Readonly<Record<string, TacticalPolicy>>;

function seeing(change: (outlook: Outlook) => Outlook): TacticalPolicy {
  const policy = rollingHorizon();
  return (junction, street, outlook, memory) => policy(junction, street, change(outlook), memory);
}

function withoutDepartures(policy: TacticalPolicy): TacticalPolicy {
  return (junction, street, outlook, memory) => ({
    ...policy(junction, street, outlook, memory),
    departures: [],
  });
}
