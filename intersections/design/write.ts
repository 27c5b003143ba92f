import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../../src/adapters/package-root.ts";
import { publishedFiles } from "./published.ts";

// Run as `node dist/intersections/design/write.js` after a build: DESIGN.md says when.
const folder = path.join(packageRoot(), "intersections");
const files = publishedFiles();
for (const [name, text] of files) {
  const target = path.join(folder, ...name.split("/"));
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}
console.log(`wrote ${files.size} files below intersections/`);
