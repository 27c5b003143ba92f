import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";

/** Runs the command as its user does. */
function prove(...options: readonly string[]): Promise<{ code: number; out: string; told: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["dist/src/cli/main.js", "prove", ...options],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, out, told) => resolve({ code: typeof error?.code === "number" ? error.code : 0, out, told }),
    );
  });
}

type Report = {
  readonly states: number;
  readonly frontier: number;
  readonly steps: number;
  readonly intersections: number;
  readonly violations: number;
  readonly rules: Readonly<Record<string, { readonly bound: number }>>;
  readonly found: readonly { readonly rule: string; readonly where: string }[];
};

/** The report is the last line of standard output. */
function reportOf(out: string): Report {
  const report: Report = JSON.parse(out.trim().split("\n").at(-1) ?? "");
  return report;
}

describe("phasewise prove", () => {
  it("counts steps, intersections and rules at their limit, and ends well", async () => {
    const { code, out } = await prove("--steps", "80000", "--json", "--jobs", "2");
    const report = reportOf(out);
    expect([code, report.violations, report.steps, report.intersections]).toEqual([0, 0, 80_000, 2]);
    expect(report.rules["S19"]?.bound).toBeGreaterThan(100);
  }, 60_000);

  it("goes red where a rule is broken on purpose, and names rule and seed", async () => {
    const { code, out } = await prove("--steps", "80000", "--plant-fault", "S20", "--json");
    const { violations, found } = reportOf(out);
    expect(code).toBe(1);
    expect(violations).toBeGreaterThan(0);
    expect(found[0]?.rule).toBe("S20");
    expect(found[0]?.where).toMatch(/^seed 1 at \d+$/);
  }, 60_000);

  it("explores both configurations to an empty frontier", async () => {
    const { code, out } = await prove("--exhaustive", "--json");
    const report = reportOf(out);
    expect([code, report.violations, report.frontier]).toEqual([0, 0, 0]);
    expect(report.states).toBeGreaterThan(10_000);
  }, 240_000);

  it("says which rules there are when it does not know one", async () => {
    const { code, told } = await prove("--plant-fault", "S99");
    expect(code).toBe(2);
    expect(told).toMatch(/--plant-fault S99: allowed is one of S1, S2, .*S33/);
  }, 60_000);
});
