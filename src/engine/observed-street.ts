import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import type { StreetNow } from "../optimize/tactical/policy.ts";
import type { InstantMs } from "../units.ts";

/** What a controller says of its heads, as far as stages are followed by it. */
export type ToldStreet = { readonly at: InstantMs; readonly stage: string; readonly lamps: string };

/** The stage and its begin as the lamps tell them; a green that ran before the first word counts from that word. */
export function followStreet(before: StreetNow | null, table: TimingTable, told: ToldStreet): StreetNow {
  const { at, lamps } = told;
  const stage = defined(table.stageIndex.get(told.stage), `stage ${told.stage}`);
  const green = Array.from(lamps, (letter) => letter === "G" || letter === "g");
  const changing = !defined(table.stages[stage], "stage").phases.every((phase) => green[phase] === true);
  const goesOn = before !== null && !before.changing && before.stage === stage;
  return {
    at,
    stage,
    changing,
    stageSince: !changing && goesOn ? before.stageSince : at,
    phaseSince: green.map((now, phase) =>
      before?.green[phase] === now ? defined(before.phaseSince[phase], "phase") : at,
    ),
    green,
  };
}
