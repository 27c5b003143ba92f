import type { Observe } from "../field/run-field.ts";

/** The usual one first. */
export const OBSERVATIONS = ["loops", "zone"] as const satisfies readonly Observe[];

/** What an imported network's signals are timed by: as a street's, as the RESCO benchmark's, or as its own program says. */
export const PROFILES = ["street", "resco", "shipped"] as const;
export type Profile = (typeof PROFILES)[number];

export const OBSERVATION_TEXT: Readonly<Record<Observe, string>> = {
  loops: "induction loops alone, at stop lines, in advance of them, and where links behind signals begin",
  zone:
    "vehicles with lane, position and speed within 200 m of the stop line, on upstream links too, inside the junction and on " +
    "the first 30 m of exits; never their routes",
};

/** What RESCO's agents have, beside the shared clearances: Ault & Sharon, NeurIPS 2021 Datasets and Benchmarks. */
export const RESCO_AGENTS_TEXT =
  "RESCO's agents decide each 10 s, with a least green of 7 s, and see lane, position and speed of every vehicle within 200 m of " +
  "the stop line";
