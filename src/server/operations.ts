import Type, { type TSchema } from "typebox";
import { PERMISSIONS, ROLES } from "../model/role.ts";
import { ACKNOWLEDGE_BODY, SHELVE_BODY, SILENCE_BODY } from "../protocol/alarm-acts.ts";
import { NetworkViewSchema } from "../protocol/live-schema.ts";
import { COUNTERFACTUAL_BODY } from "../protocol/stored-decision.ts";

/** What an operation answers under one status: in words, and its content by media type. */
export type Answer = { readonly about: string; readonly as?: Readonly<Record<string, TSchema>> };

/** What is said of an operation beside its route's own schema, which checks parameters. */
export type Operation = {
  readonly tag: Tag;
  readonly summary: string;
  readonly about?: string;
  /** Where the handler checks the body itself, to name every fault at once by place, found and allowed. */
  readonly body?: TSchema;
  readonly answers: Readonly<Record<number, Answer>>;
};

/** The parts of the reference, in its order. */
export const TAGS = [
  { name: "Street", description: "What is there, and what it does now." },
  { name: "Live", description: "WebSockets; their messages are published under /api/schemas." },
  { name: "Decisions", description: "Why something was decided, and what else it would have been." },
  { name: "Measures", description: "What is computed from what controllers logged." },
  { name: "History", description: "What is remembered." },
  { name: "Alarms", description: "What wants somebody's attention, and what was done about it." },
  { name: "People", description: "Who asks, and what that person may do." },
  { name: "Process", description: "How the server itself does." },
  { name: "Reference", description: "This description." },
] as const;
type Tag = (typeof TAGS)[number]["name"];

const strict = { additionalProperties: false } as const;
const JSON_TYPE = "application/json";
const json = (schema: TSchema, about = "As asked for."): Answer => ({ about, as: { [JSON_TYPE]: schema } });
const refused = (about: string): Answer => json(Type.Object({ error: Type.String() }, strict), about);

const NO_PLANT = refused("No plant is connected yet.");
const ELSEWHERE = refused("The request comes from another site's page.");
const FAULTS = json(
  Type.Object({
    faults: Type.Array(
      Type.Object(
        { pointer: Type.String(), found: Type.String(), allowed: Type.String() },
        { title: "Fault" },
      ),
    ),
  }),
  "Every fault of the body: where, what was found, what is allowed.",
);
const UPGRADED: Answer = { about: "The connection is a WebSocket from here on." };

/** An object of which only what matters is named. */
const open = (properties: Readonly<Record<string, TSchema>>) =>
  Type.Object(properties, { additionalProperties: true });
const rows = Type.Array(open({}));

const street: Readonly<Record<string, Operation>> = {
  "GET /api/network": {
    tag: "Street",
    summary: "Streets, lanes, intersections with their phases, stages, plans and detectors; without demand",
    answers: { 200: json(NetworkViewSchema), 503: NO_PLANT },
  },
  "GET /api/snapshot": {
    tag: "Street",
    summary: "What the engine knows of its street now, to look ahead from",
    about: "Timing in force, vehicles and demand as estimated; `phasewise whatif --live` begins with it.",
    answers: {
      200: json(
        open({
          version: Type.Number(),
          network: Type.String(),
          at: Type.Number(),
          intersections: rows,
          lanes: rows,
          flows: rows,
        }),
      ),
      503: NO_PLANT,
    },
  },
};

const live: Readonly<Record<string, Operation>> = {
  "GET /live": {
    tag: "Live",
    summary: "The present: on joining everything, then what changes, ten times a second at most",
    about:
      "Messages are `live-message`; a console may send `live-request`: `view` (vehicles only of some areas) and `resync` (everything anew, after a gap in `seq`). A page of another site is closed with 4403.",
    answers: { 101: UPGRADED },
  },
  "GET /playback": {
    tag: "Live",
    summary: "A stored period, told as the present is",
    about: "Messages are `live-message`; a viewer may send `playback-request`: pause, play, speed, seek.",
    answers: {
      101: UPGRADED,
      400: refused("The period or the speed."),
      403: ELSEWHERE,
      404: refused("The period is not stored; the answer says what is."),
      503: refused("No history, no plant, or too many viewers."),
    },
  },
  "GET /link": {
    tag: "Live",
    summary: "Controllers and their plant, subprotocol phasewise.v1",
    about: "Frames are `controller-frame` and `engine-frame`.",
    answers: { 101: UPGRADED },
  },
};

