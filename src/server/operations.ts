import Type, { type TSchema } from "typebox";
import { PERMISSIONS, ROLES } from "../model/role.ts";
import { LINK_BODY, NEW_PERSON_BODY, NEW_TOKEN_BODY, ROLE_BODY, SIGN_IN_BODY } from "../protocol/people.ts";
import { ACTING } from "./acting-operations.ts";
import {
  ELSEWHERE,
  FAULTS,
  json,
  open,
  type Operation,
  type Operations,
  refused,
  rows,
} from "./operation.ts";
import { READING } from "./reading-operations.ts";

const NO_SUCH = refused("There is none of this name.");

/** What administrators do with people, tokens and sessions. */
const administered = (summary: string, done: Operation["answers"], body?: TSchema): Operation => ({
  tag: "People",
  summary,
  ...(body === undefined ? {} : { body }),
  answers: { ...done, 400: FAULTS, 403: ELSEWHERE, 404: NO_SUCH, 409: refused("Not possible, and why.") },
});
const DONE = { 200: json(open({}), "Done, and in the audit trail.") } as const;
/** With the secret, which is told this once. */
const MADE = { 200: json(open({}), "Made; the secret or the link in it is told this once.") } as const;

const people: Operations = {
  "GET /api/me": {
    tag: "People",
    summary: "Who asks, in which role, and what that role may do",
    answers: {
      200: json(
        open({
          name: Type.String(),
          role: Type.Enum([...ROLES]),
          permissions: Type.Array(Type.Enum([...PERMISSIONS])),
        }),
      ),
    },
  },
  "GET /api/sign-in": {
    tag: "People",
    summary: "Whether somebody has signed in",
    answers: { 200: json(open({})) },
  },
  "POST /api/sign-in": {
    tag: "People",
    summary: "Begins a session: with name and password, with a link, or with a display's token",
    body: SIGN_IN_BODY.schema,
    answers: {
      200: json(open({}), "The session is in the cookie."),
      400: FAULTS,
      401: refused("Nobody is known by this; it is not told what was wrong."),
      403: ELSEWHERE,
      429: refused("Too many tries; the answer says when again."),
    },
  },
  "POST /api/sign-in/link": {
    tag: "People",
    summary: "What a link is good for, without using it",
    body: LINK_BODY.schema,
    answers: {
      200: json(open({})),
      400: FAULTS,
      404: refused("The link is not good for anything any more."),
    },
  },
  "POST /api/sign-out": {
    tag: "People",
    summary: "Ends the session",
    answers: { 200: json(open({})), 403: ELSEWHERE },
  },
  "GET /api/people": { tag: "People", summary: "Accounts", answers: { 200: json(open({ people: rows })) } },
  "POST /api/people": administered(
    "A new account, with a link by which a password is set",
    MADE,
    NEW_PERSON_BODY.schema,
  ),
  "PUT /api/people/:name": administered("Another role", DONE, ROLE_BODY.schema),
  "DELETE /api/people/:name": administered("Ends an account and its sessions", DONE),
  "POST /api/people/:name/link": administered("A link by which a new password is set", MADE),
  "GET /api/tokens": {
    tag: "People",
    summary: "Tokens of machines",
    answers: { 200: json(open({ tokens: rows })) },
  },
  "POST /api/tokens": administered("A token for a machine", MADE, NEW_TOKEN_BODY.schema),
  "DELETE /api/tokens/:name": administered("Ends a token", DONE),
  "GET /api/sessions": {
    tag: "People",
    summary: "Who is signed in",
    answers: { 200: json(open({ sessions: rows })) },
  },
  "DELETE /api/sessions/:number": administered("Ends a session", DONE),
};

const process: Operations = {
  "GET /healthz": {
    tag: "Process",
    summary: "Whether the process serves",
    answers: { 200: json(Type.Object({ status: Type.Literal("ok") })) },
  },
  "GET /readyz": {
    tag: "Process",
    summary: "Whether it decides in time for a plant and writes what it must",
    answers: {
      200: json(Type.Object({ status: Type.Literal("ready"), reasons: Type.Array(Type.String()) })),
      503: json(
        Type.Object({ status: Type.Literal("not ready"), reasons: Type.Array(Type.String()) }),
        "Not now.",
      ),
    },
  },
  "GET /metrics": {
    tag: "Process",
    summary: "Figures in the text format of Prometheus",
    answers: { 200: { about: "As they are now.", as: { "text/plain": Type.String() } } },
  },
};

const reference: Operations = {
  "GET /api/openapi.json": {
    tag: "Reference",
    summary: "Every operation, as OpenAPI 3.1",
    answers: { 200: json(open({ openapi: Type.String(), paths: open({}) })) },
  },
  "GET /api/docs": {
    tag: "Reference",
    summary: "The same, to be read",
    answers: { 302: { about: "The page." } },
  },
  "GET /api/schemas": {
    tag: "Reference",
    summary: "Names of the schemas of the WebSockets' messages",
    answers: {
      200: json(Type.Array(Type.Object({ name: Type.String(), about: Type.String(), path: Type.String() }))),
    },
  },
  "GET /api/schemas/:file": {
    tag: "Reference",
    summary: "A schema of messages, as JSON Schema",
    answers: {
      200: { about: "The schema.", as: { "application/schema+json": open({}) } },
      404: refused("No such schema; the answer says which there are."),
    },
  },
};

/** What is said of each operation; a route that describes itself need not stand here. */
export const OPERATIONS: Operations = { ...READING, ...ACTING, ...people, ...process, ...reference };
