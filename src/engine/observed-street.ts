import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import type { StreetNow } from "../optimize/tactical/policy.ts";
import type { InstantMs } from "../units.ts";

/** What a controller says of its heads, as far as stages are followed by it. */
export type ToldStreet = { readonly at: InstantMs; readonly stage: string; readonly lamps: string };

/** The stage and its begin as the lamps tell them; a green that ran before the first word counts from that word. */
export function followStreet(before: StreetNow | null, table: TimingTable, told: ToldStreet): StreetNow {
  const { at } = told;
  const stage = defined(table.stageIndex.get(told.stage), `stage ${told.stage}`);
  const { green, phaseSince } = followPhases(before, told);
  const changing = !defined(table.stages[stage], "stage").phases.every((phase) => green[phase] === true);
  const goesOn = before !== null && !before.changing && before.stage === stage;
  return { at, stage, changing, stageSince: !changing && goesOn ? before.stageSince : at, phaseSince, green };
}

/** Which phases are green and since when: the lists of before while no phase has changed, as in most seconds. */
function followPhases(
  before: StreetNow | null,
  { at, lamps }: ToldStreet,
): Pick<StreetNow, "green" | "phaseSince"> {
  if (before !== null && before.green.length === lamps.length) {
    if (before.green.every((green, phase) => green === isGreen(lamps[phase]))) return before;
  }
  const green = Array.from(lamps, isGreen);
  const phaseSince = green.map((now, phase) =>
    before?.green[phase] === now ? defined(before.phaseSince[phase], "phase") : at,
  );
  return { green, phaseSince };
}

function isGreen(lamp: string | undefined): boolean {
  return lamp === "G" || lamp === "g";
}
