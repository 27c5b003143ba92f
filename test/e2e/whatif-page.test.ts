import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium as driver } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { chromium } from "./chromium-available.ts";
import { phasewise } from "./phasewise.ts";

const missing = "missing" in chromium ? ` (skipped: ${chromium.missing})` : "";

const SHORT = ["whatif", "single", "--control", "fixed,maxpressure", "--seeds", "1-2", "--for", "300"];

describe("the page of phasewise whatif", () => {
  it.skipIf(missing !== "")(
    `opens without a server, an error or a request, and prints on sheets of A4${missing}`,
    async () => {
      if ("missing" in chromium) return;
      const folder = await temporaryFolder();
      const run = phasewise(folder, [...SHORT, "--html", "reports/page.html"]);
      expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 0, signal: null });

      const browser = await driver.launch({
        executablePath: chromium.path,
        args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
      });
      onTestFinished(async () => await browser.close());
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const wrong: string[] = [];
      page.on("pageerror", (error) => wrong.push(error.message));
      page.on("console", (message) => wrong.push(message.text()));
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const address = pathToFileURL(join(folder, "reports", "page.html")).href;
      await page.goto(address);

      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
        "single: maxpressure against fixed",
      );
      const verdict = page.locator("section", { has: page.getByRole("heading", { name: "Verdict" }) });
      expect(await verdict.textContent()).toMatch(
        /maxpressure against fixed, 2 paired replications.*No safety event in 4 runs/s,
      );
      for (const name of [
        /^Paired differences of maxpressure/,
        /^Split monitor of /,
        /^Time lost by everybody/,
      ]) {
        expect(await page.getByRole("img", { name }).count(), String(name)).toBe(1);
      }
      expect(await page.getByText("--html reports/page.html").count(), "the command that repeats it").toBe(1);
      const wider = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
      expect(wider, "nothing to be scrolled sideways").toBe(false);

      const sheets = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
      expect(sheets.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(2);
      // 210 by 297 mm in points.
      expect(sheets).toMatch(/\/MediaBox\s*\[0 0 59[45](\.\d+)? 84[12]/);
      expect(wrong).toEqual([]);
      expect(asked.filter((url) => url !== address && !url.startsWith("data:"))).toEqual([]);
    },
  );

  it("tells before any run that it cannot be written", async () => {
    const folder = await temporaryFolder();
    const run = phasewise(folder, [...SHORT, "--json", "taken"]);
    expect(await run.ended()).toEqual({ code: 0, signal: null });
    const refused = phasewise(folder, [...SHORT, "--html", "taken/page.html"]);
    expect(await refused.ended()).toEqual({ code: 3, signal: null });
    expect(refused.stderr.join("\n")).toMatch(/--html taken\/page\.html cannot be written: EEXIST/);
    expect(refused.stderr.join("\n")).not.toMatch(/ of 4: /);
    expect(JSON.parse(await readFile(join(folder, "taken"), "utf8"))).toMatchObject({
      selfCheck: null,
      movements: expect.any(Array),
      profiles: { fixed: [{ fromSeconds: 0 }] },
    });
  });
});
