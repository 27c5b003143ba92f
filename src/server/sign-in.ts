import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { permissionsOf, type Person } from "../model/role.ts";
import type { OneTimeLink, People } from "../ports/people.ts";
import { LINK_BODY, SIGN_IN_BODY } from "../protocol/people.ts";
import { personOf } from "./access.ts";
import type { Attempt, Attempts } from "./attempts.ts";
import { clearCookie, readCookie, setCookie } from "./cookies.ts";
import { bodyFault, peopleFault } from "./fault-text.ts";
import type { Sessions } from "./sessions.ts";
import type { SocketBook } from "./socket-book.ts";
import type { Witness } from "./witness.ts";

export type SignInPorts = {
  readonly people: People;
  readonly sessions: Sessions;
  readonly sockets: SocketBook;
  readonly attempts: Attempts;
  readonly witness: Witness;
  readonly sessionMs: number;
  /** Tries of one address in a minute, right or wrong: each costs memory and processor. */
  readonly triesAMinute: number;
};

/** How long a browser keeps the token of a display; the token's own end is what counts. */
const DISPLAY_COOKIE_MS = 400 * 86_400_000;

/** Whatever comes in at once, one password after the other is hashed in the engine's thread: no more than these may wait. */
const AT_ONCE_MAX = 8;

const WRONG = { error: "this name and this password do not belong together" };
const LINK_OVER = {
  error:
    "this link was used already or is too old; ask for another one (phasewise people link NAME), or start the engine again",
};
const TOKEN_OVER = { error: "this token is not known, is too old, or may not view" };
const WHAT_IS_ASKED = { error: "allowed is one of: name and password; link; token" };

/**
 * `POST /api/sign-in`: name and password, a link, or the token of a display. 200 who it is, and a cookie; 400 the body; 401 not these; 409 not possible so; 429 too
 * often, with `retry-after`; 503 it cannot be kept. `GET /api/sign-in`: whether somebody is signed in. `POST /api/sign-in/link`: what a link is good for. `POST /api/sign-out`. `GET /api/me`: who is signed in.
 */
export function signInRoutes(server: FastifyInstance, ports: SignInPorts): void {
  const rateLimit = { max: ports.triesAMinute, timeWindow: 60_000 };
  const open = { config: { access: "public" as const, rateLimit } };
  const inTurn = atMost(AT_ONCE_MAX);
  server.post("/api/sign-in", open, async (request, reply) => {
    const body = SIGN_IN_BODY.check("body", request.body);
    if (!body.ok) return await bodyFault(reply, body.error);
    const { name, password, link, token } = body.value;
    const entering = inTurn(async () => {
      if (link !== undefined) return await byLink(ports, reply, link, { name, password });
      if (token !== undefined) return await byToken(ports, reply, token);
      if (name === undefined || password === undefined) return await reply.code(400).send(WHAT_IS_ASKED);
      return await byPassword(ports, reply, name.trim(), password);
    });
    return await (entering ?? tooMany(reply));
  });
  server.get("/api/sign-in", { config: { access: "public" } }, ({ person }) => ({
    signedIn: person !== null,
  }));
  server.post("/api/sign-in/link", open, async (request, reply) => {
    const body = LINK_BODY.check("body", request.body);
    const link = body.ok ? ports.people.link(body.value.link) : undefined;
    return link === undefined ? await reply.code(401).send(LINK_OVER) : await reply.send(shown(link));
  });
  server.post("/api/sign-out", { config: { access: "public" } }, async (request, reply) => {
    const { session, person } = request;
    if (session !== null) {
      ports.sessions.end(session.number);
      ports.witness.tell({ who: session.name, action: "session.signOut", subject: request.ip });
    } else if (person !== null) {
      ports.witness.tell({ who: person.name, action: "session.signOut", subject: request.ip });
    }
    clearCookie(reply, "session");
    clearCookie(reply, "display");
    ports.sockets.check();
    // Whoever is told that he has signed out stays so, whatever happens to this process.
    await ports.sessions.settled();
    return await reply.send({ signedOut: session !== null || person !== null });
  });
  server.get("/api/me", { config: { access: "view" } }, (request) => {
    const { session } = request;
    return { ...told(personOf(request)), endsAt: session === null ? null : session.endsAt };
  });
}

async function byPassword(
  ports: SignInPorts,
  reply: FastifyReply,
  name: string,
  password: string,
): Promise<FastifyReply> {
  const { people, attempts, witness } = ports;
  const attempt = { name, address: reply.request.ip };
  const waitMs = attempts.waitMs(attempt);
  if (waitMs > 0) return await tooOften(reply, waitMs);
  const person = await people.verify(name, password);
  if (person === undefined) {
    attempts.failed(attempt);
    // What nobody is called may be a password in the wrong field.
    const who = people.find(name)?.name ?? "unknown";
    witness.tell({
      who,
      action: "session.refuse",
      subject: attempt.address,
      result: "refused: name or password",
    });
    return await reply.code(401).send(WRONG);
  }
  attempts.succeeded(attempt);
  return await welcome(ports, reply, person.name, "password");
}

