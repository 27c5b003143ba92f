import { PhasewiseError } from "../../src/errors.ts";
import type { HealthUse } from "../../src/engine/configuration.ts";
import { parametersOf, type Setting } from "../../src/engine/parameters/settings.ts";
import type { Mode } from "../../src/model/mode.ts";
import type { Network } from "../../src/model/files.ts";
import { rollingHorizon } from "../../src/optimize/tactical/rolling-horizon.ts";
import type { TacticalPolicy } from "../../src/optimize/tactical/policy.ts";
import type { RunnableNetwork } from "../field/scenario.ts";
import { actuatedNetwork } from "../peers/actuated.ts";
import { maxPressure } from "../peers/pressure.ts";
import { sotl } from "../peers/sotl.ts";
import { websterPlans } from "../peers/webster.ts";
import { ABLATIONS } from "./ablations.ts";
import { demandPeriods } from "./demand-periods.ts";
import { type OffsetShift, withOffsets } from "./offsets.ts";
import { runSecondsOf } from "./run-period.ts";

/** What a control variant makes of a scenario. */
export type RunSetup = {
  readonly mode: Mode;
  /** Chooses stages each second in mode `adaptive`. */
  readonly policy?: TacticalPolicy;
  /** What becomes of detectors that have failed; as in the engine where absent. */
  readonly healthUse?: HealthUse;
  /** Engine parameters that are not at their defaults; absent where all are. */
  readonly settings?: readonly Setting[];
  /** The network with other timing, for engine and controllers alike; absent where it stays as it is. */
  readonly network?: Network;
};

/** How far `adaptive` goes: the strategic level alone, or both (DESIGN §9). */
export const ADAPTIVE_MODES = ["adaptive", "plan"] as const;
export type AdaptiveMode = (typeof ADAPTIVE_MODES)[number];

export type ControlContext = {
  readonly runnable: RunnableNetwork;
  readonly adaptiveMode: AdaptiveMode;
  /** Simulated seconds that were asked for; `undefined`: as long as the scenario says. */
  readonly forSeconds: number | undefined;
  /** Of the engine's parameters under `adaptive`; absent where all are at their defaults. */
  readonly settings?: readonly Setting[];
  /** Of the plans that `fixed` and `running` run; absent where they run as they are. */
  readonly offsets?: readonly OffsetShift[];
};

/** The control variants that a run can have, by the name that the user gives: the one place where they are told apart. */
export const CONTROLS = {
  fixed: ({ runnable, offsets = [] }) => ({
    mode: "local",
    ...(offsets.length === 0 ? {} : { network: withOffsets(runnable.network, offsets) }),
  }),
  actuated: ({ runnable }) => ({ mode: "local", network: actuatedNetwork(runnable.network) }),
  webster: async ({ runnable, forSeconds }) => ({
    mode: "local",
    network: websterPlans(
      runnable.network,
      await demandPeriods("webster", runnable, runSecondsOf(runnable, forSeconds)),
    ),
  }),
  running: ({ runnable, offsets = [] }) => ({
    mode: "local",
    network: withOffsets(runningOf(runnable), offsets),
  }),
  maxpressure: () => ({ mode: "adaptive", policy: maxPressure }),
  sotl: () => ({ mode: "adaptive", policy: sotl }),
  adaptive: ({ adaptiveMode, settings }) => adaptive(adaptiveMode, settings),
  "without-neighbours": () => ({ mode: "adaptive", policy: ABLATIONS.neighbours }),
  "without-blocking": () => ({ mode: "adaptive", policy: ABLATIONS.blocking }),
  "without-box": () => ({ mode: "adaptive", policy: ABLATIONS.box }),
  "without-headway": () => ({ mode: "adaptive", policy: ABLATIONS.headway }),
  "without-ageing": () => ({ mode: "adaptive", policy: ABLATIONS.ageing }),
  "without-substitution": ({ adaptiveMode }) => ({ ...adaptive(adaptiveMode), healthUse: "told" }),
  "half-horizon": () => ({ mode: "adaptive", policy: ABLATIONS.horizon }),
} satisfies Readonly<Record<string, (context: ControlContext) => RunSetup | Promise<RunSetup>>>;

function adaptive(level: AdaptiveMode, settings: readonly Setting[] = []): RunSetup {
  const set = settings.length === 0 ? {} : { settings };
  return level === "plan"
    ? { mode: "plan", ...set }
    : { mode: "adaptive", policy: rollingHorizon(parametersOf(settings).optimize), ...set };
}

function runningOf({ running }: RunnableNetwork): Network {
  if (running !== undefined) return running;
  throw new PhasewiseError(
    "OPTION_INVALID",
    "--control running: is the timing that a live engine's street runs now; allowed with --from-live",
  );
}

export type ControlName = keyof typeof CONTROLS;

/** What each one is, for whoever chooses among them. */
export const CONTROL_TEXT: Readonly<Record<ControlName, string>> = {
  fixed: "the configured plans by time of day",
  actuated: "free actuated: gaps end greens",
  webster: "fixed times by Webster's method, for the demand that comes",
  running: "the timing that the street runs now",
  maxpressure: "the stage with the greatest pressure, each second",
  sotl: "self-organising lights",
  adaptive: "the engine, as it decides here",
  "without-neighbours": "adaptive that hears nothing of its neighbours",
  "without-blocking": "adaptive that sees no full exits",
  "without-box": "adaptive that sees nobody inside the junction",
  "without-headway": "adaptive that learns no headways",
  "without-ageing": "adaptive that lets long waits count no more",
  "without-substitution": "adaptive without counts for failed detectors",
  "half-horizon": "adaptive that looks half as far",
};

export const CONTROL_NAMES: readonly ControlName[] = Object.keys(CONTROLS).filter(isControl);

function isControl(name: string): name is ControlName {
  return Object.hasOwn(CONTROLS, name);
}

/** What the named control makes of the scenario. Throws where the scenario lacks what it needs. */
export async function setupOf(control: ControlName, context: ControlContext): Promise<RunSetup> {
  return await CONTROLS[control](context);
}

/** Who decides how often in a mode, in words. */
export const PACE: Readonly<Record<Mode, string>> = {
  local: "controllers on their own plans",
  shadow: "controllers on their own plans, decisions shown",
  advise: "controllers on their own plans, timing plans advised",
  plan: "decides each 5 min",
  adaptive: "decides each second",
};
