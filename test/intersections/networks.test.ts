import { describe, expect, it } from "vitest";
import { CORRIDOR } from "../../intersections/design/corridor.ts";
import { designNetwork, type Load } from "../../intersections/design/network.ts";
import { SINGLE } from "../../intersections/design/single.ts";
import { checkReport } from "../../src/model/check-report.ts";
import { configuredYellowSeconds, kinematicYellowSeconds } from "../../src/model/clearance.ts";
import type { Network } from "../../src/model/files.ts";
import { timingOf } from "../../src/model/schedule.ts";
import { phaseGreens, timingTable } from "../../src/model/timing.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";

const single = designNetwork(SINGLE);
const corridor = designNetwork(CORRIDOR);

describe("the services of the corridor", () => {
  it("are a bus line each way over all twelve signals, and an emergency route", () => {
    expect(corridor.demand.buses?.map(({ route, stops }) => [route.length, stops.length])).toEqual([
      [13, 6],
      [13, 6],
    ]);
    expect(corridor.demand.emergency?.map(({ route }) => route.length)).toEqual([7]);
    expect(single.demand.buses ?? single.demand.emergency).toBeUndefined();
  });

  it("have walk on call where few cross the avenue, and only there", () => {
    const onCall = corridor.intersections.flatMap(({ id, phases }) =>
      phases.filter(({ pedestrian }) => pedestrian?.recall === false).map((phase) => `${id} ${phase.id}`),
    );
    expect(onCall).toEqual([
      "ash 4",
      "ash 8",
      "bridge 4",
      "bridge 8",
      "chapel 8",
      "dock 4",
      "dock 8",
      "garden 4",
      "library 4",
      "library 8",
    ]);
  });
});

describe.each([single, corridor])("built-in network $network.id", ({ network, demand, intersections }) => {
  const built: Network = { ...network, intersections, demand };
  const links = new Map(network.links.map((link) => [link.id, link]));

  it("is valid", () => {
    expect(checkReport(validateNetwork(filesOfNetwork(built))).text).toMatch(/ is valid: /);
  });

  it("keeps every yellow at or above the ITE value, whatever the structure", () => {
    for (const intersection of intersections) {
      for (const phase of intersection.phases) {
        for (const { fromLink } of intersection.movements.filter((movement) => movement.phase === phase.id)) {
          const speed = links.get(fromLink)?.speedMetersPerSecond ?? Number.NaN;
          const least = configuredYellowSeconds(kinematicYellowSeconds(speed));
          expect(phase.yellowSeconds, `${intersection.id} phase ${phase.id}`).toBeGreaterThanOrEqual(least);
        }
      }
    }
  });

  it("has plans that also hold on a plant with steps of a second", () => {
    for (const intersection of intersections) {
      const table = timingTable(intersection, 1000);
      for (const plan of intersection.plans) {
        for (const { phase, greenMs } of phaseGreens(table, timingOf(plan))) {
          const timing = table.phases[phase];
          expect(greenMs, `${intersection.id} ${plan.id} phase ${timing?.id}`).toBeGreaterThanOrEqual(
            timing?.serviceMinMs ?? Number.POSITIVE_INFINITY,
          );
        }
        plan.stages.forEach(({ stage, splitSeconds }, slot) => {
          const next = plan.stages[(slot + 1) % plan.stages.length]?.stage ?? "";
          const from = table.stageIndex.get(stage) ?? -1;
          const intergreenMs = table.intergreenMs[from]?.[table.stageIndex.get(next) ?? -1] ?? Number.NaN;
          expect(splitSeconds * 1000, `${intersection.id} ${plan.id} ${stage}`).toBeGreaterThan(intergreenMs);
        });
      }
    }
  });

  it("has a stop-line loop on every lane, advance detection of every lane, and entry loops behind every signal", () => {
    const detectors = intersections.flatMap((intersection) => intersection.detectors);
    const controlled = new Set(network.nodes.filter((node) => node.intersection).map(({ id }) => id));
    for (const link of network.links) {
      for (const lane of link.lanes) {
        const on = detectors.filter((detector) => detector.lane === lane.id).map(({ role }) => role);
        const served = detectors.filter(({ serves }) => serves.includes(lane.id)).length;
        const approach = controlled.has(link.to);
        expect(on.includes("stopLine"), lane.id).toBe(approach);
        expect(served, lane.id).toBe(approach ? 1 : 0);
        const whole = lane.lengthMeters === link.lengthMeters;
        expect(on.includes("entry"), lane.id).toBe(controlled.has(link.from) && whole);
      }
    }
  });

  it("answers every bus and emergency vehicle of the demand, with the phase of its way on", () => {
    const services = [
      ...(demand.buses ?? []).map(({ route }) => ({ route, kind: "priorities" as const })),
      ...(demand.emergency ?? []).map(({ route }) => ({ route, kind: "preempts" as const })),
    ];
    for (const { route, kind } of services) {
      route.slice(0, -1).forEach((link, index) => {
        const at = intersections.find(({ movements }) => movements.some(({ fromLink }) => fromLink === link));
        const way = at?.movements.find(
          ({ fromLink, toLink }) => fromLink === link && toLink === route[index + 1],
        );
        const answers =
          kind === "priorities"
            ? (at?.priorities ?? []).map(({ links: from, phases }) => ({ from, phases }))
            : (at?.preempts ?? []).map(({ links: from, dwell }) => ({
                from: from ?? [],
                phases: dwell.phases,
              }));
        const own = answers.filter(({ from }) => from.includes(link));
        expect(own, `${kind} on ${link}`).toHaveLength(1);
        expect(own[0]?.phases, `${kind} on ${link}`).toContain(way?.phase);
      });
    }
  });

  it("lets every lane of an approach go somewhere", () => {
    const used = new Set(
      intersections.flatMap(({ movements }) => movements.flatMap(({ fromLanes }) => fromLanes)),
    );
    const controlled = new Set(network.nodes.filter((node) => node.intersection).map(({ id }) => id));
    const lanes = network.links
      .filter(({ to }) => controlled.has(to))
      .flatMap(({ lanes: all }) => all.map(({ id }) => id));
    expect(lanes.filter((lane) => !used.has(lane))).toEqual([]);
  });

  it("has entries of at least 300 m", () => {
    const short = demand.entries.filter(({ link }) => (links.get(link)?.lengthMeters ?? 0) < 300);
    expect(short).toEqual([]);
  });

  it("has a straight line between the ends of a link no longer than the link", () => {
    for (const link of network.links) {
      const [first, last] = [link.shape[0], link.shape.at(-1)];
      if (!first || !last) throw new Error("a shape has two points");
      expect(Math.hypot(last[0] - first[0], last[1] - first[1]), link.id).toBeLessThanOrEqual(
        link.lengthMeters + 0.1,
      );
    }
  });
});

