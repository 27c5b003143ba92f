import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { browserMissing, newPage, useBrowser } from "./browser.ts";
import { phasewise } from "./phasewise.ts";

/** Tabs within a dialog before the focus has been everywhere. */
const TABS_MAX = 80;

/** Moves the focus with the tab key to what is called so by role and name, as somebody without a mouse does. */
async function tabTo(page: Page, called: string): Promise<void> {
  const focused = page.locator(":focus");
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    const found = (await focused.count()) === 0 ? "" : await focused.ariaSnapshot();
    if (found.includes(called)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no ${called} is reached with the tab key`);
}

describe.skipIf(browserMissing !== "")(`an operator without a mouse${browserMissing}`, () => {
  const browser = useBrowser();

  it("forces a stage with a reason and a short end, sees it asked, the street follow, and it end", async () => {
    const folder = await temporaryFolder();
    const options = ["start", "corridor", "--port", "0", "--from", "07:00", "--speed", "6"];
    const server = phasewise(folder, options);
    const [, address = ""] = await server.said(/^Phasewise console: (http:\S+) \(works once, as operator\)$/);
    const { page, errors } = await newPage(browser(), { viewport: { width: 1280, height: 720 } });
    await page.goto(address);
    await page.locator('.console[data-state="live"]').waitFor();

    // To an intersection, and from there to what can be asked of it.
    await page.keyboard.press("g");
    await page.keyboard.press("i");
    await page.keyboard.press("j");
    await page.keyboard.press("o");
    const operate = page.getByRole("dialog", { name: "Operate" });
    const heading = operate.getByRole("heading", { name: /^Operate Bridge Road$/ });
    await heading.waitFor();
    await tabTo(page, 'combobox "Stage to force"');
    await page.keyboard.press("End");
    await tabTo(page, 'button "Force stage…"');
    await page.keyboard.press("Enter");

    // The second step: what would be sent beside what the street does; nothing goes without a reason.
    const confirm = page.getByRole("dialog", { name: /^Force stage \S+ Bridge Road$/ });
    await confirm.getByText("lets it pass as the street is now").waitFor();
    const stage =
      /^Force stage (\S+)/.exec((await confirm.getByRole("heading").textContent()) ?? "")?.[1] ?? "";
    const asked = confirm
      .getByRole("row", { name: /^stage / })
      .getByRole("cell")
      .last();
    expect([stage, "—"]).toContain(await asked.textContent());
    const send = confirm.getByRole("button", { name: "Send" });
    expect(await send.isDisabled()).toBe(true);
    await page.keyboard.type("procession crosses");
    await page.keyboard.press("Tab");
    await tabTo(page, 'combobox "Ends by itself"');
    await page.keyboard.press("ArrowUp");
    await confirm.getByText(/^at \d\d:\d\d:\d\d, if it is sent now$/).waitFor();
    await tabTo(page, 'button "Send"');
    await page.keyboard.press("Enter");
    await confirm.waitFor({ state: "detached" });

    // Asked and shown are two things: first the word, then the lamps, then the end by itself.
    const item = operate.getByRole("list", { name: "What has been asked" }).getByRole("listitem").first();
    await item.getByText(`stage ${stage}`, { exact: true }).first().waitFor();
    expect(await item.textContent()).toContain("procession crosses");
    await item.getByText("accepted", { exact: true }).waitFor();
    await item.getByText("= as asked").waitFor();
    const phases = stage.split("-");
    const lamps = operate.getByRole("list", { name: "Lamps by phase" }).getByRole("listitem");
    for (const phase of phases) {
      await lamps.filter({ hasText: new RegExp(`^${phase} [Gg]$`) }).waitFor();
    }
    await item.getByText("over: its time is over").waitFor();

    // The focus is where the operator left off, and the log has the whole course.
    await page.keyboard.press("Escape");
    await operate.waitFor({ state: "hidden" });
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    const log = page.getByRole("region", { name: "Log entries" });
    const entry = log.getByRole("row").filter({ hasText: `Command accepted, stage ${stage}` });
    expect(await entry.textContent()).toContain("procession crosses");
    expect(errors).toEqual([]);
  });
});
