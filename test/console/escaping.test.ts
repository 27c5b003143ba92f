import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const CONSOLE = join(import.meta.dirname, "../../src/console");

/** Ways of a browser to take a text for a document or a program. */
const UNESCAPED =
  /\b(?:innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|createContextualFragment|document\.write\w*|eval|new Function)\b/;

it("puts no text into a page but as text: names and reasons are whatever somebody typed", async () => {
  const names = await readdir(CONSOLE, { recursive: true });
  const sources = names.filter((name) => /\.(?:tsx?|html)$/.test(name));
  expect(sources.length).toBeGreaterThan(50);
  const found = await Promise.all(
    sources.map(async (name) => {
      const text = await readFile(join(CONSOLE, name), "utf8");
      return UNESCAPED.test(text) ? [name] : [];
    }),
  );
  expect(found.flat()).toEqual([]);
  expect(UNESCAPED.test("<p dangerouslySetInnerHTML={{ __html: name }} />"), "finds a planted one").toBe(
    true,
  );
});
