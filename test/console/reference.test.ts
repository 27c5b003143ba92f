import { expect, it } from "vitest";
import { allowedText, groupsOf, schemaLines } from "../../src/console/docs/reference.ts";

const DOCUMENT = {
  info: { title: "Phasewise" },
  tags: [{ name: "Street", description: "What is there." }, { name: "Empty" }],
  paths: {
    "/api/late": { get: { tags: ["Other"], summary: "Behind", responses: { 200: { description: "yes" } } } },
    "/api/rows/{table}": {
      get: {
        tags: ["Street"],
        summary: "Rows",
        "x-who-may": "who may see",
        parameters: [
          {
            name: "from",
            in: "query",
            required: true,
            schema: { type: "integer", minimum: 5, maximum: 2_000 },
          },
          { name: "format", in: "query", schema: { enum: ["json", "csv"] } },
          { name: "table", in: "path", required: true, schema: { type: "string" } },
        ],
        responses: {
          200: { description: "A page.", content: { "text/csv": { schema: { type: "string" } } } },
        },
      },
      post: {
        tags: ["Street"],
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["reason"],
                properties: { reason: { type: "string" }, until: { type: "integer" } },
              },
            },
          },
        },
        responses: { 200: { description: "Done." } },
      },
    },
    "/live": { get: { tags: ["Street"], responses: { 101: { description: "A WebSocket." } } } },
  },
} as const;

it("groups operations by tag, in the document's order, those of tags that are not listed behind", () => {
  const groups = groupsOf(DOCUMENT, "http://here");
  expect(groups.map(({ name, operations }) => [name, operations.map(({ id }) => id)])).toEqual([
    ["Street", ["get-api-rows-table", "post-api-rows-table", "get-live"]],
    ["Other", ["get-api-late"]],
  ]);
});

it("says of an operation what it takes, who may, and how it is asked for in a shell", () => {
  const [street] = groupsOf(DOCUMENT, "http://here");
  const [rows, posted, live] = street?.operations ?? [];
  expect(rows).toMatchObject({ whoMay: "who may see", about: "", body: null });
  expect(rows?.parameters.map(({ name, required, allowed }) => [name, required, allowed])).toEqual([
    ["from", true, "integer from 5 to 2,000"],
    ["format", false, '"json", "csv"'],
    ["table", true, "string"],
  ]);
  expect(rows?.example).toBe("curl 'http://here/api/rows/<table>?from=5'");
  expect(posted?.example).toBe(
    `curl -X POST 'http://here/api/rows/<table>' -H 'content-type: application/json' -d '{"reason":"…"}'`,
  );
  expect(live?.example).toBe("npx wscat -c 'ws://here/live'");
});

it("lays a schema out line by line, inner objects behind their own", () => {
  const point = { type: "object", title: "Point", required: ["x"], properties: { x: { type: "number" } } };
  const lines = schemaLines({
    type: "object",
    required: ["points"],
    properties: {
      points: { type: "array", items: point, description: "Corners." },
      last: { anyOf: [point, { type: "null" }] },
      name: { anyOf: [{ type: "string", maxLength: 9 }, { type: "null" }] },
    },
  });
  expect(lines.map(({ depth, name, required, allowed }) => [depth, name, required, allowed])).toEqual([
    [0, "points", true, "Point[]"],
    [1, "x", true, "number"],
    [0, "last", false, "Point or null"],
    [1, "x", true, "number"],
    [0, "name", false, "string at most 9 characters or null"],
  ]);
  expect(lines[0]?.about).toBe("Corners.");
  expect(schemaLines({ type: "string" })).toEqual([]);
});

it("tells in words what is allowed", () => {
  expect(allowedText({ const: "ok" })).toBe('"ok"');
  expect(allowedText({})).toBe("anything");
  expect(allowedText({ type: "string", pattern: "^a$", default: "a" })).toBe('string as ^a$ default "a"');
});
