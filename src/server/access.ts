import type { FastifyInstance, FastifyRequest } from "fastify";
import { mayDo, type Permission, type Person } from "../model/role.ts";
import type { People } from "../ports/people.ts";
import type { Session } from "../ports/sessions.ts";
import { readCookie } from "./cookies.ts";
import { fromElsewhere } from "./same-origin.ts";
import type { Sessions } from "./sessions.ts";
import { createSocketBook, type SocketBook } from "./socket-book.ts";
import type { Witness } from "./witness.ts";

/** Who may use a route: anybody, a controller by its own credential, or people with a permission. */
export type Access = "public" | "controller" | Permission;

/** A route, and who may use it. */
export type RouteAccess = { readonly method: string; readonly url: string; readonly access: Access };

declare module "fastify" {
  interface FastifyContextConfig {
    /** Each route says it; one that does not fails at start. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Who asks; null where the route is public and nobody has signed in. */
    person: Person | null;
    /** By which browser; null for machines and for nobody. */
    session: Session | null;
  }
  interface FastifyInstance {
    /** All routes, as they were registered. */
    routeAccess: readonly RouteAccess[];
  }
}

/** Who asks, on a route that is not public. Throws where nobody has signed in, which such a route lets nobody see. */
export function personOf({ person }: FastifyRequest): Person {
  if (person === null)
    throw new Error("nobody has signed in: the route is public, or access is not enforced");
  return person;
}

export type AccessPorts = {
  readonly people: People;
  readonly sessions: Sessions;
  readonly witness: Witness;
  /** Sockets that one person may have open at once. */
  readonly socketsMax: number;
};

/** What asks, and under which permissions. */
type Identity = {
  readonly person: Person;
  readonly session: Session | null;
  /** Whether it would still be let in now, without counting as something that the person does. */
  readonly stillMay: (permission: Permission) => boolean;
};

const SIGN_IN =
  "sign in first: open the console, or send the token of a machine as `authorization: Bearer TOKEN`";

/**
 * Lets nobody reach a route, or open a socket, that says no to him. To be called before any route is registered. 401: nobody has signed in; a page goes to the
 * sign-in page instead. 403: the person may not, or the request comes from another site's page. 415: a body that is no JSON. 429: too many sockets.
 */
export function enforceAccess(server: FastifyInstance, ports: AccessPorts): SocketBook {
  const routes: RouteAccess[] = [];
  const sockets = createSocketBook();
  server.decorate("routeAccess", routes);
  server.decorateRequest("person", null);
  server.decorateRequest("session", null);
  server.addHook("onRoute", ({ method, url, config }) => {
    const access = config?.access;
    if (access === undefined)
      throw new Error(`route ${String(method)} ${url} does not say who may use it: config.access`);
    for (const one of [method].flat()) routes.push({ method: one, url, access });
  });
  server.addHook("onRequest", (request, reply, done) => {
    const refusal = refusalOf(request, ports, sockets);
    if (refusal === undefined) done();
    else if ("to" in refusal) void reply.redirect(refusal.to);
    else void reply.code(refusal.code).send({ error: refusal.error });
  });
  server.websocketServer.on("connection", (socket, raw) => sockets.opened(socket, raw));
  return sockets;
}

type Refusal =
  | { readonly code: 401 | 403 | 415 | 429; readonly error: string }
  /** A page goes there instead. */
  | { readonly to: string };

/** Why a request is not let through; lets it know who asks where it is. */
function refusalOf(request: FastifyRequest, ports: AccessPorts, sockets: SocketBook): Refusal | undefined {
  const { config, url = "" } = request.routeOptions;
  const { access } = config;
  // What is no route is answered 404, whoever asks.
  if (access === undefined || access === "controller") return undefined;
  const changes = request.method !== "GET" && request.method !== "HEAD";
  if ((changes || request.ws) && fromElsewhere(request.headers)) {
    return { code: 403, error: "this page comes from elsewhere" };
  }
  if (changes && !isJson(request.headers["content-type"])) {
    return { code: 415, error: "the body has to be JSON: content-type application/json" };
  }
  const identity = identify(request, ports);
  request.person = identity?.person ?? null;
  request.session = identity?.session ?? null;
  if (access === "public") return undefined;
  if (identity === undefined) return turnedAway(request);
  const { person } = identity;
  if (!mayDo(person, access)) {
    ports.witness.refused(person.name, `${request.method} ${url}`, access);
    return { code: 403, error: `${person.name} (${person.role}) may not: needs ${access}` };
  }
  if (!request.ws) return undefined;
  if (sockets.of(person.name) >= ports.socketsMax) {
    return { code: 429, error: `${person.name} has ${ports.socketsMax} sockets open already` };
  }
  sockets.admit(request.raw, person.name, () => identity.stillMay(access));
  return undefined;
}

/** A page goes to the sign-in page, and back from there; its fragment stays with the browser. Everything else is told. */
function turnedAway({ method, ws, headers, url }: FastifyRequest): Refusal {
  const isPage = method === "GET" && !ws && (headers.accept ?? "").includes("text/html");
  if (!isPage) return { code: 401, error: SIGN_IN };
  const path = /^\/([a-z][a-z-]*)$/.exec(url)?.[1];
  return { to: path === undefined ? "sign-in" : `sign-in?to=${path}` };
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType ?? "");
}

function identify(request: FastifyRequest, ports: AccessPorts): Identity | undefined {
  const { authorization } = request.headers;
  // Who says who he is by a header is taken by that alone.
  if (authorization !== undefined) return machineOf(ports, /^Bearer ([\w-]{43})$/i.exec(authorization)?.[1]);
  const display = readCookie(request, "display");
  return sessionOf(request, ports) ?? machineOf(ports, display, "view");
}

/** A machine by its token; by the cookie of a display only with the one permission that a display needs. */
function machineOf({ people }: AccessPorts, secret: string | undefined, only?: "view"): Identity | undefined {
  if (secret === undefined) return undefined;
  const known = (): Person | undefined => {
    const machine = people.machine(secret);
    if (machine === undefined || only === undefined) return machine;
    return { ...machine, permissions: machine.permissions.filter((permission) => permission === only) };
  };
  const person = known();
  if (person === undefined) return undefined;
  const stillMay = (permission: Permission): boolean => {
    const now = known();
    return now !== undefined && mayDo(now, permission);
  };
  return { person, session: null, stillMay };
}

function sessionOf(request: FastifyRequest, { people, sessions }: AccessPorts): Identity | undefined {
  const secret = readCookie(request, "session");
  const session = secret === undefined ? undefined : sessions.find(secret);
  if (secret === undefined || session === undefined) return undefined;
  const person = people.find(session.name);
  if (person === undefined) return undefined;
  // What a console asks for by itself every few seconds is not somebody who sits before it.
  if (request.method !== "GET" || isDoing(request.routeOptions.url)) sessions.touch(secret);
  const stillMay = (permission: Permission): boolean => {
    const now = sessions.find(secret) === undefined ? undefined : people.find(session.name);
    return now !== undefined && mayDo(now, permission);
  };
  return { person, session, stillMay };
}

/** What a browser asks for when a page is opened, and what a console asks for when its person does something. */
function isDoing(url: string | undefined): boolean {
  return url === "/" || url === "/api/me";
}
