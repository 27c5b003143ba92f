import type { FastifyInstance, FastifyReply } from "fastify";
import type { ChangeAct } from "../changes/acts.ts";
import { settingsIn } from "../changes/refusals.ts";
import type { Permission } from "../model/role.ts";
import type { ChangeDesk } from "../ports/change-desk.ts";
import { DRAFT_BODY, DRY_RUN_BODY, REASON_BODY, SCHEDULE_BODY, SUBMIT_BODY } from "../protocol/change.ts";
import { err, ok, type Result } from "../result.ts";
import { instantMs } from "../units.ts";
import { personOf } from "./access.ts";

/** What is wrong with a body: what no schema knows in words, or faults. */
type Wrong = { readonly error: string } | { readonly faults: readonly object[] };

/** On which change, and who. */
type About = { readonly change: string; readonly by: string };

type Draft = Extract<ChangeAct, { readonly kind: "draft" }>;

type Read = (about: About, body: unknown) => Result<ChangeAct, Wrong>;

type Act = { readonly access: Permission; readonly read: Read };

const NO_PLANT = { error: "no plant is connected yet: start `phasewise field`" };

/**
 * `GET /api/parameters`: what is declared, in force, and who changed it last. `GET /api/changes`: every change as the person who asks sees it.
 * `POST /api/changes` drafts one, `POST /api/changes/:id/<act>` does something with it: 200 done, audited and kept, 400 the body, 409 not possible now, 503 done and not kept.
 */
export function changeRoutes(server: FastifyInstance, desk: ChangeDesk): void {
  server.get("/api/parameters", { config: { access: "view" } }, (_request, reply) => {
    return desk.parameters() ?? reply.code(503).send(NO_PLANT);
  });
  server.get("/api/changes", { config: { access: "view" } }, (request, reply) => {
    return desk.view(personOf(request).name) ?? reply.code(503).send(NO_PLANT);
  });
  const route = (method: "POST" | "DELETE", url: string, { access, read }: Act): void => {
    server.route<{ Params: { id?: string } }>({
      method,
      url,
      config: { access },
      handler: async (request, reply) => {
        const about = { change: request.params.id ?? "", by: personOf(request).name };
        const act = read(about, request.body);
        return act.ok ? await answer(desk, act.value, reply) : await reply.code(400).send(act.error);
      },
    });
  };
  route("POST", "/api/changes", { access: "draft", read: draft });
  for (const [name, act] of Object.entries(ACTS)) {
    route("POST", `/api/changes/:id/${name}`, act);
  }
  route("DELETE", "/api/changes/:id/dry-run", {
    access: "draft",
    read: (about) => ok({ ...about, kind: "cancelDryRun" }),
  });
}

/** What can be done with a change, by the last part of its address. */
const ACTS: Readonly<Record<string, Act>> = {
  revise: { access: "draft", read: revise },
  "dry-run": {
    access: "draft",
    read: (about, body) => reading(DRY_RUN_BODY, body, (plan) => ({ ...about, kind: "startDryRun", plan })),
  },
  submit: {
    access: "draft",
    read: (about, body) =>
      reading(SUBMIT_BODY, body, ({ reason = null }) => ({ ...about, kind: "submit", reason })),
  },
  approve: { access: "approve", read: reasoned("approve") },
  reject: { access: "approve", read: reasoned("reject") },
  schedule: {
    access: "draft",
    read: (about, body) =>
      reading(SCHEDULE_BODY, body, ({ at }) => {
        return { ...about, kind: "schedule", at: at === undefined ? "now" : instantMs(at) };
      }),
  },
  withdraw: { access: "draft", read: reasoned("withdraw") },
  "roll-back": { access: "draft", read: reasoned("rollBack") },
};

function reasoned(kind: "approve" | "reject" | "withdraw" | "rollBack"): Read {
  return (about, body) => reading(REASON_BODY, body, ({ reason }) => ({ ...about, kind, reason }));
}

function draft({ by }: { readonly by: string }, body: unknown): Result<Draft, Wrong> {
  const read = DRAFT_BODY.check("body", body);
  if (!read.ok) return err({ faults: read.error });
  const { title, set } = read.value;
  const settings = settingsIn(set);
  return settings.ok ? ok({ kind: "draft", by, title, set: settings.value }) : err({ error: settings.error });
}

function revise(about: About, body: unknown): Result<ChangeAct, Wrong> {
  const read = draft(about, body);
  return read.ok ? ok({ ...read.value, ...about, kind: "revise" }) : read;
}

function reading<Body>(
  shape: { readonly check: (place: string, value: unknown) => Result<Body, readonly object[]> },
  body: unknown,
  make: (body: Body) => ChangeAct,
): Result<ChangeAct, Wrong> {
  const read = shape.check("body", body);
  return read.ok ? ok(make(read.value)) : err({ faults: read.error });
}

async function answer(desk: ChangeDesk, act: ChangeAct, reply: FastifyReply): Promise<FastifyReply> {
  const done = await desk.act(act);
  if (done.kind === "done") return await reply.send({ done: act.kind, change: done.change });
  if (done.kind === "refused") return await reply.code(409).send({ error: done.why });
  return await reply.code(503).send({ error: `done, but it cannot be kept: ${done.why}` });
}
