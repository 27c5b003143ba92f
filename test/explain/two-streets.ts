import { stageDecidedAgain } from "../../src/explain/outcomes.ts";
import type { WholeStageRecord } from "../../src/explain/decidable.ts";
import { siteOf } from "../../src/explain/site.ts";
import { recordedJunction } from "../../src/explain/stage-problem.ts";
import type { Outlook } from "../../src/model/outlook.ts";
import { TACTICAL_DEFAULTS } from "../../src/optimize/tactical/parameters.ts";
import type { StreetNow } from "../../src/optimize/tactical/policy.ts";
import { twoStreets } from "../optimize/tactical/junctions.ts";

const { timing, lanes } = twoStreets();

/** The record of a decision where two streets with one lane each cross; stage `main` is green. */
export function crossingRecord(outlook: Outlook, street: StreetNow): WholeStageRecord {
  const problem = {
    junction: recordedJunction(timing, siteOf(timing), lanes),
    street,
    outlook,
    memory: [],
    parameters: TACTICAL_DEFAULTS,
  };
  return {
    id: "crossing",
    at: street.at,
    intersection: "crossing",
    level: "tactical",
    sent: true,
    observed: "loops",
    inputs: {
      lanes: [
        { lane: "main.0", link: "main", waiting: 0, coming: 2, quality: "measured" },
        { lane: "side.0", link: "side", waiting: 3, coming: 0, quality: "imputed" },
      ],
      neighbours: [{ link: "main", vehicles: 4.5 }],
    },
    problem,
    decided: stageDecidedAgain(problem),
  };
}
