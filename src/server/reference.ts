import fastifySwagger from "@fastify/swagger";
import type { FastifyInstance, RouteOptions } from "fastify";
import type { TSchema } from "typebox";
import { LIVE_REQUEST } from "../protocol/live-request.ts";
import { LiveMessageSchema } from "../protocol/live-schema.ts";
import { CONTROLLER_FRAMES, ENGINE_FRAMES } from "../protocol/link-schema.ts";
import { PLAYBACK_REQUEST } from "../protocol/playback.ts";
import type { Access } from "./access.ts";
import { type Answer, TAGS } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";

/** Messages of the WebSockets, by the name under which their schema is published. */
const MESSAGE_SCHEMAS: Readonly<Record<string, { readonly about: string; readonly schema: TSchema }>> = {
  "live-message": { about: "What the server sends on /live and /playback", schema: LiveMessageSchema },
  "live-request": { about: "What a console may send on /live", schema: LIVE_REQUEST.schema },
  "playback-request": { about: "What a console may send on /playback", schema: PLAYBACK_REQUEST.schema },
  "controller-frame": { about: "What controllers and their plant send on /link", schema: CONTROLLER_FRAMES },
  "engine-frame": { about: "What the engine sends on /link", schema: ENGINE_FRAMES },
};

/** In words, for the reference. */
const WHO_MAY: Readonly<Record<Access, string>> = {
  public: "anybody",
  controller: "controllers and their plant, by their own credentials",
  view: "who may see (permission view)",
  operate: "who may operate (permission operate)",
  study: "who may start what-if runs (permission study)",
  draft: "who may draft changes (permission draft)",
  approve: "who may approve changes (permission approve)",
  administer: "administrators (permission administer)",
  metrics: "who may read figures of the process (permission metrics)",
};

/** Where nothing is said of a route: the test of the reference names it. */
const NOT_DESCRIBED = "Not described";

/** Takes down every route that is registered after it, out of its own schema and of what `operations.ts` says of it. */
export async function describeRoutes(server: FastifyInstance): Promise<void> {
  await server.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Phasewise",
        version: "1",
        description:
          "Everything that the console does. Instants are whole milliseconds since the Unix epoch, on the street's clock; durations end in Ms or Seconds; distances are metres.",
      },
      tags: [...TAGS],
    },
    hideUntagged: true,
    transform: ({ schema, url, route }) => ({ schema: described(schema ?? {}, url, route), url }),
  });
}

/**
 * `GET /api/openapi.json`: every route, as OpenAPI. `GET /api/schemas` and `/api/schemas/:name.json`: the WebSockets' messages. `GET
 * /api/docs`: the same to be read.
 */
export function referenceRoutes(server: FastifyInstance): void {
  server.get("/api/openapi.json", { config: { access: "view" } }, () => server.swagger());
  server.get("/api/schemas", { config: { access: "view" } }, () =>
    Object.entries(MESSAGE_SCHEMAS).map(([name, { about }]) => ({
      name,
      about,
      path: `/api/schemas/${name}.json`,
    })),
  );
  server.get<{ Params: { readonly file: string } }>(
    "/api/schemas/:file",
    { config: { access: "view" } },
    async (request, reply) => {
      const { file } = request.params;
      const found = MESSAGE_SCHEMAS[file.replace(/\.json$/, "")];
      if (found === undefined || !file.endsWith(".json")) {
        const allowed = Object.keys(MESSAGE_SCHEMAS).map((name) => `${name}.json`);
        return await reply.code(404).send({ error: `no schema ${file}; there are ${allowed.join(", ")}` });
      }
      const { about, schema } = found;
      const document = { $schema: "https://json-schema.org/draft/2020-12/schema", title: about, ...schema };
      return await reply.type("application/schema+json").send(JSON.stringify(document));
    },
  );
  // Relative, since the server may be mounted below any path.
  server.get("/api/docs", { config: { access: "view" } }, (_request, reply) =>
    reply.redirect("../docs.html"),
  );
}

declare module "fastify" {
  interface FastifySchema {
    /** Who may use it, for the reference. */
    "x-who-may"?: string;
  }
}

type RouteSchema = NonNullable<RouteOptions["schema"]>;

/** What a route says of itself and what is said of it: for readers only; requests are checked by what the route says alone. */
function described(own: RouteSchema, url: string, { method, config }: RouteOptions): RouteSchema {
  const note = OPERATIONS[`${String(method)} ${url}`];
  const access = config?.access;
  const isOurs = url.startsWith("/api/") || note !== undefined;
  if (!isOurs) return own;
  const { body, answers = {} } = note ?? {};
  return {
    ...own,
    // The plugin of WebSockets hides its routes.
    hide: false,
    tags: own.tags ?? [note?.tag ?? NOT_DESCRIBED],
    summary: own.summary ?? note?.summary ?? "",
    ...(note?.about === undefined ? {} : { description: note.about }),
    ...(body === undefined ? {} : { body }),
    response: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, responseOf(answer)])),
      ...(own.response as object | undefined),
    },
    ...(access === undefined ? {} : { "x-who-may": WHO_MAY[access] }),
  };
}

function responseOf({ about, ...content }: Answer): object {
  const types = Object.entries(content.as ?? {}).map(([type, schema]) => [type, { schema }]);
  return types.length === 0
    ? { description: about, type: "null" }
    : { description: about, content: Object.fromEntries(types) };
}
