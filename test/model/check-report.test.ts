import { describe, expect, it } from "vitest";
import { checkReport } from "../../src/model/check-report.ts";
import { err, ok } from "../../src/result.ts";
import { faultsAfter } from "./change.ts";
import { smallNetwork } from "./small-network.ts";

describe("checkReport", () => {
  it("counts what a valid network holds", () => {
    const report = checkReport(ok(smallNetwork()));
    expect(report.valid).toBe(true);
    expect(report.text).toBe(
      "small is valid: 1 intersections, 4 nodes, 6 links, 9 lanes, 6 movements, 4 phases, 3 stages, 2 detectors, 1 plans, 1 routes, 2 entries",
    );
    expect(report.json).toMatchObject({ valid: true, network: "small", counts: { lanes: 9 } });
  });

  it("lists every fault", () => {
    const faults = faultsAfter(
      { file: "t.json", pointer: "/schedule/1/plan", value: "night" },
      { file: "network.json", pointer: "/timeZone", value: "Nowhere" },
    );
    const report = checkReport(err(faults));
    expect(report.text).toBe(
      [
        "2 faults",
        'network.json#/timeZone: found "Nowhere", allowed: a name of the IANA time zone database [M19]',
        't.json#/schedule/1/plan: found "night", allowed: a plan: day [M2]',
      ].join("\n"),
    );
    expect(report.json).toEqual({ valid: false, faults });
    expect(checkReport(err(faults.slice(0, 1))).text).toMatch(/^1 fault\n/);
  });
});
