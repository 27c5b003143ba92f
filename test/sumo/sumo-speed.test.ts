import { describe, expect, it } from "vitest";
import { costOf } from "../../sim/sumo/sumo-speed.ts";

describe("SUMO's own account of a run", () => {
  it("gives vehicle-seconds and wall time", () => {
    const words =
      "Performance: \n Duration: 3.72s\n Real time factor: 968.784\n UPS: 58561.087191\nVehicles: ";
    // 58,561.09 × 3.72 = 217,847.2
    expect(costOf(words)).toEqual({ vehicleSeconds: 217_847, wallSeconds: 3.72 });
    expect(costOf(words.replace("3.72s", "720ms"))).toMatchObject({ wallSeconds: 0.72 });
  });

  it("is missed where SUMO stopped before", () => {
    expect(costOf("Error: no such file")).toBeUndefined();
  });
});
