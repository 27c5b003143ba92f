import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { chromium } from "./chromium-available.ts";

/** Why tests in a browser are skipped, for their titles; empty where they run. */
export const browserMissing = "missing" in chromium ? ` (skipped: ${chromium.missing})` : "";

/** No calls home, and a container's root may run it. */
const OPTIONS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--no-first-run",
  "--disable-sync",
  "--disable-component-update",
];

/** A browser for the tests of a `describe`, from their begin to their end. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if ("missing" in chromium) return;
    browser = await driver.launch({ executablePath: chromium.path, args: OPTIONS });
  });
  afterAll(async () => await browser?.close());
  return () => {
    if (browser === undefined) throw new Error("there is no browser before the tests of its describe");
    return browser;
  };
}

/** A page of a browser session of its own, until the test is over, and what went wrong in it. */
export async function newPage(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext(options);
  onTestFinished(async () => await context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  hear(page, errors);
  return { page, errors };
}

/** What goes wrong in a page is added to the errors. */
export function hear(page: Page, errors: string[]): void {
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
}
