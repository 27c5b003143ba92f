import { CORRIDOR } from "./corridor.ts";
import type { NetworkDescription } from "./description.ts";
import { jsonText } from "../../src/adapters/json-text.ts";
import { designNetwork } from "./network.ts";
import { readmeText } from "./readme.ts";
import { schemaFiles } from "./schemas.ts";
import { SINGLE } from "./single.ts";

/** Every generated file below `intersections/`: path with `/` → text. */
export function publishedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [name, text] of schemaFiles()) files.set(`schema/${name}`, text);
  for (const description of [SINGLE, CORRIDOR]) {
    for (const [name, text] of networkFiles(description)) files.set(`${description.id}/${name}`, text);
  }
  return files;
}

function networkFiles(description: NetworkDescription): ReadonlyMap<string, string> {
  const designed = designNetwork(description);
  return new Map([
    ["README.md", readmeText(description, designed)],
    ["network.json", jsonText(designed.network)],
    ["demand.json", jsonText(designed.demand)],
    ...designed.intersections.map(
      (intersection) => [`${intersection.id}.json`, jsonText(intersection)] as const,
    ),
  ]);
}
