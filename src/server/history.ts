import type { FastifyPluginAsync } from "fastify";
import type { StorePages, StoreTable } from "../ports/store.ts";
import { NO_HISTORY } from "./no-history.ts";

const LIMIT_DEFAULT = 1_000;
const LIMIT_MAX = 10_000;

const TABLES: readonly StoreTable[] = [
  "events",
  "intervals",
  "forecasts",
  "plans",
  "decisions",
  "alarms",
  "audit",
  "runs",
];

const instant = { type: "integer", minimum: 0, maximum: 100_000_000_000_000 } as const;

/** In words, for each part of the request that its schema refuses. */
const SCHEMA = {
  params: {
    type: "object",
    properties: { table: { type: "string", enum: TABLES } },
    required: ["table"],
  },
  querystring: {
    type: "object",
    properties: {
      from: instant,
      to: instant,
      intersection: { type: "string", pattern: "^[A-Za-z0-9_.%-]{1,200}$" },
      format: { type: "string", enum: ["json", "csv"] },
      limit: { type: "integer", minimum: 1, maximum: LIMIT_MAX },
      cursor: { type: "string", pattern: "^\\d{1,16}\\.\\d{1,16}$" },
    },
    required: ["from", "to"],
    additionalProperties: false,
  },
} as const;

type Route = {
  Params: { readonly table: StoreTable };
  Querystring: {
    readonly from: number;
    readonly to: number;
    readonly intersection?: string;
    readonly format?: "json" | "csv";
    readonly limit?: number;
    readonly cursor?: string;
  };
};

/** `GET /api/history/<table>`: rows of a window, page by page. */
export function historyRoutes(history: StorePages | undefined): FastifyPluginAsync {
  return (scope) => {
    scope.setErrorHandler((error: Error & { readonly validation?: unknown }, _request, reply) => {
      const refused = error.validation !== undefined;
      void reply
        .code(refused ? 400 : 500)
        .send({ error: refused ? allowedIn(error.message) : error.message });
    });
    const options = { schema: SCHEMA, config: { access: "view" as const } };
    scope.get<Route>("/api/history/:table", options, async (request, reply) => {
      if (history === undefined) return await reply.code(503).send(NO_HISTORY);
      const { format = "json", limit = LIMIT_DEFAULT, ...rest } = request.query;
      const page = await history.page(request.params.table, { ...rest, format, limit });
      if (!page.ok) return await reply.code(503).send({ error: page.error });
      const { text, cursor } = page.value;
      if (format === "json") {
        const body = `{"cursor":${JSON.stringify(cursor)},"rows":${text}}`;
        return await reply.type("application/json; charset=utf-8").send(body);
      }
      if (cursor !== null) void reply.header("x-next-cursor", cursor);
      return await reply.type("text/csv; charset=utf-8").send(text);
    });
    return Promise.resolve();
  };
}

/** The validator's words, with what it leaves out: which tables and which parameters there are. */
function allowedIn(message: string): string {
  const text = message.replace(/^(querystring|params)\/?/, "").trim();
  if (message.startsWith("params/table")) return `${text}: ${TABLES.join(", ")}`;
  if (!text.includes("additional properties")) return text;
  return `${text}: allowed are ${Object.keys(SCHEMA.querystring.properties).join(", ")}`;
}