async function byLink(
  ports: SignInPorts,
  reply: FastifyReply,
  link: string,
  given: { readonly name: string | undefined; readonly password: string | undefined },
): Promise<FastifyReply> {
  const { people, attempts, witness, sessions, sockets } = ports;
  const attempt: Attempt = { name: undefined, address: reply.request.ip };
  const waitMs = attempts.waitMs(attempt);
  if (waitMs > 0) return await tooOften(reply, waitMs);
  const kind = people.link(link)?.kind;
  if (kind === undefined) {
    attempts.failed(attempt);
    witness.tell({
      who: "unknown",
      action: "session.refuse",
      subject: attempt.address,
      result: "refused: link",
    });
    return await reply.code(401).send(LINK_OVER);
  }
  const used = await people.useLink(link, given);
  if (!used.ok) {
    return used.error.kind === "over"
      ? await reply.code(401).send(LINK_OVER)
      : await peopleFault(reply, used.error);
  }
  const { name, role } = used.value;
  if (kind !== "signIn") {
    // Whoever knew the password before, or sat at another browser, has to sign in anew.
    sessions.endOf(name);
    sockets.check();
    await sessions.settled();
    witness.tell({
      who: name,
      action: kind === "setUp" ? "person.setUp" : "person.password",
      subject: name,
      after: role,
    });
  }
  return await welcome(ports, reply, name, "link");
}

async function byToken({ people, attempts, witness }: SignInPorts, reply: FastifyReply, token: string) {
  const attempt: Attempt = { name: undefined, address: reply.request.ip };
  const waitMs = attempts.waitMs(attempt);
  if (waitMs > 0) return await tooOften(reply, waitMs);
  const machine = people.machine(token);
  if (machine === undefined || !machine.permissions.includes("view")) {
    attempts.failed(attempt);
    const who = machine?.name ?? "unknown";
    witness.tell({ who, action: "session.refuse", subject: attempt.address, result: "refused: token" });
    return await reply.code(401).send(TOKEN_OVER);
  }
  clearCookie(reply, "session");
  setCookie(reply, "display", token, DISPLAY_COOKIE_MS);
  witness.tell({ who: machine.name, action: "session.signIn", subject: attempt.address, after: "token" });
  return await reply.send(told({ ...machine, permissions: ["view"] }));
}

/** A new session in place of whatever this browser had before. */
async function welcome(
  { people, sessions, sockets, witness, sessionMs }: SignInPorts,
  reply: FastifyReply,
  name: string,
  by: string,
): Promise<FastifyReply> {
  const person = people.find(name);
  if (person === undefined) return await reply.code(401).send(WRONG);
  endOwn(reply.request, sessions);
  sockets.check();
  clearCookie(reply, "display");
  setCookie(reply, "session", sessions.begin(name, reply.request.ip), sessionMs);
  witness.tell({ who: name, action: "session.signIn", subject: reply.request.ip, after: by });
  return await reply.send(told(person));
}

function endOwn(request: FastifyRequest, sessions: Sessions): void {
  const secret = readCookie(request, "session");
  const own = secret === undefined ? undefined : sessions.find(secret);
  if (own !== undefined) sessions.end(own.number);
}

/** Runs what it is given, unless so many run already: then it is `undefined`. */
function atMost(max: number) {
  let running = 0;
  return <T>(run: () => Promise<T>): Promise<T> | undefined => {
    if (running >= max) return undefined;
    running += 1;
    return run().finally(() => {
      running -= 1;
    });
  };
}

async function tooMany(reply: FastifyReply): Promise<FastifyReply> {
  const error = "too many people sign in at this moment; try again in 1 s";
  return await reply.code(429).header("retry-after", "1").send({ error });
}

async function tooOften(reply: FastifyReply, waitMs: number): Promise<FastifyReply> {
  const seconds = Math.ceil(waitMs / 1000);
  const error = `too many sign-ins failed; try again in ${seconds} s`;
  return await reply.code(429).header("retry-after", String(seconds)).send({ error });
}

function told(person: Person) {
  return { name: person.name, role: person.role, permissions: permissionsOf(person) };
}

/** What the page needs to know of a link before it uses it. */
function shown(link: OneTimeLink) {
  return link.kind === "setUp" ? { kind: link.kind } : { kind: link.kind, name: link.name, role: link.role };
}
