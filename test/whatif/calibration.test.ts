import { describe, expect, it } from "vitest";
import { type Calibration, calibrationShape, calibrationVerdict } from "../../sim/whatif/calibration.ts";

const GIVEN: Calibration = {
  network: "center",
  agreement: {
    seeds: [1, 2],
    sumoTravelSeconds: 200,
    builtinTravelSeconds: 229,
    gehShare: 0.97,
    worstLinks: [{ link: "a", sumoVehPerHour: 400, builtinVehPerHour: 300, geh: 5.3 }],
  },
};

describe("a calibration", () => {
  it("is taken as import --agree writes it, with what else stands there", () => {
    const written = { valid: true, counts: {}, ...GIVEN };
    expect(calibrationShape.check("agree.json", written)).toEqual({ ok: true, value: written });
  });

  it("is refused with place, what was found and what is allowed", () => {
    const broken = { ...GIVEN, agreement: { ...GIVEN.agreement, gehShare: 97, seeds: [] } };
    const checked = calibrationShape.check("agree.json", broken);
    expect(checked.ok).toBe(false);
    const faults = checked.ok ? [] : checked.error.map(({ file, pointer, found }) => [file, pointer, found]);
    expect(faults).toContainEqual(["agree.json", "/agreement/gehShare", "97"]);
    expect(faults).toContainEqual(["agree.json", "/agreement/seeds", "[]"]);
    // Without --agree nothing was compared.
    expect(calibrationShape.check("agree.json", { valid: true, network: "center" }).ok).toBe(false);
  });

  it("holds with travel times within a tenth, and 95 of 100 links within GEH 5", () => {
    const found = calibrationVerdict(GIVEN);
    // 229 is 14.5 % more than 200.
    expect(found.travelTimeDifferenceRatio).toBeCloseTo(0.145, 9);
    expect([found.travelTimeHolds, found.flowsHold]).toEqual([false, true]);
    const other = calibrationVerdict({
      ...GIVEN,
      agreement: { ...GIVEN.agreement, builtinTravelSeconds: 181, gehShare: 0.94 },
    });
    expect([other.travelTimeHolds, other.flowsHold]).toEqual([true, false]);
  });
});
