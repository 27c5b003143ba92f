import type { Phase } from "../../../src/model/intersection.ts";
import { isGreen, milliseconds, type Head, type MonitorRule, type Trip } from "./watch.ts";

/** What one phase's heads do wrong by themselves at `at`; of the first sight only what can be judged without a before. */
export function headTrips(
  phase: Phase,
  before: Head,
  now: Head,
  at: number,
  first: boolean,
): readonly Trip[] {
  const faults = [...sightFaults(phase, now), ...(first ? [] : changeFaults(phase, before, now, at))];
  return faults.map(([rule, detail]) => ({ rule, at, detail: `phase ${phase.id}: ${detail}` }));
}

type HeadFault = readonly [MonitorRule, string];

function sightFaults({ pedestrian }: Phase, now: Head): readonly HeadFault[] {
  const faults: HeadFault[] = [];
  if (!/^[Ggyr]$/.test(now.lamp)) faults.push(["DARK", `no lamp but "${now.lamp}"`]);
  const allowed = pedestrian === undefined ? /^-$/ : /^[WFD]$/;
  if (!allowed.test(now.walk)) faults.push(["DARK", `no walk signal but "${now.walk}"`]);
  if ((now.walk === "W" || now.walk === "F") && !isGreen(now.lamp)) {
    faults.push(["WALK_ON_RED", `walk signal ${now.walk} while the lamp is ${now.lamp}`]);
  }
  return faults;
}

function changeFaults(phase: Phase, before: Head, now: Head, at: number): readonly HeadFault[] {
  const faults: HeadFault[] = [];
  const lastedMs = at - before.since;
  if (isGreen(before.lamp) && !isGreen(now.lamp)) {
    if (now.lamp !== "y") faults.push(["NO_YELLOW", `green turned to ${now.lamp}`]);
    if (before.since > 0) faults.push(...greenFaults(phase, lastedMs));
  }
  if (before.lamp === "y" && now.lamp !== "y") {
    if (now.lamp !== "r") faults.push(["COLOUR_ORDER", `yellow turned to ${now.lamp}`]);
    const yellowMs = milliseconds(phase.yellowSeconds);
    if (lastedMs < yellowMs) faults.push(["SHORT_YELLOW", `${lastedMs} ms of yellow, ${yellowMs} ms needed`]);
  }
  if (before.lamp === "r" && now.lamp === "y") faults.push(["COLOUR_ORDER", "red turned to yellow"]);
  return [...faults, ...walkFaults(phase, before, now, at)];
}

function greenFaults({ greenMinSeconds, pedestrian }: Phase, lastedMs: number): readonly HeadFault[] {
  const faults: HeadFault[] = [];
  const minMs = milliseconds(greenMinSeconds);
  if (lastedMs < minMs) faults.push(["SHORT_GREEN", `${lastedMs} ms of green, ${minMs} ms needed`]);
  const walkersMs = milliseconds((pedestrian?.walkSeconds ?? 0) + (pedestrian?.clearSeconds ?? 0));
  if (lastedMs < walkersMs) {
    faults.push(["SHORT_WALK", `${lastedMs} ms of green, pedestrians need ${walkersMs} ms`]);
  }
  return faults;
}

function walkFaults({ pedestrian }: Phase, before: Head, now: Head, at: number): readonly HeadFault[] {
  if (pedestrian === undefined || before.walk === now.walk) return [];
  const lastedMs = at - before.walkSince;
  const faults: HeadFault[] = [];
  if (before.walk === "W") {
    if (now.walk !== "F") faults.push(["SHORT_WALK", `walk turned to ${now.walk}`]);
    const walkMs = milliseconds(pedestrian.walkSeconds);
    if (lastedMs < walkMs) faults.push(["SHORT_WALK", `${lastedMs} ms of walk, ${walkMs} ms needed`]);
  }
  if (before.walk === "F") {
    if (now.walk !== "D") faults.push(["SHORT_WALK", `flashing don't walk turned to ${now.walk}`]);
    const clearMs = milliseconds(pedestrian.clearSeconds);
    if (lastedMs < clearMs) {
      faults.push(["SHORT_WALK", `${lastedMs} ms of flashing don't walk, ${clearMs} ms needed`]);
    }
  }
  if (before.walk === "D" && now.walk === "F") {
    faults.push(["SHORT_WALK", "flashing don't walk without walk before it"]);
  }
  return faults;
}
