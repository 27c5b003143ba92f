import { openRunnable } from "../../../src/cli/networks.ts";
import { type DetailedRun, detailReportOf } from "../../../sim/whatif/detail-report.ts";
import type { ReportPage } from "../../../sim/whatif/html/page-data.ts";
import { reportOf } from "../../../sim/whatif/report.ts";
import { routeLinesOf } from "../../../sim/whatif/route-line.ts";
import type { StreetRecord } from "../../../sim/whatif/street-record.ts";
import { quietRun } from "../quiet-run.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
/** A name that is markup, as an event's text might be. */
export const HOSTILE = `adaptive <b>&"x"</b>`;
const EVENT = "adaptive link:center=down@600";

/** What an arm makes of a seed: less delay than `fixed`, or more waiting. */
const SHIFTS: Readonly<Record<string, { readonly delay: number; readonly waiting: number }>> = {
  fixed: { delay: 0, waiting: 0 },
  [HOSTILE]: { delay: -6, waiting: 4 },
  [EVENT]: { delay: -5.8, waiting: 4 },
};

/** Something of its own for each seed and arm, up and down in turn: noise that no test takes for more. */
const wobble = (seed: number, arm: number): number => (seed % 2 === 0 ? 1 : -1) * arm * (0.5 + seed / 20);

function measuresOf(arm: string, place: number) {
  const shift = SHIFTS[arm] ?? { delay: 0, waiting: 0 };
  return SEEDS.map((seed) => {
    const common = 40 + wobble(seed, 3);
    return quietRun(seed, {
      delaySeconds: common + shift.delay + wobble(seed, place),
      timeLossSeconds: common + 3 * wobble(seed, place),
      waitingSeconds: common - 10 + shift.waiting + wobble(seed, place),
    });
  });
}

function detailsOf(arm: string, place: number): readonly DetailedRun[] {
  const shift = SHIFTS[arm]?.delay ?? 0;
  return SEEDS.map((seed) => ({
    seed,
    detail: {
      movements: ["EBL", "EBT", "NBT"].map((movement, index) => ({
        intersection: "center",
        movement,
        vehicles: 50,
        delaySeconds: 30 + 5 * index + (index === 2 ? -shift : shift) + wobble(seed, place),
        stopsPerVehicle: 1,
        delayP95Seconds: 70,
      })),
      modes: [{ mode: "car", count: 150, delaySeconds: 40 + shift, delayP95Seconds: 80 }],
      profile: Array.from({ length: 12 }, (_, interval) => ({
        fromSeconds: 300 * interval,
        lostVehSeconds: 3000 + 200 * interval + 100 * shift + 100 * wobble(seed + interval, place),
        arrived: 30,
        vehiclesMean: 20 + interval,
      })),
    },
  }));
}

export async function samplePage(): Promise<ReportPage> {
  const { network } = await openRunnable("single", "07:00");
  const names = ["fixed", HOSTILE, EVENT];
  const baseOf = (name: string): string | undefined =>
    new Map([
      [HOSTILE, "fixed"],
      [EVENT, HOSTILE],
    ]).get(name);
  const runsOf = new Map(names.map((name, place) => [name, measuresOf(name, place)]));
  const details = new Map(names.map((name, place) => [name, detailsOf(name, place)]));
  const street: StreetRecord = {
    seed: 1,
    untilSeconds: 3600,
    phases: network.intersections.flatMap(({ id, phases }) =>
      phases.map(({ id: phase }, place) => ({
        intersection: id,
        phase,
        greens: Array.from(
          { length: 40 },
          (_, cycle) => [90 * cycle + 10 * place, 90 * cycle + 10 * place + 8] as const,
        ),
      })),
    ),
    window: [1500, 2100],
    routes: routeLinesOf(network).map(({ route }) => ({
      route,
      trajectories: [
        [
          [1500, 0],
          [1550, 700],
        ],
      ],
    })),
  };
  return {
    report: reportOf(
      { scenario: "single", plant: "builtin", profile: "shipped", observe: "loops" },
      runsOf,
      baseOf,
    ),
    detail: detailReportOf(details, baseOf),
    arms: names.map((name) => ({
      name,
      base: baseOf(name),
      control: name === "fixed" ? "fixed" : "adaptive",
      pace: "decides each second",
      events: name === EVENT ? ["link:center=down@600"] : [],
      settings: [],
      offsets: [],
    })),
    network,
    beginSeconds: 7 * 3600,
    streets: { fixed: street, [HOSTILE]: street },
    failed: [],
    command: "phasewise whatif single --seeds 1-6 --html report.html",
    versions: ["Phasewise 0.1.0"],
  };
}
