import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { calibrationOption } from "../../src/cli/whatif-html.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

const AGREEMENT = {
  seeds: [1],
  sumoTravelSeconds: 100,
  builtinTravelSeconds: 101,
  gehShare: 1,
  worstLinks: [],
};

it("--calibration reads what import --agree wrote, and names what it cannot take", async () => {
  const file = join(await temporaryFolder(), "agree.json");
  expect(await calibrationOption({})).toBeUndefined();
  await expect(calibrationOption({ calibration: file })).rejects.toMatchObject({ code: "DATA_MISSING" });
  await writeFile(file, JSON.stringify({ network: "single", agreement: AGREEMENT }));
  expect(await calibrationOption({ calibration: file })).toEqual({ network: "single", agreement: AGREEMENT });
  await writeFile(file, '{"network":"single",}');
  await expect(calibrationOption({ calibration: file })).rejects.toThrow(/agree\.json.*line 1, column 21/);
  await writeFile(file, JSON.stringify({ network: "single", agreement: { ...AGREEMENT, gehShare: 1.5 } }));
  await expect(calibrationOption({ calibration: file })).rejects.toThrow(/gehShare.*1\.5/);
});
