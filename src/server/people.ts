import type { FastifyInstance, FastifyRequest } from "fastify";
import type { People, PeopleFault } from "../ports/people.ts";
import { NEW_PERSON_BODY, NEW_TOKEN_BODY, ROLE_BODY } from "../protocol/people.ts";
import { DAY_MS } from "../units.ts";
import { personOf } from "./access.ts";
import { bodyFault, peopleFault } from "./fault-text.ts";
import type { Sessions } from "./sessions.ts";
import type { SocketBook } from "./socket-book.ts";
import type { Witness } from "./witness.ts";

export type PeoplePorts = {
  readonly people: People;
  readonly sessions: Sessions;
  readonly sockets: SocketBook;
  readonly witness: Witness;
  /** The wall's time, epoch milliseconds. */
  readonly now: () => number;
};

const administer = { config: { access: "administer" as const } };

type Named = { Params: { readonly name: string } };

/**
 * `/api/people`, `/api/tokens`, `/api/sessions`: who may sign in, which machines may read, who is signed in now. For administrators; each change is audited. 400 the
 * body, 409 not possible so, 503 it cannot be kept. What is secret is told once, in the answer to what made it.
 */
export function peopleRoutes(server: FastifyInstance, ports: PeoplePorts): void {
  const { people, sessions, sockets, witness } = ports;
  server.get("/api/people", administer, () => ({ people: people.accounts() }));
  server.post("/api/people", administer, async (request, reply) => {
    const body = NEW_PERSON_BODY.check("body", request.body);
    if (!body.ok) return await bodyFault(reply, body.error);
    const by = personOf(request).name;
    const added = await people.add(body.value, by);
    const { name, role } = body.value;
    note(witness, request, "person.add", name, added, { after: role });
    return added.ok
      ? await reply.code(201).send({ name, role, link: linkOf(added.value) })
      : await peopleFault(reply, added.error);
  });
  server.put<Named>("/api/people/:name", administer, async (request, reply) => {
    const body = ROLE_BODY.check("body", request.body);
    if (!body.ok) return await bodyFault(reply, body.error);
    const { role } = body.value;
    const changed = await people.setRole(request.params.name, role);
    const before = changed.ok ? changed.value.role : null;
    note(witness, request, "person.role", request.params.name, changed, { before, after: role });
    sockets.check();
    return changed.ok
      ? await reply.send({ name: changed.value.name, role })
      : await peopleFault(reply, changed.error);
  });
  server.delete<Named>("/api/people/:name", administer, async (request, reply) => {
    const removed = await people.remove(request.params.name);
    const before = removed.ok ? removed.value.role : null;
    note(witness, request, "person.remove", request.params.name, removed, { before });
    if (!removed.ok) return await peopleFault(reply, removed.error);
    sessions.endOf(removed.value.name);
    sockets.check();
    return await reply.send({ removed: removed.value.name });
  });
  server.post<Named>("/api/people/:name/link", administer, async (request, reply) => {
    const made = await people.makeLink(request.params.name);
    note(witness, request, "person.link", request.params.name, made, {});
    return made.ok
      ? await reply.code(201).send({ name: made.value.name, link: linkOf(made.value) })
      : await peopleFault(reply, made.error);
  });
  tokenRoutes(server, ports);
  sessionRoutes(server, ports);
}

function tokenRoutes(server: FastifyInstance, { people, sockets, witness, now }: PeoplePorts): void {
  server.get("/api/tokens", administer, () => ({ tokens: people.tokens() }));
  server.post("/api/tokens", administer, async (request, reply) => {
    const body = NEW_TOKEN_BODY.check("body", request.body);
    if (!body.ok) return await bodyFault(reply, body.error);
    const { name, permissions, days } = body.value;
    const endsAt = now() + days * DAY_MS;
    const added = await people.addToken({ name, permissions, endsAt }, personOf(request).name);
    note(witness, request, "token.add", name, added, { after: { permissions, endsAt } });
    return added.ok
      ? await reply.code(201).send({ name, permissions, token: added.value.secret, endsAt })
      : await peopleFault(reply, added.error);
  });
  server.delete<Named>("/api/tokens/:name", administer, async (request, reply) => {
    const { name } = request.params;
    const removed = await people.removeToken(name);
    note(witness, request, "token.remove", name, removed, {});
    sockets.check();
    return removed.ok ? await reply.send({ removed: name }) : await peopleFault(reply, removed.error);
  });
}

function sessionRoutes(server: FastifyInstance, { sessions, sockets, witness }: PeoplePorts): void {
  server.get("/api/sessions", administer, (request) => ({
    sessions: sessions
      .list()
      .map((session) => ({ ...session, own: session.number === request.session?.number })),
  }));
  server.delete<{ Params: { readonly number: string } }>(
    "/api/sessions/:number",
    administer,
    async (request, reply) => {
      const ended = sessions.end(Number(request.params.number));
      if (ended === undefined) return await reply.code(404).send({ error: "this session is over already" });
      witness.tell({
        who: personOf(request).name,
        action: "session.end",
        subject: ended.name,
        before: { number: ended.number, address: ended.address },
      });
      sockets.check();
      await sessions.settled();
      return await reply.send({ ended: ended.number });
    },
  );
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: PeopleFault };

function note(
  witness: Witness,
  request: FastifyRequest,
  action: string,
  subject: string,
  outcome: Outcome,
  change: Omit<Parameters<Witness["tell"]>[0], "who" | "action" | "subject" | "result">,
): void {
  const result = outcome.ok ? "done" : `refused: ${outcome.error.why}`;
  witness.tell({ who: personOf(request).name, action, subject, ...change, result });
}

/** Relative to the console: whoever reads the answer knows by which name he reached it. */
function linkOf({ secret, endsAt }: { readonly secret: string; readonly endsAt: number }) {
  return { path: `sign-in#${secret}`, endsAt };
}
