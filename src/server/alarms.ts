import type { FastifyInstance, FastifyReply } from "fastify";
import type { AlarmAct } from "../alarms/alarms.ts";
import type { AlarmDesk } from "../ports/alarm-desk.ts";
import { ACKNOWLEDGE_BODY, SHELVE_BODY, SILENCE_BODY } from "../protocol/alarm-acts.ts";
import type { Result } from "../result.ts";
import { instantMs } from "../units.ts";
import { sameOrigin } from "./same-origin.ts";

type Acts = Readonly<Record<string, (alarm: string, body: unknown) => Result<AlarmAct, readonly object[]>>>;

/** What can be done with an alarm, by the last part of its address. */
const ACTS: Acts = {
  acknowledge: (alarm, body) => {
    const read = ACKNOWLEDGE_BODY.check("body", body);
    return read.ok ? { ok: true, value: { kind: "acknowledge", alarm, ...read.value } } : read;
  },
  shelve: (alarm, body) => {
    const read = SHELVE_BODY.check("body", body);
    if (!read.ok) return read;
    return { ok: true, value: { kind: "shelve", alarm, ...read.value, until: instantMs(read.value.until) } };
  },
  unshelve: silencing("unshelve"),
  "out-of-service": silencing("outOfService"),
  "return-to-service": silencing("returnToService"),
};

function silencing(kind: "unshelve" | "outOfService" | "returnToService"): Acts[string] {
  return (alarm, body) => {
    const read = SILENCE_BODY.check("body", body);
    return read.ok ? { ok: true, value: { kind, alarm, ...read.value } } : read;
  };
}

const NO_PLANT = { error: "no plant is connected yet: start `phasewise field`" };

/**
 * `GET /api/alarms`: what is active, shelved, suppressed and recent, the flood, the figures of ISA-18.2. `POST /api/alarms/:id/<act>`: 200 done and audited, 400
 * the body, 403 from another site's page, 409 not possible now, 503 done but not in the audit trail.
 */
export function alarmRoutes(server: FastifyInstance, desk: AlarmDesk): void {
  server.get(
    "/api/alarms",
    { config: { access: "view" } },
    (_request, reply) => desk.view() ?? reply.code(503).send(NO_PLANT),
  );
  for (const [name, read] of Object.entries(ACTS)) {
    const options = { config: { access: "operate" as const } };
    server.post<{ Params: { id: string } }>(`/api/alarms/:id/${name}`, options, async (request, reply) => {
      if (!sameOrigin(request.headers.origin, request.headers.host)) {
        return await reply.code(403).send({ error: "this page comes from elsewhere" });
      }
      const act = read(request.params.id, request.body);
      return act.ok
        ? await answer(desk, act.value, reply)
        : await reply.code(400).send({ faults: act.error });
    });
  }
}

async function answer(desk: AlarmDesk, act: AlarmAct, reply: FastifyReply): Promise<FastifyReply> {
  const done = await desk.act(act);
  if (done.kind === "done") return await reply.send({ done: act.kind, alarm: act.alarm });
  if (done.kind === "refused") return await reply.code(409).send({ error: done.why });
  return await reply.code(503).send({ error: `done, but the audit trail cannot be written: ${done.why}` });
}
