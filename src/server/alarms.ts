import type { FastifyInstance, FastifyReply } from "fastify";
import type { AlarmAct } from "../alarms/alarms.ts";
import type { AlarmDesk } from "../ports/alarm-desk.ts";
import { ACKNOWLEDGE_BODY, SHELVE_BODY, SILENCE_BODY } from "../protocol/alarm-acts.ts";
import type { Result } from "../result.ts";
import { instantMs } from "../units.ts";
import { personOf } from "./access.ts";

/** Which alarm it is done with, and who does it. */
type Whose = Pick<AlarmAct, "alarm" | "by">;
type Acts = Readonly<Record<string, (whose: Whose, body: unknown) => Result<AlarmAct, readonly object[]>>>;

/** What can be done with an alarm, by the last part of its address. */
const ACTS: Acts = {
  acknowledge: (whose, body) => {
    const read = ACKNOWLEDGE_BODY.check("body", body);
    return read.ok ? { ok: true, value: { kind: "acknowledge", ...whose } } : read;
  },
  shelve: (whose, body) => {
    const read = SHELVE_BODY.check("body", body);
    if (!read.ok) return read;
    const { reason, until } = read.value;
    return { ok: true, value: { kind: "shelve", ...whose, reason, until: instantMs(until) } };
  },
  unshelve: silencing("unshelve"),
  "out-of-service": silencing("outOfService"),
  "return-to-service": silencing("returnToService"),
};

function silencing(kind: "unshelve" | "outOfService" | "returnToService"): Acts[string] {
  return (whose, body) => {
    const read = SILENCE_BODY.check("body", body);
    return read.ok ? { ok: true, value: { kind, ...whose, ...read.value } } : read;
  };
}

const NO_PLANT = { error: "no plant is connected yet: start `phasewise field`" };

/**
 * `GET /api/alarms`: what is active, shelved, suppressed and recent, the flood, the figures of ISA-18.2. `POST /api/alarms/:id/<act>`: 200 done and audited, 400
 * the body, 409 not possible now, 503 not in the audit trail, and whether it is done.
 */
export function alarmRoutes(server: FastifyInstance, desk: AlarmDesk): void {
  server.get(
    "/api/alarms",
    { config: { access: "view" } },
    (_request, reply) => desk.view() ?? reply.code(503).send(NO_PLANT),
  );
  for (const [name, read] of Object.entries(ACTS)) {
    server.post<{ Params: { id: string } }>(
      `/api/alarms/:id/${name}`,
      { config: { access: "operate" } },
      async (request, reply) => {
        const whose = { alarm: request.params.id, by: personOf(request).name };
        const act = read(whose, request.body);
        return act.ok
          ? await answer(desk, act.value, reply)
          : await reply.code(400).send({ faults: act.error });
      },
    );
  }
}

async function answer(desk: AlarmDesk, act: AlarmAct, reply: FastifyReply): Promise<FastifyReply> {
  const came = await desk.act(act);
  if (came.kind === "done") return await reply.send({ done: act.kind, alarm: act.alarm });
  if (came.kind === "refused") return await reply.code(409).send({ error: came.why });
  const done = came.done ? "done, but" : "not done:";
  return await reply.code(503).send({ error: `${done} the audit trail cannot be written: ${came.why}` });
}
