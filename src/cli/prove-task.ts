import type { Exploration, Progress } from "../../sim/prove/explore/explore.ts";
import type { SeededViolation } from "../../sim/prove/randomised.ts";

/** What `phasewise prove` gives a core to do. */
export type ProveTask =
  /** One generated intersection under a hostile stream; `fault` is the rule that is broken on purpose. */
  | {
      readonly kind: "seed";
      readonly seed: number;
      readonly steps: number;
      readonly fault: string | undefined;
    }
  | { readonly kind: "explore"; readonly name: string; readonly fault: string | undefined };

export type ProveAnswer =
  | {
      readonly kind: "seed";
      readonly seed: number;
      readonly steps: number;
      /** How often each rule was at its limit. */
      readonly counts: ReadonlyMap<string, number>;
      readonly violations: readonly SeededViolation[];
    }
  | { readonly kind: "progress"; readonly name: string; readonly progress: Progress }
  | { readonly kind: "explored"; readonly name: string; readonly exploration: Exploration };
