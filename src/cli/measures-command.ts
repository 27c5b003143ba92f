import type { CAC } from "cac";
import { EXPORT_FORMATS } from "../adapters/feeds/log-export.ts";
import { MEASURE_NAMES } from "../measures/catalog.ts";
import { VARIANTS } from "../measures/configuration.ts";
import { BINS, TIME_ZONE_DEFAULT } from "./ingest.ts";
import { measures, MEASURES_DEFAULT } from "./measures.ts";
import type { RawOptions } from "./options.ts";

export function measuresCommandOf(program: CAC): void {
  program
    .command(
      "measures <...events>",
      "Performance measures of high-resolution logs: a folder with our events-N.log, or logs of real controllers as ingest reads them",
    )
    .option("--network <name>", "Network of the log's intersections: a built-in name or a folder")
    .option("--config <file>", "Detectors of real controllers, as CSV: DeviceId, Phase, Function, Parameter")
    .option("--intersection <id>", "Only this one; may be repeated")
    .option(
      "--measure <names>",
      `all, or some of ${MEASURE_NAMES.join(", ")} (default: ${MEASURES_DEFAULT.join(",")})`,
    )
    .option(
      "--from <time>",
      "Begin: a time of day on the log's first day, or a date and time (default: the log's)",
    )
    .option("--to <time>", "End, likewise")
    .option("--bin <length>", `Length of a bin: ${BINS.join(", ")} (default: ${BINS[0]})`)
    .option(
      "--variant <name>",
      `Where the public codes differ: ${VARIANTS.join(" or ")} (default: ${VARIANTS[0]})`,
    )
    .option(
      "--time-zone <name>",
      `Zone of the controllers' clocks (default: the network's, or ${TIME_ZONE_DEFAULT})`,
    )
    .option("--csv <folder>", "One CSV file a measure")
    .option(
      "--export <format=file>",
      `Write the events too, as ${EXPORT_FORMATS.join(" or ")} reads them, and their detectors in FILE.detectors.csv`,
    )
    .option("--json [file]", "The result as JSON, as the last line or in the file")
    .example("phasewise measures .phasewise/events/corridor --network corridor --measure aog,split-failure")
    .example("phasewise measures controller.csv --config detectors.csv --measure all --csv measures")
    .action(async (events: readonly string[], options: RawOptions) => await measures(events, options));
}
