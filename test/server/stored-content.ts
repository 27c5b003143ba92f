import { contentOf, type DecisionRecord } from "../../src/explain/record.ts";

/** The names of the streets of `two-streets.ts` as a network's file may have them: without blanks. */
export function networkText(json: string): string {
  return json.replaceAll(/(?<=[a-z]) (?=[a-z])/g, "-");
}

export function storedContent(record: DecisionRecord): string {
  return networkText(contentOf(record));
}
