import { eventText } from "../../sim/scenario/event-text.ts";
import { COMPARED } from "../../sim/whatif/compared.ts";
import { losingFirst } from "../../sim/whatif/family.ts";
import { MEASURE_FORMS } from "../../sim/whatif/measures.ts";
import { offsetText } from "../../sim/whatif/offsets.ts";
import { describeComparison, selfCheckText } from "../../sim/whatif/table.ts";
import { settingText } from "../engine/parameters/settings.ts";
import type { StudyArm, StudyResult } from "../protocol/studies.ts";
import type { Comparison } from "./whatif-comparison.ts";
import type { ToldRuns } from "./whatif-report.ts";

/** What a comparison came to, as consoles show it. */
export function studyResult(comparison: Comparison, told: ToldRuns): StudyResult {
  const { arms, manners, request } = comparison;
  const { document: report, failed, isUnsafe } = told;
  const first = arms[0]?.name ?? null;
  return {
    arms: arms.map(({ name, base, control, events, settings, offsets }): StudyArm => {
      const runs = report.controls[name];
      return {
        name,
        control,
        base: base ?? (name === first ? null : first),
        pace: manners.get(name)?.pace ?? "",
        events: events.map(eventText),
        settings: settings.map(settingText),
        ...(offsets.length === 0 ? {} : { offsets: offsets.map(offsetText) }),
        seeds: runs?.runs.map(({ seed }) => seed) ?? [],
        means: runs?.mean ?? {},
      };
    }),
    measures: request.measures.map((name) => {
      const { text, unit } = MEASURE_FORMS[name];
      return { name, text, unit, better: COMPARED[name] };
    }),
    comparisons: losingFirst(report.comparisons).map((one) => {
      const { base, variant, measure, baseMean, differenceMean, differencePercent } = one;
      const { ci95, pairs, pHolm, verdict } = one;
      const sentence = describeComparison(one);
      const differences = { baseMean, differenceMean, differencePercent, ci95 };
      return { base, variant, measure, ...differences, pairs, pHolm, verdict, sentence };
    }),
    selfCheck: report.selfCheck === null ? null : selfCheckText(report.selfCheck),
    failed: failed.map(({ control, seed }) => ({ arm: control, seed })),
    unsafe: isUnsafe,
  };
}
