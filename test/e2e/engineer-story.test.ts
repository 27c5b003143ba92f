import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { ParametersView } from "../../src/protocol/change.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { browserMissing, newPage, useBrowser } from "./browser.ts";
import { type Phasewise, phasewise } from "./phasewise.ts";

/** Whatever has not come by then never will: a dry run has the machine to share with the other tests. */
const WAIT_MS = 100_000;

const PATH = "optimize.stopCostSeconds";

/** What the engine decides with now, as the API tells it. */
async function valueInForce(page: Page): Promise<number | undefined> {
  const answer = await page.request.get(new URL("/api/parameters", page.url()).href);
  const { parameters } = (await answer.json()) as ParametersView;
  return parameters.find(({ path }) => path === PATH)?.value;
}

describe.skipIf(browserMissing !== "")(`a change of parameters${browserMissing}`, () => {
  const browser = useBrowser();

  /** The tuning view as a guest of the engine has it, in a browser session of his own, and what went wrong in it. */
  async function signIn(engine: Phasewise, guest: RegExp): Promise<{ page: Page; errors: string[] }> {
    const [, address = "", link = ""] = await engine.said(guest);
    const { page, errors } = await newPage(browser(), { viewport: { width: 1440, height: 900 } });
    page.context().setDefaultTimeout(WAIT_MS);
    const answer = await page.context().request.post(`${address}api/sign-in`, { data: { link } });
    expect(answer.status(), await answer.text()).toBe(200);
    await page.goto(`${address}#/tuning`);
    return { page, errors };
  }

  it("is drafted, tried, approved by a second person, in force in the running engine, and rolled back", async () => {
    const command =
      "start corridor --port 0 --from 07:00 --speed 5 --sign-in-as signalEngineer --sign-in-as safetyEngineer";
    const engine = phasewise(await temporaryFolder(), command.split(" "));
    const { page: ann, errors } = await signIn(engine, /^Phasewise console: (http:\S+)sign-in#(\S+)/);
    const { page: bob, errors: others } = await signIn(engine, /^Another guest: (http:\S+)sign-in#(\S+)/);

    // What is out of its range is told at once, and is no draft.
    const typed = ann.getByLabel(`${PATH}, draft, in s`);
    await typed.fill("21");
    await ann.getByText("out of range; allowed: 0 to 20 s").waitFor();
    await typed.fill("9");
    await ann.getByLabel("What it is for").fill("fewer stops");
    await ann.getByRole("button", { name: "Save draft" }).click();
    const change = ann.getByRole("region", { name: "C1 fewer stops" });
    await change.waitFor();
    expect(await change.getByLabel("Differences").textContent()).toBe(`${PATH}3 → 9 s`);

    await ann.getByRole("spinbutton", { name: "Pairs" }).fill("2");
    await ann.getByRole("spinbutton", { name: "Minutes each" }).fill("1");
    await ann.getByRole("button", { name: "Dry run", exact: true }).click();
    await ann.getByRole("progressbar", { name: "Dry run" }).waitFor();
    const figure = ann.getByRole("figure", { name: "Measured in pairs" });
    await figure.waitFor();
    await figure.getByRole("button", { name: "table" }).click();
    expect(await figure.getByRole("cell", { name: "delay", exact: true }).count()).toBe(1);

    await ann.getByRole("button", { name: "Submit for approval" }).click();
    const own = ann.getByRole("button", { name: "Approve…" });
    await own.waitFor();
    expect([await own.isDisabled(), await own.getAttribute("title")]).toEqual([
      true,
      "you drafted it: a second person approves",
    ]);
    await bob.getByRole("button", { name: "Approve…" }).click();
    await bob.getByLabel("Reason").fill("no loss in the dry run");
    await bob.getByRole("button", { name: "Approve C1" }).click();
    expect(await valueInForce(ann), "approved is not in force").toBe(3);

    await ann.getByRole("button", { name: "Put in force now" }).click();
    await ann.getByRole("button", { name: "Roll back…" }).waitFor();
    expect(await valueInForce(ann)).toBe(9);
    const log = bob.getByRole("region", { name: "Log entries" });
    await bob.goto(new URL("#/network", bob.url()).href);
    await log.getByText(`Parameters by C1: ${PATH} 3 → 9 s`).waitFor();

    await ann.getByRole("button", { name: "Roll back…" }).click();
    await ann.getByLabel("Reason").fill("longer queues");
    await ann.getByRole("button", { name: "Roll back C1" }).click();
    await change.getByText("rolled back", { exact: true }).waitFor();
    expect(await valueInForce(ann)).toBe(3);
    await log.getByText(`Parameters by C1: ${PATH} 9 → 3 s`).waitFor();
    expect([...errors, ...others]).toEqual([]);
  });
});
