import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { browserMissing, newPage, useBrowser } from "./browser.ts";
import { phasewise } from "./phasewise.ts";

describe.skipIf(browserMissing !== "")(`the console in a browser${browserMissing}`, () => {
  const browser = useBrowser();

  /** The console at an address, and what went wrong in it. */
  async function open(address: string): Promise<{ page: Page; errors: string[] }> {
    const { page, errors } = await newPage(browser(), { viewport: { width: 1440, height: 900 } });
    page.on("requestfailed", (request) => errors.push(`request failed: ${request.url()}`));
    await page.goto(address);
    return { page, errors };
  }

  it("shows the live corridor, its plans as they are pushed, and that it is stale when the engine is gone", async () => {
    const folder = await temporaryFolder();
    const server = phasewise(folder, [
      "start",
      "corridor",
      "--port",
      "0",
      "--from",
      "07:00",
      "--speed",
      "60",
    ]);
    const [, address = ""] = await server.said(/^Phasewise console: (http:\S+) \(works once, as operator\)$/);
    const { page, errors } = await open(address);

    const console = page.locator(".console");
    await page.locator('.console[data-state="live"]').waitFor();
    expect(await console.locator(".tag").textContent()).toBe("LIVE");
    expect(await page.locator('[aria-label="Controllers"] dd').first().textContent()).toContain("12/12");

    // It decides each second: an intersection says what, and its plan is only what it falls back on.
    const adaptive = page.locator('[aria-label="Controllers"] .tile', { hasText: "Adaptive" }).locator("dd");
    await adaptive.filter({ hasText: /^[1-9]\d?$/ }).waitFor();
    const decision = page.getByRole("region", { name: "Decision" });
    await decision.getByRole("list").getByRole("listitem").filter({ hasText: "chosen" }).waitFor();
    const fallback = page.getByRole("region", { name: /^Plan to fall back on/ });
    await fallback.waitFor();
    expect(await fallback.locator(".strip-cursor").count(), "no cursor in a plan that does not run").toBe(0);

    const clock = page.locator('[aria-label="Simulated local time"] time');
    const before = (await clock.textContent()) ?? "";
    expect(before).toMatch(/^\d\d:\d\d:\d\d$/);
    await clock.filter({ hasNotText: before }).waitFor();
    expect(((await clock.textContent()) ?? "") > before, `the clock goes on from ${before}`).toBe(true);

    await page.keyboard.press("t");
    const table = page.getByRole("dialog", { name: "Intersections" });
    await table.waitFor();
    const names = await table.getByRole("rowheader").allTextContents();
    expect(new Set(names).size, names.join(", ")).toBe(12);
    await page.keyboard.press("Escape");
    await table.waitFor({ state: "hidden" });

    // The first plans come after five simulated minutes, one for every intersection that is to change.
    const log = page.getByRole("region", { name: "Log entries" });
    const plan = log.locator("tbody tr", { has: page.locator(".badge", { hasText: "plan" }) }).first();
    await plan.waitFor();
    expect(await plan.locator(".log-reason").textContent(), "the reason of a plan").not.toBe("");
    expect(errors).toEqual([]);
    await page.locator('.console[data-state="live"]').waitFor();

    server.kill("SIGKILL");
    await server.ended();
    await page.locator('.console[data-state="stale"]').waitFor();
    expect(await console.locator(".tag").textContent()).toBe("STALE");
    expect(await page.locator(".stale-banner").textContent()).toMatch(/^STALE no data for \d+ s/);
  });
});
