import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { browserMissing, newPage, useBrowser } from "./browser.ts";
import { phasewise } from "./phasewise.ts";

/** Evaluated, not added as a script: the page's content security policy stays as it is. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The letter after `g` that opens a view, and what is there when it is. */
const VIEWS: readonly (readonly [key: string, shown: string])[] = [
  ["m", '[aria-label="Map of the network"]'],
  ["i", "figure"],
  ["y", "h2"],
  ["t", "figure"],
  ["p", "figure"],
  ["a", "table"],
  ["u", "table"],
  ["w", "h2"],
];

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] };

/** What axe finds against WCAG 2.2 A and AA, a line each. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found: readonly Violation[] = await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then(({ violations }) => violations)`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

/** Whether the page is wider or higher than its window, which a console never is. */
const OVERFLOWS =
  "document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight";

/** Draws around all intersections on the map, and opens the preview of a mode for all of them; what axe finds in it. */
async function operatesGroup(page: Page): Promise<readonly string[]> {
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  const map = page.getByRole("application", { name: /^Map of the network/ });
  const { x, y, width, height } = (await map.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.keyboard.down("Shift");
  // Where no tool stands over it.
  await page.mouse.move(x + 2, y + height / 2);
  await page.mouse.down();
  for (const [across, down] of [
    [2, 2],
    [width - 2, 2],
    [width - 2, height - 2],
    [2, height - 2],
  ] as const) {
    await page.mouse.move(x + across, y + down);
  }
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await page.getByRole("button", { name: "operate 12" }).click();
  const operate = page.getByRole("dialog", { name: "Operate" });
  const several = operate.getByRole("button", { name: "several at once: 12 chosen" });
  expect(await several.getAttribute("aria-pressed")).toBe("true");
  expect(await operate.getByRole("checkbox", { checked: true }).count()).toBe(12);
  await operate.getByRole("button", { name: "shadow…" }).click();
  const confirm = page.getByRole("dialog", { name: "Mode shadow 12 intersections" });
  await confirm.getByText("Nothing has been sent yet.").or(confirm.getByText("A reason is needed")).waitFor();
  const found = await violations(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  return found;
}

describe.skipIf(browserMissing !== "")(`every view of the console${browserMissing}`, () => {
  const browser = useBrowser();

  it("is opened by key and is accessible, dark and light; so are the sign-in page and the wall", async () => {
    const options = ["start", "corridor", "--port", "0", "--from", "07:00", "--speed", "20"];
    const server = phasewise(await temporaryFolder(), options);
    const [, link = ""] = await server.said(/^Phasewise console: (http:\S+) \(works once, as operator\)$/);
    const { origin } = new URL(link);
    const { page, errors } = await newPage(browser(), { viewport: { width: 1280, height: 720 } });
    await page.goto(`${origin}/sign-in`);
    await page.locator("h1").waitFor();
    const faults = new Map([["sign-in", await violations(page)]]);
    await page.goto(link);
    await page.locator('.console[data-state="live"]').waitFor();
    for (const theme of ["dark", "light"]) {
      for (const [key, shown] of VIEWS) {
        await page.keyboard.press("g");
        await page.keyboard.press(key);
        await page.locator(`main ${shown}`).first().waitFor();
        const overflow = (await page.evaluate(OVERFLOWS)) === true ? ["larger than its window"] : [];
        faults.set(`${theme} ${key}`, [...(await violations(page)), ...overflow]);
      }
      // It names the other theme.
      await page
        .getByRole("navigation")
        .getByRole("button", { name: /^(Light|Dark)$/ })
        .click();
    }
    faults.set("group", await operatesGroup(page));
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.goto(`${origin}/wall`);
    await page.locator(".wall").waitFor();
    faults.set("wall", await violations(page));
    expect([...faults].filter(([, found]) => found.length > 0)).toEqual([]);
    expect(errors).toEqual([]);
    const unpainted = await page.context().newPage();
    await unpainted.route(/maps\.worker/, async (route) => await route.abort());
    await unpainted.goto(origin);
    const note = unpainted.getByText("The map is not painted: what paints it could not be loaded.");
    await note.first().waitFor();
  });
});
