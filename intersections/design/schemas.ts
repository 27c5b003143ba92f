import { DemandFileSchema } from "../../src/model/demand.ts";
import { IntersectionSchema } from "../../src/model/intersection.ts";
import { NetworkFileSchema } from "../../src/model/network.ts";
import { jsonText } from "../../src/adapters/json-text.ts";

/** The dialect whose arrays-of-schemas TypeBox writes for tuples. */
const DIALECT = "http://json-schema.org/draft-07/schema#";

/** The published JSON Schemas by file name, for editors that complete and check network files. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["network.schema.json", schemaText("Phasewise network.json", NetworkFileSchema)],
    ["intersection.schema.json", schemaText("Phasewise intersection file", IntersectionSchema)],
    ["demand.schema.json", schemaText("Phasewise demand.json", DemandFileSchema)],
  ]);
}

function schemaText(title: string, schema: object): string {
  return jsonText({ $schema: DIALECT, title, ...schema });
}
