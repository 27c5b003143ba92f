import { readSettingsTogether, type Setting } from "../../src/engine/parameters/settings.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { Fault } from "../../src/model/fault.ts";
import type { Network } from "../../src/model/files.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { eventOf } from "../scenario/event-text.ts";
import type { ScenarioEvent } from "../scenario/events.ts";
import { type ArmsScenario, hasOffsets, OFFSET_CONTROLS, SETTING_CONTROL } from "./arms.ts";
import { offsetOf, type OffsetShift } from "./offsets.ts";
import type { CheckedScenario, ScenarioFile } from "./scenario-file.ts";

/** What a scenario file does to the arms on its network. All faults of events and parameters come back at once. */
export function scenarioArms(
  { scenario, faultAt }: CheckedScenario,
  network: Network,
): Result<ArmsScenario, readonly Fault[]> {
  const faults: Fault[] = [];
  const events = (texts: readonly string[] = [], pointer: string): readonly ScenarioEvent[] =>
    texts.flatMap((text, index) => {
      const read = eventOf(text, network);
      if (read.ok) return [read.value];
      faults.push(faultAt(`${pointer}/${index}`, read.error));
      return [];
    });
  const settings = (set: ScenarioFile["set"], pointer: string): readonly Setting[] =>
    Object.entries(set ?? {}).flatMap(([path, value]) => {
      try {
        return readSettingsTogether([`${path}=${value}`]);
      } catch (cause) {
        if (!(cause instanceof PhasewiseError)) throw cause;
        faults.push(faultAt(`${pointer}/${escaped(path)}`, cause.message));
        return [];
      }
    });
  const offsets = (later: Readonly<Record<string, number>>, pointer: string): readonly OffsetShift[] =>
    Object.entries(later).flatMap(([intersection, seconds]) => {
      const read = offsetOf(`${intersection}=${seconds}`, network);
      if (read.ok) return [read.value];
      faults.push(faultAt(`${pointer}/${escaped(intersection)}`, read.error));
      return [];
    });
  const arms: ArmsScenario = {
    events: events(scenario.events, "/events"),
    settings: settings(scenario.set, "/set"),
    variants: (scenario.variants ?? []).map(({ name, control, ...own }, index) => {
      const pointer = `/variants/${index}`;
      if (own.set !== undefined && control !== SETTING_CONTROL) {
        faults.push(
          faultAt(`${pointer}/set`, `nothing: ${control} has no parameters, ${SETTING_CONTROL} has`),
        );
      }
      if (own.offsets !== undefined && !hasOffsets(control)) {
        faults.push(
          faultAt(
            `${pointer}/offsets`,
            `nothing: ${control} runs no plans by their offsets, ${OFFSET_CONTROLS.join(" and ")} do`,
          ),
        );
      }
      return {
        name,
        control,
        events: events(own.events, `${pointer}/events`),
        settings: settings(own.set, `${pointer}/set`),
        offsets: offsets(own.offsets ?? {}, `${pointer}/offsets`),
      };
    }),
  };
  return faults.length > 0 ? err(faults) : ok(arms);
}

/** As a part of a JSON pointer. */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
