import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { browserMissing, newPage, useBrowser } from "./browser.ts";
import { phasewise } from "./phasewise.ts";

/** The instant that the address names. */
function instantIn(page: Page): number {
  return Number(/\?at=(\d+)/.exec(page.url())?.[1] ?? Number.NaN);
}

/** The lamps of the intersection that the panel shows, from top to bottom. */
async function lampsOf(page: Page): Promise<string> {
  return (await page.locator(".strip .lamp").allTextContents()).join("");
}

describe.skipIf(browserMissing !== "")(`replay and what-if in a browser${browserMissing}`, () => {
  const browser = useBrowser();

  async function open(address: string): Promise<{ page: Page; errors: string[] }> {
    const { page, errors } = await newPage(browser(), { viewport: { width: 1280, height: 720 } });
    await page.goto(address);
    return { page, errors };
  }

  it("replays the last minutes, marked as such, and goes back to live; a study of the same street has a result", async () => {
    const folder = await temporaryFolder();
    const run = ["start", "corridor", "--port", "0", "--from", "07:00", "--speed", "60"];
    const server = phasewise(folder, run);
    const [, link = ""] = await server.said(/^Phasewise console: (http:\S+) \(works once, as operator\)$/);
    const { page, errors } = await open(link);
    const address = `${new URL(link).origin}/`;
    const live = page.locator('.console[data-state="live"]');
    const showing = page.locator('.console[data-state="replay"][data-phase="showing"]');
    await live.waitFor();
    await page.goto(`${address}#/network/ash`);
    // More than a cycle is stored by then.
    await page
      .locator(".clock time")
      .filter({ hasText: /^07:0[3-9]/ })
      .waitFor();

    await page.keyboard.press("Space");
    await showing.waitFor();
    expect(await page.locator(".tag").textContent()).toBe("REPLAY");
    const edge = `getComputedStyle(document.querySelector(".edge")).borderTopStyle`;
    expect(await page.evaluate(edge), "the whole screen's edge").toBe("dashed");
    expect(await page.getByText("vehicles are not stored").first().isVisible()).toBe(true);
    await page.getByRole("region", { name: "Replay", exact: true }).getByText("stands still").waitFor();
    await page.waitForURL(/\?at=\d+$/);
    const stopped = instantIn(page);
    const clock = page.locator(".timebar time");
    const shown = (await clock.textContent()) ?? "";
    const lamps = await lampsOf(page);
    expect(lamps).toMatch(/[GgYR]/);

    // Nothing is commanded from the past: each view that could says so, with the way back.
    const past = "This is a replay: nothing can be asked of the past, or changed in it.";
    await page.keyboard.press("o");
    const operate = page.getByRole("dialog", { name: "Operate" });
    for (const of of ["several at once", "the selected one"]) {
      await operate.getByRole("button", { name: of }).click();
      await operate.getByText(past).waitFor();
      expect(await operate.getByRole("button", { name: "Back to live" }).isEnabled()).toBe(true);
      expect(await operate.getByRole("button", { name: "Free…" }).isDisabled()).toBe(true);
    }
    await page.keyboard.press("Escape");
    for (const key of ["u", "a", "m"]) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      if (key !== "m") await page.getByRole("main").getByText(past).waitFor();
    }
    await showing.waitFor();

    // A cycle back and half of it forwards is another picture; the same instant is the same one again.
    await page.keyboard.press("[");
    await page.waitForURL((url) => url.hash !== `#/network/ash?at=${stopped}`);
    await showing.waitFor();
    const seen = new Set<string>([await lampsOf(page)]);
    await page.keyboard.press("Space");
    await page.getByLabel("Speed").selectOption("20");
    const before = (await clock.textContent()) ?? "";
    await expect.poll(async () => seen.add(await lampsOf(page)).size, { timeout: 30_000 }).toBeGreaterThan(1);
    expect(((await clock.textContent()) ?? "") > before, `the replay goes on from ${before}`).toBe(true);
    await page.goto(`${address}#/network/ash?at=${stopped}`);
    await clock.filter({ hasText: shown }).waitFor();
    await showing.waitFor();
    expect(await lampsOf(page), "what was shown at that instant").toBe(lamps);

    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await page.getByRole("tab", { name: "Replay" }).click();
    await page.getByRole("button", { name: "From the begin" }).click();
    await page.locator(".timebar").getByText("playing").waitFor();
    expect((await clock.textContent()) ?? "").toMatch(/^07:00:/);
    await page.keyboard.press("l");
    await live.waitFor();
    expect(await page.locator(".tag").textContent()).toBe("LIVE");
    await page.waitForURL(/#\/what-if\/ash$/);

    await page.goto(`${address}#/network/ash?at=1000`);
    await page.getByRole("heading", { name: /^No replay of / }).waitFor();
    await page.getByText(/^Nothing is stored of .* Stored is 05 Jan 2026 07:00:00 to /).waitFor();
    await page.getByRole("main").getByRole("button", { name: "Back to live" }).click();
    await live.waitFor();

    await study(page);
    const answer = await page.request.get(`${address}api/history/runs?from=0&to=100000000000000`);
    const { rows } = (await answer.json()) as { rows: readonly { run: string; content: string }[] };
    expect(rows.map(({ content }) => JSON.parse(content).request.name)).toEqual(["A minute ahead"]);
    expect(errors).toEqual([]);
  }, 240_000);
});

/** Asks for the shortest study in the form, and waits for its result. */
async function study(page: Page): Promise<void> {
  await page.keyboard.press("g");
  await page.keyboard.press("w");
  await page.getByRole("tab", { name: "What-if studies" }).click();
  const form = page.getByRole("form", { name: "New study" });
  await form.getByLabel("Name").fill("A minute ahead");
  await form.getByLabel("Duration, min").fill("1");
  await form.getByLabel("Seeds").fill("1");
  await form.getByRole("checkbox", { name: /^webster/ }).uncheck();
  await form.getByRole("button", { name: "Start study" }).click();
  const article = page.getByRole("article", { name: "A minute ahead" });
  await article.getByRole("figure", { name: "Differences to running" }).waitFor({ timeout: 120_000 });
  await article.getByRole("link", { name: "Full report" }).waitFor();
  expect(await article.getByRole("region", { name: "Table of means" }).locator("thead").textContent()).toBe(
    "Measurerunningadaptive",
  );
}
