import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import type { StudiesView, StudyDetail } from "../../src/protocol/studies.ts";
import { browserMissing, newPage, useBrowser } from "./browser.ts";
import { phasewise } from "./phasewise.ts";

/** Whatever has not come by then never will: a study has the machine to share with the other tests. */
const WAIT_MS = 100_000;

describe.skipIf(browserMissing !== "")(`offsets that are tried${browserMissing}`, () => {
  const browser = useBrowser();

  it("are moved in the sandbox by the keyboard, taken to a study, and named with what they are worth", async () => {
    const command = "start corridor --port 0 --from 07:00 --speed 5 --sign-in-as signalEngineer";
    const engine = phasewise(await temporaryFolder(), command.split(" "));
    const [, link = ""] = await engine.said(/^Phasewise console: (http:\S+)/);
    const { page, errors } = await newPage(browser(), { viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(WAIT_MS);
    await page.goto(link);
    await page.locator('.console[data-state="live"]').waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.getByRole("button", { name: "Try offsets" }).press("Enter");

    const toStudy = page.getByRole("button", { name: "Try in a what-if" });
    expect([await toStudy.isDisabled(), await toStudy.getAttribute("title")]).toEqual([
      true,
      "Move an offset first",
    ]);
    const garden = page.getByRole("slider", { name: "Offset tried at Garden Court" });
    for (const key of ["PageUp", "ArrowRight", "ArrowRight"]) await garden.press(key);
    await page.getByRole("slider", { name: "Offset tried at Harbor Street" }).press("Shift+ArrowLeft");
    await toStudy.press("Enter");

    const form = page.getByRole("form", { name: "New study" });
    await form.getByText("Garden Court 12 s later").waitFor();
    expect(await form.getByText("Harbor Street 5 s earlier").count()).toBe(1);
    const compared = "running, the timing that the street runs now: with these offsets against the same";
    await form.getByText(compared).waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("New study");

    // What another view has filled in can be changed, and what cannot be run is told before it is asked for.
    await form.getByRole("checkbox", { name: /^running/ }).uncheck();
    await form.getByText("Offsets are tried with running or fixed: choose one of them.").waitFor();
    await form.getByRole("checkbox", { name: /^running/ }).check();
    await form.getByRole("combobox", { name: "Intersection" }).selectOption("elm");
    await form.getByRole("spinbutton", { name: "Seconds later" }).fill("200");
    await form.getByRole("button", { name: "Add", exact: true }).first().press("Enter");
    await form.getByRole("spinbutton", { name: "Duration, min" }).fill("3");
    await form.getByRole("spinbutton", { name: "Seeds" }).fill("2");
    await form.getByRole("button", { name: "Start study" }).press("Enter");
    await form.getByText("Refused: --offset elm=200: allowed is -104 to 104 without 0").waitFor();
    await form.getByRole("button", { name: "Remove Elm Street 200 s later" }).press("Enter");
    await form.getByRole("button", { name: "Start study" }).press("Enter");

    const tried = page.getByRole("region", { name: "Offsets tried" });
    await tried.waitFor();
    expect(await tried.getByRole("listitem").allTextContents()).toEqual([
      "Garden Court 12 s later",
      "Harbor Street 5 s earlier",
    ]);
    const answer = await page.request.get(new URL("/api/studies", page.url()).href);
    const [study] = ((await answer.json()) as StudiesView).studies;
    expect(study?.request).toMatchObject({ controls: ["running"], offsets: ["garden=12", "harbor=-5"] });
    const told = await page.request.get(new URL(`/api/studies/${study?.id}`, page.url()).href);
    const { result } = (await told.json()) as StudyDetail;
    expect(result?.arms.map(({ name, base, seeds }) => [name, base, seeds])).toEqual([
      ["running", null, [1, 2]],
      ["running offset garden=12 harbor=-5", "running", [1, 2]],
    ]);
    expect(result?.comparisons.find(({ measure }) => measure === "delaySeconds")).toMatchObject({
      base: "running",
      variant: "running offset garden=12 harbor=-5",
      pairs: 2,
    });
    // The refused request is told by the browser too.
    expect(errors.filter((error) => !error.includes("400"))).toEqual([]);
  });
});
