import type { Arm } from "../../sim/whatif/arms.ts";
import type { Run } from "../../sim/whatif/run.ts";
import type { ErrorCode } from "../errors.ts";
import type { WhatifScenario } from "./whatif-scenario.ts";

/** What `phasewise whatif` gives a core to do. */
export type WhatifTask =
  | {
      readonly kind: "run";
      readonly scenario: WhatifScenario;
      readonly arm: Arm;
      readonly seed: number;
      /** Where SUMO's trip file is kept. */
      readonly tripFile: string | undefined;
      /** Whether lamps and vehicles are recorded for the page. */
      readonly recordStreet: boolean;
    }
  /** The user has had enough: the run that is under way ends, and is of no use. */
  | { readonly kind: "stop" };

export type WhatifAnswer =
  | {
      readonly kind: "ran";
      readonly arm: string;
      readonly seed: number;
      readonly run: Run;
      readonly wallMs: number;
    }
  | { readonly kind: "stopped" }
  /** Errors lose their class between threads; `null` is a mistake of ours, told with its stack. */
  | {
      readonly kind: "failed";
      readonly arm: string;
      readonly seed: number;
      readonly code: ErrorCode | null;
      readonly message: string;
    };
