import type { CAC, Command } from "cac";
import { EVENTS_TEXT, EVENT_FORMS } from "../../sim/scenario/event-text.ts";
import { OFFSET_CONTROLS } from "../../sim/whatif/arms.ts";
import { CONTROL_NAMES } from "../../sim/whatif/controls.ts";
import { FROM_DEFAULT } from "./networks.ts";
import type { RawOptions } from "./options.ts";
import { whatif } from "./whatif.ts";
import {
  CONTROLS_DEFAULT,
  LIVE_CONTROLS_DEFAULT,
  LIVE_SECONDS_DEFAULT,
  MAX_REPS_DEFAULT,
  MIN_REPS_DEFAULT,
  PRECISION_DEFAULT,
  SEEDS_DEFAULT,
} from "./whatif-request.ts";

export function whatifCommand(program: CAC): void {
  whatifRunOptions(
    program
      .command(
        "whatif <scenario>",
        "Run a network, a scenario file or a .sumocfg under several controls with the same seeds, and compare them pair by pair",
      )
      .option(
        "--control <variants>",
        `Some of ${CONTROL_NAMES.join(", ")}; the others are compared with the first (default: ${CONTROLS_DEFAULT.join(",")})`,
      )
      .option(
        "--mode <level>",
        "adaptive, or plan: of adaptive the strategic level alone (default: adaptive)",
      )
      .option(
        "--observe <what>",
        "loops, or zone: vehicles within 200 m of the stop line too (default: loops)",
      )
      .option(
        "--profile <timing>",
        "Clearances and least greens of a .sumocfg: street, resco (the benchmark's, for comparison only), shipped (default: street)",
      )
      .option(
        "--plant <what>",
        "What moves the vehicles: sumo (default of a .sumocfg), or builtin (of everything else): a .sumocfg is then imported in memory",
      )
      .option(
        "--from-live <url>",
        `Look ahead from what a running engine of the same network knows of its street, ${LIVE_SECONDS_DEFAULT} s unless --for says otherwise; its token stands in PHASEWISE_TOKEN (phasewise people token NAME --may view); control running is the timing that it runs (default controls then: ${LIVE_CONTROLS_DEFAULT.join(",")})`,
      )
      .option("--demand <factor>", "So many times as many vehicles as the network or the .sumocfg says")
      .option(
        "--event <event>",
        `Something that happens, in seconds since the begin; may be repeated. What happens to the engine makes one arm more, adaptive (and without-substitution, where asked for) with that event, compared with the same without; what happens on the street one more of every control: ${EVENT_FORMS.join("; ")} (${EVENTS_TEXT})`,
      )
      .option(
        "--set <path=value>",
        "A parameter of adaptive (all: phasewise tune --list), or several values of it, path=a,b,c; may be repeated, each value makes one arm more, compared with adaptive as it is",
      )
      .option(
        "--offset <intersection=seconds>",
        `Whole seconds that the plans of an intersection are later than they are (earlier: -12); may be repeated: all of them together make one arm more of ${OFFSET_CONTROLS.join(" and ")}, compared with the same without. Other controls run no plans by offsets that somebody gave them`,
      ),
  )
    .example("phasewise whatif path/to/scenario.sumocfg --seeds 1-5 --json report.json")
    .example("phasewise whatif intersections/scenarios/busy-morning.yaml")
    .example("phasewise whatif corridor --control fixed,adaptive --mode plan --seeds 1,2,7 --for 7200")
    .example("phasewise whatif corridor --demand 1.15 --reps auto --precision 5%")
    .example("phasewise whatif corridor --from-live http://127.0.0.1:8080")
    .example("phasewise whatif corridor --event demand=*1.3@1800-2700 --out busy")
    .example("phasewise whatif corridor --control adaptive --event detector:ash/all=dead@600-1800")
    .example("phasewise whatif corridor --control fixed --offset garden=12 --offset harbor=-5")
    .example("phasewise whatif path/to/scenario.sumocfg --profile resco --observe zone --keep trips")
    .action(async (scenario: string, options: RawOptions) => await whatif(scenario, options));
}

/** How often and how long it is run, and what is left of it. */
function whatifRunOptions(command: Command): Command {
  return command
    .option("--seeds <list>", `Seeds of the traffic, as 1-5 or 1,2,7 (default: ${SEEDS_DEFAULT})`)
    .option("--reps <n>", "So many seeds from --seed on; auto: as many as --precision needs")
    .option("--seed <n>", "First seed of --reps; each replication has the next one (default: 1)")
    .option(
      "--precision <share>",
      `Of --reps auto: half the 95 % interval of mean delays and their differences, over the mean (default: ${PRECISION_DEFAULT})`,
    )
    .option("--min-reps <n>", `Of --reps auto: the first batch (default: ${MIN_REPS_DEFAULT})`)
    .option("--max-reps <n>", `Of --reps auto: no more than these (default: ${MAX_REPS_DEFAULT})`)
    .option("--for <seconds>", "Simulated seconds a run (default: as configured; a network has an hour)")
    .option("--hours <hours>", "The same in hours")
    .option(
      "--warmup <duration>",
      "Who is scheduled in so much time from the begin on is not measured: seconds, or 15m, or 0.25h (default: 0)",
    )
    .option(
      "--from <time>",
      `Local time of day at which a built-in network starts (default: ${FROM_DEFAULT})`,
    )
    .option("--jobs <n>", "Cores to use (default: all, at most 8); the results are the same")
    .option("--out <folder>", "The run folder (default: .phasewise/runs/<scenario>-<digest>)")
    .option(
      "--resume <folder>",
      "Go on in a run folder; what it has is not run again. The same command does so by itself",
    )
    .option("--html <file>", "Write the page of the run folder there too: it needs nothing else")
    .option(
      "--calibration <file>",
      "How near the model is to SUMO, for the page: what `phasewise import x.sumocfg --agree --json FILE` wrote",
    )
    .option("--csv <folder>", "Write the tables of the run folder there too")
    .option("--keep <folder>", "Leave SUMO's tripinfo file of each run there")
    .option("--json [file]", "The report as JSON, as the last line or in the file");
}
