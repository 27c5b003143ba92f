import type { AlarmPriority } from "../../model/alarm.ts";
import type { FrameMessage, IntersectionDetail, IntersectionLive } from "../../protocol/live.ts";
import type { SiteAlarms } from "./alarm-list.ts";
import { isInterruption, isStateOld, MODE_TEXT, needsSomebody, siteMode } from "./site.ts";

/** Something at an intersection that is not as usual. `alarm` waits to be acknowledged, `warning` wants somebody; `notice` is only to be known. */
export type Abnormality =
  | { readonly kind: "alarm"; readonly priority: AlarmPriority; readonly text: string }
  | { readonly kind: "warning" | "notice"; readonly text: string };

/** What is not as usual with an intersection: its gravest alarm, then what wants somebody, then the rest; empty where all is as usual. */
export function abnormalitiesOf(
  live: IntersectionLive | undefined,
  detail: IntersectionDetail | undefined,
  { at, plantStepMs }: Pick<FrameMessage, "at"> & { readonly plantStepMs: number },
  alarms: SiteAlarms | undefined,
): readonly Abnormality[] {
  const mode = siteMode(live);
  const wanting: Abnormality[] = [];
  const known: Abnormality[] = [];
  if (needsSomebody(mode)) wanting.push({ kind: "warning", text: MODE_TEXT[mode] });
  else if (isInterruption(mode)) known.push({ kind: "notice", text: MODE_TEXT[mode] });
  if (mode !== "unlinked" && isStateOld(live, at, plantStepMs)) {
    wanting.push({ kind: "warning", text: "state is old" });
  }
  const { detectors = [], warnings = [] } = detail ?? {};
  const failed = detectors.filter(({ state }) => state === "failed").length;
  if (failed > 0)
    known.push({ kind: "notice", text: `${failed} ${failed === 1 ? "detector" : "detectors"} failed` });
  for (const { kind, link, probability } of warnings) {
    const text = kind === "spillback" ? "spillback expected" : "more demand than green";
    known.push({ kind: "notice", text: `${text} on ${link} (${Math.round(probability * 100)} %)` });
  }
  if (live?.mode === "local" || live?.source === "local" || live?.source === "free") {
    known.push({ kind: "notice", text: "not run by the engine" });
  }
  return [...alarmOf(alarms), ...wanting, ...known];
}

function alarmOf(alarms: SiteAlarms | undefined): readonly Abnormality[] {
  if (alarms === undefined) return [];
  const { worst, unacknowledged } = alarms;
  const others = unacknowledged > 1 ? `, and ${unacknowledged - 1} more unacknowledged` : "";
  return [{ kind: "alarm", priority: worst.priority, text: `${worst.text}${others}` }];
}
