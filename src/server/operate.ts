import type { FastifyInstance, FastifyReply } from "fastify";
import type { TSchema } from "typebox";
import type { Fault, Shape } from "../model/fault.ts";
import type { DeskAnswer, OperatorDesk } from "../ports/operator-desk.ts";
import {
  type Asked,
  type AskingBody,
  COMMAND_BODY,
  CommandBody,
  COMMANDS_BODY,
  CommandsBody,
  CONTROL_BODY,
  ControlBody,
  MODE_BODY,
  ModeBody,
  MODES_BODY,
  ModesBody,
  RELEASE_BODY,
  ReleaseBody,
  REVIEW_BODY,
  ReviewBody,
} from "../protocol/operate.ts";
import { personOf } from "./access.ts";

/** A route by which something is asked: how its body reads, and what it asks of whom; `id` is what the address names. */
type AskRoute<Body extends AskingBody> = {
  readonly method: "POST" | "DELETE";
  readonly url: string;
  readonly schema: TSchema;
  readonly shape: Shape<Body>;
  readonly asks: (body: Body, id: string) => { readonly what: Asked; readonly of: readonly string[] };
};

const NO_PLANT = { error: "no plant is connected yet: start `phasewise field`" };

/** A reason of a dry run that was given none: it is not asked, so nobody has to answer for it yet. */
const DRY_REASON = "dry run";

/**
 * What operators ask of the street, and what became of it. `POST …/commands`, `…/mode`, `…/review` of one intersection, `/api/commands` and `/api/modes`
 * of several, `/api/control` for an area. 200 a dry run, 202 asked, 400 the body, 404 no such intersection or area, 409
 * refused, 503 no plant. `GET /api/commands`, `GET /api/control`: what is in force.
 */
export function operateRoutes(server: FastifyInstance, desk: OperatorDesk): void {
  const view = { config: { access: "view" } } as const;
  server.get("/api/commands", view, (_, reply) => desk.commands() ?? reply.code(503).send(NO_PLANT));
  server.get("/api/control", view, (_, reply) => desk.control() ?? reply.code(503).send(NO_PLANT));
  askOfOne(server, desk);
  askOfSeveral(server, desk);
  askForControl(server, desk);
}

function askOfOne(server: FastifyInstance, desk: OperatorDesk): void {
  askRoute(server, desk, {
    method: "POST",
    url: "/api/intersections/:id/commands",
    schema: CommandBody,
    shape: COMMAND_BODY,
    asks: ({ order, seconds }, id) => ({ what: { kind: "command", order, seconds }, of: [id] }),
  });
  askRoute(server, desk, {
    method: "POST",
    url: "/api/intersections/:id/mode",
    schema: ModeBody,
    shape: MODE_BODY,
    asks: ({ mode, seconds }, id) => ({ what: { kind: "mode", mode, seconds }, of: [id] }),
  });
  askRoute(server, desk, {
    method: "POST",
    url: "/api/intersections/:id/review",
    schema: ReviewBody,
    shape: REVIEW_BODY,
    asks: ({ plan, approved }, id) => ({ what: { kind: "review", plan, approved }, of: [id] }),
  });
}

function askOfSeveral(server: FastifyInstance, desk: OperatorDesk): void {
  askRoute(server, desk, {
    method: "POST",
    url: "/api/commands",
    schema: CommandsBody,
    shape: COMMANDS_BODY,
    asks: ({ intersections, order, seconds }) => ({
      what: { kind: "command", order, seconds },
      of: intersections,
    }),
  });
  askRoute(server, desk, {
    method: "POST",
    url: "/api/modes",
    schema: ModesBody,
    shape: MODES_BODY,
    asks: ({ intersections, mode, seconds }) => ({
      what: { kind: "mode", mode, seconds },
      of: intersections,
    }),
  });
}

function askForControl(server: FastifyInstance, desk: OperatorDesk): void {
  askRoute(server, desk, {
    method: "POST",
    url: "/api/control",
    schema: ControlBody,
    shape: CONTROL_BODY,
    asks: ({ intersections, seconds, takeOver = false }) => ({
      what: { kind: "control", seconds, takeOver },
      of: intersections,
    }),
  });
  askRoute(server, desk, {
    method: "DELETE",
    url: "/api/control/:id",
    schema: ReleaseBody,
    shape: RELEASE_BODY,
    asks: ({ takeOver = false }, area) => ({ what: { kind: "release", area, takeOver }, of: [] }),
  });
}

function askRoute<Body extends AskingBody>(
  server: FastifyInstance,
  desk: OperatorDesk,
  { method, url, schema, shape, asks }: AskRoute<Body>,
): void {
  server.route<{ Params: { readonly id?: string } }>({
    method,
    url,
    config: { access: "operate" },
    // For the documentation: bodies are read below, where nothing is converted on the way and every fault is named.
    schema: { body: schema },
    validatorCompiler: () => () => true,
    handler: async (request, reply) => {
      const read = shape.check("body", request.body);
      if (!read.ok) return await refuse(reply, 400, read.error.map(faultText).join("; "));
      const { reason, dryRun = false } = read.value;
      if (reason === undefined && !dryRun) {
        return await refuse(reply, 400, "body#/reason: found nothing, allowed: why it is asked, in words");
      }
      const { what, of: intersections } = asks(read.value, request.params.id ?? "");
      const by = personOf(request).name;
      return await answer(reply, desk.ask({ by, reason: reason ?? DRY_REASON, dryRun, intersections, what }));
    },
  });
}

const STATUS = { unknown: 404, unavailable: 503 } as const;

async function answer(reply: FastifyReply, given: DeskAnswer): Promise<FastifyReply> {
  if (given.kind !== "answered") return await refuse(reply, STATUS[given.kind], given.why);
  const { dryRun, error } = given.answer;
  return await reply.code(error === undefined ? (dryRun ? 200 : 202) : 409).send(given.answer);
}

async function refuse(reply: FastifyReply, status: number, error: string): Promise<FastifyReply> {
  return await reply.code(status).send({ error });
}

function faultText({ pointer, found, allowed }: Fault): string {
  return `body#${pointer}: found ${found}, allowed: ${allowed}`;
}
