import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { jsonText } from "../../src/adapters/json-text.ts";
import { publishedFiles } from "../../intersections/design/published.ts";
import { packageRoot } from "../../src/adapters/package-root.ts";
import * as fc from "fast-check";

const folder = path.join(packageRoot(), "intersections");
const files = publishedFiles();
const folders = ["schema", "single", "corridor"];

describe("published files", () => {
  it.each([...files.keys()])("%s is what the generator writes", async (name) => {
    const text = await readFile(path.join(folder, name), "utf8").catch(() => "nothing");
    expect(text === files.get(name), `${name} differs: run node dist/intersections/design/write.js`).toBe(
      true,
    );
  });

  it("are all that stands in their folders", async () => {
    const found = await Promise.all(
      folders.map(async (name) => (await readdir(path.join(folder, name))).map((file) => `${name}/${file}`)),
    );
    expect(found.flat().toSorted()).toEqual([...files.keys()].toSorted());
  });

  it("name their schema by a path that exists", async () => {
    for (const [name, text] of files) {
      if (!name.endsWith(".json") || name.startsWith("schema/")) continue;
      const { $schema } = JSON.parse(text) as { readonly $schema: string };
      expect(files.has(path.posix.join(path.posix.dirname(name), $schema)), `${name}: ${$schema}`).toBe(true);
    }
  });
});

describe("jsonText", () => {
  it("keeps on one line what fits there", () => {
    expect(jsonText({ a: [1, 2], b: {}, c: [], d: { e: "f" } })).toBe(
      '{\n  "a": [1, 2],\n  "b": {},\n  "c": [],\n  "d": { "e": "f" }\n}\n',
    );
    const long = "x".repeat(60);
    expect(jsonText({ a: [long, long] })).toBe(`{\n  "a": [\n    "${long}",\n    "${long}"\n  ]\n}\n`);
  });

  it("is the same value", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value: unknown = JSON.parse(json);
        expect(JSON.parse(jsonText(value))).toEqual(value);
      }),
    );
  });
});
