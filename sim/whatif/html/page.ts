import { escapeText } from "../../../src/plot/markup.ts";
import { counted } from "../figure-text.ts";
import {
  calibrationSection,
  configurationSection,
  limitsSection,
  repeatSection,
  robustnessSection,
  signalsSection,
  spaceTimeSection,
} from "./appendix.ts";
import { forestPlot } from "./forest.ts";
import { paragraph, section } from "./markup.ts";
import { isTrial, type ReportPage } from "./page-data.ts";
import { profilePlots } from "./profile.ts";
import { STYLE } from "./style.ts";
import { comparisonTable, meansTable, modeTable, movementTable } from "./tables.ts";
import { warmUpText } from "../warm-up.ts";
import { comparisonsOf, safetySentences, type VerdictWords, verdictsOf } from "./words.ts";

/** A browser asks for an icon; without this one it asks a server that is not there. */
const ICON = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

/** So many movements of all variants together stand on the first pages, three of each at least; all of them in the appendix. */
const MOVEMENTS_SHOWN = 9;

/** The report of a comparison as one page that needs nothing else: to be read on a screen, and on two sheets with an appendix. */
export function whatifPage(page: ReportPage): string {
  const main = page.arms.filter((arm) => !isTrial(arm, page.arms)).map(({ name }) => name);
  const verdicts = verdictsOf(page, main);
  const variants = verdicts.map(({ variant }) => variant);
  const { report, detail, beginSeconds } = page;
  const shown = Math.max(3, Math.floor(MOVEMENTS_SHOWN / Math.max(1, variants.length)));
  const profile = profilePlots(detail, main, beginSeconds);
  const title = `${report.scenario}: ${variants.length === 0 ? main.join(", ") : `${variants.join(", ")} against ${verdicts[0]?.base}`}`;
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeText(title)}</title>`,
    `<link rel="icon" href="${ICON}"><style>${STYLE}</style></head><body><main>`,
    `<h1>${escapeText(title)}</h1>`,
    paragraph(headLine(page), "head-line"),
    verdictSection(page, verdicts),
    section("Differences", ...variants.map((variant) => forestPlot(comparisonsOf(report, variant)))),
    section(
      "Who gains and who loses",
      modeTable(detail.modes, variants),
      movementTable(detail.movements, variants, shown),
    ),
    section("Over time", profile.lost === "" ? paragraph("Not measured in this run.") : profile.lost),
    '<div class="appendix"><h2>Appendix</h2></div>',
    section(
      "All measures",
      meansTable(report, main),
      ...variants.map((variant) => comparisonTable(report, variant)),
    ),
    section(
      "Vehicles over time",
      profile.vehicles === "" ? paragraph("Not measured in this run.") : profile.vehicles,
    ),
    robustnessSection(page),
    configurationSection(page),
    repeatSection(page),
    calibrationSection(page),
    limitsSection(page),
    spaceTimeSection(page, main),
    signalsSection(page, variants),
    section("All movements", movementTable(detail.movements, variants, detail.movements.length)),
    "</main></body></html>\n",
  ].join("\n");
}

function headLine({ report }: ReportPage): string {
  const { scenario, plant, profile, observe, controls } = report;
  const runs = Object.values(controls).reduce((sum, control) => sum + control.runs.length, 0);
  const warmUp = warmUpText(report.warmupSeconds);
  return `${scenario} on ${plant === "sumo" ? "SUMO" : "the built-in model"}, timing ${profile}, observed by ${observe}; ${counted(runs, "run")}${warmUp === undefined ? "" : `, ${warmUp}`}`;
}

function verdictSection({ report }: ReportPage, verdicts: readonly VerdictWords[]): string {
  const safety = safetySentences(report);
  const unsafe = safety[0]?.startsWith("UNSAFE") === true;
  return section(
    "Verdict",
    ...verdicts.map(({ base, variant, pairs, loses, gains, sentences }) => {
      const name = loses ? "verdict loses" : gains ? "verdict gains" : "verdict";
      const head = `${variant} against ${base}, ${counted(pairs, "paired replication")}`;
      return `<div class="${name}"><h3>${escapeText(head)}</h3>${paragraph(sentences.join(" "))}</div>`;
    }),
    verdicts.length === 0 ? paragraph("A single arm: nothing to compare it with.") : "",
    paragraph(safety.join(" "), unsafe ? "alarm" : ""),
  );
}
