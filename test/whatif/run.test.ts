import { expect, it } from "vitest";
import { readEvent } from "../../sim/scenario/event-text.ts";
import type { ControlName } from "../../sim/whatif/controls.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import { type Run, runOnce } from "../../sim/whatif/run.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";
import type { Decided } from "../../src/pipeline/run.ts";

const FOR_SECONDS = 600;

type Asked = { readonly events?: readonly string[]; readonly watch?: (decided: Decided) => void };

async function run(network: string, control: ControlName, { events = [], watch }: Asked): Promise<Run> {
  const runnable = await openRunnable(network, "07:00");
  return await runOnce({
    runnable,
    setup: await setupOf(control, { runnable, adaptiveMode: "adaptive", forSeconds: FOR_SECONDS }),
    events: events.map((text) => readEvent(text, runnable.network)),
    observe: "loops",
    seed: 1,
    forSeconds: FOR_SECONDS,
    tripFile: undefined,
    clock: wallClock,
    recordStreet: true,
    watch,
    stopped: new AbortController().signal,
  });
}

/** Whoever looks at each instant gets an engine that estimates, forecasts and re-times as ever, although it decides for nobody. */
const LOOK = (): void => undefined;

const PLANTED = ["detector:garden/all=stuck@100", "link:ash=down@200-500"];

it.each(["fixed", "actuated"] as const)(
  "%s comes to the same, whether the engine works out everything or only what is asked of it",
  async (control) => {
    const whole = await run("corridor", control, { events: PLANTED, watch: LOOK });
    expect(whole.detectors.length).toBeGreaterThan(0);
    expect(whole.measures.arrived).toBeGreaterThan(300);
    expect(await run("corridor", control, { events: PLANTED })).toEqual(whole);
  },
);

it("an event that lets the engine decide has the whole engine", async () => {
  const events = ["mode:all=adaptive@0"];
  const adaptive = await run("single", "fixed", { events });
  expect(adaptive.measures.plansApplied).toBeGreaterThan(10);
});

it("where it decides for nobody, the engine forecasts nothing unless somebody looks", async () => {
  let forecasts = 0;
  const look = ({ state }: Decided): void => {
    ({ forecasts } = state.counts);
  };
  await run("single", "fixed", { watch: look });
  expect(forecasts).toBeGreaterThan(0);
});