const decisions: Readonly<Record<string, Operation>> = {
  "GET /api/decisions/:intersection": {
    tag: "Decisions",
    summary:
      "The decisions in force at an instant, of each level, with all they were made on and what came of it",
    answers: {
      200: json(
        open({
          intersection: Type.String(),
          at: Type.Number(),
          tactical: Type.Union([open({}), Type.Null()]),
          strategic: Type.Union([open({}), Type.Null()]),
        }),
      ),
      400: refused("The instant."),
      404: refused("No such intersection."),
      503: refused("Nothing can be read now."),
    },
  },
  "POST /api/decisions/:intersection/counterfactual": {
    tag: "Decisions",
    summary: "A decision made once again with other inputs",
    body: COUNTERFACTUAL_BODY.schema,
    answers: {
      200: json(
        open({ intersection: Type.String(), sentence: Type.String() }),
        "Both choices, with their reasons.",
      ),
      400: refused("The body, or an input that the decision does not have."),
      403: ELSEWHERE,
      404: refused("No such intersection, or no decision remembered."),
      503: refused("Nothing can be read or decided now."),
      504: refused("It took longer than it may."),
    },
  },
};

const measured = {
  400: refused("Parameters."),
  503: refused("The store does not answer, or no network is known yet."),
} as const;

const measures: Readonly<Record<string, Operation>> = {
  "GET /api/measures": {
    tag: "Measures",
    summary: "Names of the measures, what each is, and its columns",
    answers: { 200: json(Type.Array(open({ name: Type.String(), about: Type.String() }))) },
  },
  "GET /api/measures/:intersection/:measure": {
    tag: "Measures",
    summary: "Rows of a measure in a window, of one intersection or, with *, of all",
    about: "With `format=csv` the same rows as CSV, instants as local time.",
    answers: { ...measured, 404: refused("No such intersection.") },
  },
  "GET /api/bands": {
    tag: "Measures",
    summary: "Progression bands of the network's routes in a window",
    answers: { 200: json(rows), ...measured },
  },
};

const history: Readonly<Record<string, Operation>> = {
  "GET /api/history/:table": {
    tag: "History",
    summary: "Rows that are remembered in a window, page by page",
    about: "The next page begins at `cursor`: in JSON a member, in CSV the header `x-next-cursor`.",
    answers: {
      200: {
        about: "A page.",
        as: {
          [JSON_TYPE]: Type.Object({ cursor: Type.Union([Type.String(), Type.Null()]), rows }),
          "text/csv": Type.String(),
        },
      },
      400: refused("Parameters; the answer says what is allowed."),
      503: refused("No history is kept, or it does not answer."),
    },
  },
};

const acted = {
  200: json(Type.Object({ done: Type.String(), alarm: Type.String() }), "Done, and in the audit trail."),
  400: FAULTS,
  403: ELSEWHERE,
  409: refused("Not possible now, and why."),
  503: refused("The audit trail cannot be written."),
} as const;

const alarms: Readonly<Record<string, Operation>> = {
  "GET /api/alarms": {
    tag: "Alarms",
    summary:
      "What is active, shelved, suppressed and recent, the flood that is on, and the figures of ISA-18.2",
    answers: {
      200: json(
        open({
          at: Type.Number(),
          active: rows,
          shelved: rows,
          suppressed: rows,
          outOfService: rows,
          recent: rows,
        }),
      ),
      503: NO_PLANT,
    },
  },
  "POST /api/alarms/:id/acknowledge": {
    tag: "Alarms",
    summary: "Somebody has seen it",
    body: ACKNOWLEDGE_BODY.schema,
    answers: acted,
  },
  "POST /api/alarms/:id/shelve": {
    tag: "Alarms",
    summary: "Not to be heard until an instant",
    body: SHELVE_BODY.schema,
    answers: acted,
  },
  "POST /api/alarms/:id/unshelve": {
    tag: "Alarms",
    summary: "To be heard again",
    body: SILENCE_BODY.schema,
    answers: acted,
  },
  "POST /api/alarms/:id/out-of-service": {
    tag: "Alarms",
    summary: "Not to be heard until it is returned to service",
    body: SILENCE_BODY.schema,
    answers: acted,
  },
  "POST /api/alarms/:id/return-to-service": {
    tag: "Alarms",
    summary: "Back in service",
    body: SILENCE_BODY.schema,
    answers: acted,
  },
};

const people: Readonly<Record<string, Operation>> = {
  "GET /api/me": {
    tag: "People",
    summary: "Who asks, in which role, and what that role may do",
    answers: {
      200: json(
        Type.Object({
          name: Type.String(),
          role: Type.Enum([...ROLES]),
          permissions: Type.Array(Type.Enum([...PERMISSIONS])),
        }),
      ),
    },
  },
};

const process: Readonly<Record<string, Operation>> = {
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

const reference: Readonly<Record<string, Operation>> = {
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

/** By method and address, as routes say it; a route that describes itself need not stand here. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...street,
  ...live,
  ...decisions,
  ...measures,
  ...history,
  ...alarms,
  ...people,
  ...process,
  ...reference,
};
