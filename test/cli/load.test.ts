import { describe, expect, it } from "vitest";
import { load } from "../../src/cli/load.ts";

describe("phasewise load", () => {
  it("says what there is where --in-process is missing", async () => {
    await expect(load(undefined, {})).rejects.toThrow(/--in-process or --plant-only is needed/);
  });

  it.each([
    [{ intersections: 0 }, "--intersections 0: allowed is a whole number from 1 to 20000"],
    [{ seconds: 1.5 }, "--seconds 1.5: allowed is a whole number from 1 to 86400"],
    [{ observe: "radar" }, '--observe "radar": allowed is loops, zone'],
  ])("refuses %j and names what is allowed", async (options, message) => {
    await expect(load(undefined, { inProcess: true, ...options })).rejects.toThrow(message);
  });

  it.each([
    [{ history: 7 }, "--history 7: allowed is a folder, or nothing"],
    [{ history: true, events: 0 }, "--events 0: allowed is a whole number from 1 to 1000000000"],
  ])("refuses %j and names what is allowed", async (options, message) => {
    await expect(load(undefined, options)).rejects.toThrow(message);
  });
});
