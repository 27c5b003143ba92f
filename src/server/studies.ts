import type { FastifyInstance, FastifyReply } from "fastify";
import type { Studies, StudyAnswer } from "../ports/studies.ts";
import { STUDY_REQUEST, StudyRequestSchema } from "../protocol/studies.ts";
import { personOf } from "./access.ts";
import { faultText } from "./fault-text.ts";

type One = { Params: { readonly id: string } };

const NONE = { error: "no studies here: this engine was not started from a network that can be run" };

/** The report is one document with its styles in it: it runs nothing, loads nothing, and is of an origin of its own. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";

/**
 * What-if studies of the running network. `GET /api/studies`: all of them, and what one may be made of. `POST /api/studies`: asks for one
 * (202; 400 what does not hold, 409 the queue is full). `GET /api/studies/:id`: one with its result; `/report` as a page. `DELETE`: cancels it (409 where it
 * is over). 404 no such study, 503 where none can be run.
 */
export function studyRoutes(server: FastifyInstance, studies: Studies | undefined): void {
  const view = { config: { access: "view" } } as const;
  const study = { config: { access: "study" } } as const;
  server.get("/api/studies", view, (_request, reply) => studies?.view() ?? reply.code(503).send(NONE));
  server.get<One>("/api/studies/:id", view, ({ params }, reply) => {
    return studies?.find(params.id) ?? reply.code(404).send(unknown(params.id));
  });
  server.get<One>("/api/studies/:id/report", view, async ({ params }, reply) => {
    const page = await studies?.report(params.id);
    if (page === undefined) return await reply.code(404).send({ error: `study ${params.id} has no report` });
    void reply.header("content-security-policy", REPORT_POLICY);
    return await reply.type("text/html; charset=utf-8").send(page);
  });
  // The schema is told; the check is our own, which names place, value and what is allowed.
  const asked = { ...study, schema: { body: StudyRequestSchema }, validatorCompiler: () => () => true };
  server.post("/api/studies", asked, async (request, reply) => {
    if (studies === undefined) return await reply.code(503).send(NONE);
    const body = STUDY_REQUEST.check("body", request.body);
    if (!body.ok) return await reply.code(400).send({ error: body.error.map(faultText).join("; ") });
    return await answered(await studies.ask(body.value, personOf(request).name), reply, 202, "");
  });
  server.delete<One>("/api/studies/:id", study, async (request, reply) => {
    if (studies === undefined) return await reply.code(503).send(NONE);
    const { id } = request.params;
    return await answered(studies.cancel(id, personOf(request).name), reply, 200, id);
  });
}

const REFUSED = { invalid: 400, refused: 409 } as const;

async function answered(
  answer: StudyAnswer,
  reply: FastifyReply,
  done: 200 | 202,
  id: string,
): Promise<FastifyReply> {
  if (answer.kind === "done") return await reply.code(done).send(answer.study);
  if (answer.kind === "unknown") return await reply.code(404).send(unknown(id));
  return await reply.code(REFUSED[answer.kind]).send({ error: answer.why });
}

function unknown(id: string): { readonly error: string } {
  return { error: `no study ${id}; GET /api/studies lists them` };
}