describe("single", () => {
  const [intersection] = single.intersections;

  it("is the NEMA intersection of eight phases", () => {
    expect(intersection?.phases.map(({ id }) => id)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    expect(intersection?.stages.map(({ id }) => id)).toEqual([
      "1-5",
      "1-6",
      "2-5",
      "2-6",
      "3-7",
      "3-8",
      "4-7",
      "4-8",
    ]);
    expect(intersection?.conflicts.length).toBe(20);
    expect(intersection?.stages.flatMap(({ permissive }) => permissive)).toEqual([]);
  });

  it("has its timings by the formulas", () => {
    // 30 mph is 13.41 m/s: 1 + 13.41 / 6.096 = 3.2. Oak Street is 3 lanes of 3.3 m and a median of 1 m: 10.9 m;
    // (7 + 10.9 + 6.1) / 13.41 = 1.79. 10.9 / 1.07 = 10.19, less a buffer of 3 s.
    expect(intersection?.phases.find(({ id }) => id === "2")).toEqual({
      id: "2",
      name: "eastbound through and right",
      greenMinSeconds: 10,
      greenMaxSeconds: 90,
      yellowSeconds: 3.2,
      redClearSeconds: 1.8,
      pedestrian: {
        crosswalkMeters: 10.9,
        walkSeconds: 7,
        clearSeconds: 8,
        bufferSeconds: 3,
        crosses: "main-oak_south",
      },
    });
    // 1 + (13.41 - 8.94 / 2) / 3.048 = 3.93. A quarter of an ellipse of 5.45 m and 8.75 m: 11.45 m;
    // (7 + 11.45 + 6.1) / 8.94 = 2.75.
    expect(intersection?.phases.find(({ id }) => id === "1")).toMatchObject({
      yellowSeconds: 4,
      redClearSeconds: 2.8,
    });
  });
});

const busiest = (loads: readonly Load[], period: string) =>
  Math.max(
    ...loads.filter((load) => load.period === period).map(({ criticalSaturation }) => criticalSaturation),
  );

describe("corridor", () => {
  it("has twelve intersections, among them two Ts and two whose cross street yields", () => {
    expect(corridor.intersections.length).toBe(12);
    expect(corridor.intersections.filter(({ phases }) => phases.length === 4).length).toBe(2);
    expect(
      corridor.intersections.filter(({ structure }) => structure === "stages").map(({ id }) => id),
    ).toEqual(["elm", "institute"]);
  });

  it("is busy in the peaks but not jammed, and quiet at night", () => {
    for (const period of ["morning", "evening"]) {
      expect(busiest(corridor.loads, period), period).toBeGreaterThan(0.8);
      expect(busiest(corridor.loads, period), period).toBeLessThan(0.88);
    }
    expect(busiest(corridor.loads, "night")).toBeLessThan(0.2);
    expect(Math.max(...corridor.loads.map(({ planSaturation }) => planSaturation))).toBeLessThan(1);
  });

  it("runs one cycle at all intersections in each plan", () => {
    for (const plan of ["night", "morning", "midday", "evening"]) {
      const cycles = corridor.intersections.flatMap(({ plans }) =>
        plans.filter(({ id }) => id === plan).map(({ cycleSeconds }) => cycleSeconds),
      );
      expect(cycles.length).toBe(12);
      expect(new Set(cycles).size, plan).toBe(1);
    }
  });

  it("lags each offset behind the one before by the time that the link takes", () => {
    const offset = (id: string, plan: string) =>
      corridor.intersections.find((item) => item.id === id)?.plans.find((item) => item.id === plan)
        ?.offsetSeconds;
    const link = corridor.network.links.find(({ id }) => id === "ash_bridge");
    const seconds = Math.round((link?.lengthMeters ?? 0) / (link?.speedMetersPerSecond ?? 1));
    expect(offset("ash", "morning")).toBe(0);
    expect(offset("bridge", "morning")).toBe(seconds);
    expect(offset("library", "evening")).toBe(0);
  });
});
