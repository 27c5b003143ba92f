import type { FrameMessage, IntersectionDetail, IntersectionLive } from "../../protocol/live.ts";
import { isInterruption, isStateOld, MODE_TEXT, needsSomebody, siteMode } from "./site.ts";

/** Something at an intersection that is not as usual. `warning` wants somebody; `notice` is only to be known. */
export type Abnormality = { readonly kind: "warning" | "notice"; readonly text: string };

/** What is not as usual with an intersection, what wants somebody first; empty where all is. */
export function abnormalitiesOf(
  live: IntersectionLive | undefined,
  detail: IntersectionDetail | undefined,
  { at, plantStepMs }: Pick<FrameMessage, "at"> & { readonly plantStepMs: number },
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
  return [...wanting, ...known];
}
