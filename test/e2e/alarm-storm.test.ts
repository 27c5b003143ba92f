import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { browserMissing, hear, newPage, useBrowser } from "./browser.ts";
import { phasewise } from "./phasewise.ts";

/** Links that are lost within two seconds of the street. */
const LOST = ["ash", "bridge", "chapel", "dock"];

const COMMAND = ["start", "corridor", "--port", "0", "--from", "07:00", "--speed", "60", "--mode", "advise"];

describe.skipIf(browserMissing !== "")(`an alarm storm in the control room${browserMissing}`, () => {
  const browser = useBrowser();

  it("is one alarm, answered by keyboard, seen on the wall, and shown as stale when the server is gone", async () => {
    const server = phasewise(await temporaryFolder(), [
      ...COMMAND,
      ...LOST.flatMap((id, index) => ["--event", `link:${id}=down@${60 + (index % 3)}-3600`]),
    ]);
    const [, address = ""] = await server.said(/^Phasewise console: (http:\S+) \(works once, as operator\)$/);
    const { page, errors } = await newPage(browser(), { viewport: { width: 1280, height: 720 } });
    await page.goto(address);
    await page.locator('.console[data-state="live"]').waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("a");

    // Four links are one alarm of the first priority, which interrupts who listens; what it says too is beneath it.
    const list = page.getByRole("region", { name: "Alarms, the gravest first" });
    const group = list.getByRole("row", { name: /4 of 12 links are down/ });
    await group.waitFor();
    expect(await group.textContent()).toContain("4 intersections are left to their plans by time of day");
    expect(await list.getByText("No link to the controller").count(), "the children are not listed").toBe(0);
    await page
      .locator('[aria-live="assertive"]', { hasText: "P1: network, 4 of 12 links are down" })
      .waitFor({
        state: "attached",
      });
    await group.getByRole("button", { name: /^\+ \d+ with it$/ }).click();
    const first = list.getByRole("row", { name: /No link to the controller/ }).first();
    await first.filter({ hasText: "by its own clock it should run plan" }).waitFor();
    await group.getByRole("button", { name: /^− \d+ with it$/ }).click();

    await page.keyboard.press("k");
    await page.keyboard.press("a");
    await group.filter({ hasText: /(?<!un)acknowledged/ }).waitFor();
    await page.locator('[aria-live="assertive"]', { hasText: /^$/ }).waitFor({ state: "attached" });

    // Plans wait for an operator: one of them is shelved by keyboard alone.
    const waiting = list.getByRole("row", { name: /waits for approval/ });
    await waiting.first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog", { name: "Shelve the alarm" });
    await dialog.waitFor();
    await page.keyboard.type("known to the day shift");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: /^Shelved 1$/ }).click();
    await list.getByRole("row", { name: /shelved/ }).waitFor();
    const detail = page.getByRole("region", { name: "Selected alarm" });
    await detail.filter({ hasText: "known to the day shift" }).waitFor();

    // Beside the intersection: those that the group says too are suppressed, and what was answered waits no more.
    await page.keyboard.press("t");
    const sites = page.getByRole("dialog", { name: "Intersections" });
    for (const id of ["Ash Street", "Bridge Road"]) {
      const site = sites.getByRole("row", { name: new RegExp(id) });
      await site.getByText("not linked").waitFor();
      expect(await site.getByRole("cell").first().textContent()).toBe("none");
    }
    await sites
      .getByRole("cell", { name: /^P[23]/ })
      .first()
      .waitFor();
    await page.keyboard.press("Escape");

    const wall = await page.context().newPage();
    hear(wall, errors);
    await wall.goto(new URL("/wall", address).href);
    const alarms = wall.getByRole("region", { name: "Alarms" });
    await alarms.getByText(/4 of 12 links are down/).waitFor();
    await wall.locator('.wall[data-state="live"]').waitFor();
    expect(await wall.locator("button, a, input").count(), "nothing to be touched").toBe(0);
    expect(errors).toEqual([]);

    server.kill("SIGKILL");
    await server.ended();
    await page.locator('.console[data-state="stale"]').waitFor();
    await wall.locator('.wall[data-state="stale"]').waitFor();
    expect(await wall.locator(".wall-stale").textContent()).toMatch(/^STALE no data for \d+ s/);
    await page.context().close();
  });
});
