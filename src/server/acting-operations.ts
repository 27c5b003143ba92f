import Type, { type TSchema } from "typebox";
import { ACKNOWLEDGE_BODY, SHELVE_BODY, SILENCE_BODY } from "../protocol/alarm-acts.ts";
import { DRAFT_BODY, DRY_RUN_BODY, REASON_BODY, SCHEDULE_BODY, SUBMIT_BODY } from "../protocol/change.ts";
import {
  COMMAND_BODY,
  COMMANDS_BODY,
  CONTROL_BODY,
  MODE_BODY,
  MODES_BODY,
  RELEASE_BODY,
  REVIEW_BODY,
} from "../protocol/operate.ts";
import { StudyRequestSchema } from "../protocol/studies.ts";
import {
  ELSEWHERE,
  FAULTS,
  json,
  NO_PLANT,
  open,
  type Operation,
  type Operations,
  refused,
  rows,
} from "./operation.ts";

const asked = {
  200: json(
    open({ at: Type.Number(), dryRun: Type.Literal(true), answers: rows }),
    "What would come of it; nothing was asked.",
  ),
  202: json(
    open({ at: Type.Number(), dryRun: Type.Literal(false), answers: rows }),
    "Asked of the engine, with ids; what the street does is told live.",
  ),
  400: FAULTS,
  403: ELSEWHERE,
  404: refused("No such intersection or area."),
  409: json(open({ error: Type.String(), answers: rows }), "Refused everywhere, by rule."),
  503: refused("No plant is connected yet, or the audit trail cannot be written."),
} as const;

const asking = (summary: string, body: TSchema): Operation => ({
  tag: "Operate",
  summary,
  body,
  answers: asked,
});

const operate: Operations = {
  "POST /api/intersections/:id/commands": asking("A command to a controller, leased", COMMAND_BODY.schema),
  "POST /api/intersections/:id/mode": asking(
    "How far the engine may go with an intersection",
    MODE_BODY.schema,
  ),
  "POST /api/intersections/:id/review": asking("The answer to a plan that waits for one", REVIEW_BODY.schema),
  "POST /api/commands": asking("The same command to several; each answers for itself", COMMANDS_BODY.schema),
  "POST /api/modes": asking("The same mode for several; each answers for itself", MODES_BODY.schema),
  "GET /api/commands": {
    tag: "Operate",
    summary: "Every intersection: what was asked, what was answered, and what the street shows of it",
    answers: { 200: json(open({ at: Type.Number(), intersections: rows })), 503: NO_PLANT },
  },
  "GET /api/control": {
    tag: "Operate",
    summary: "Who has control of what, and until when",
    answers: { 200: json(open({ at: Type.Number(), areas: rows })), 503: NO_PLANT },
  },
  "POST /api/control": asking("Takes control of an area, whole or not at all", CONTROL_BODY.schema),
  "DELETE /api/control/:id": asking("Gives up control of an area", RELEASE_BODY.schema),
};

const changed = {
  200: json(open({ id: Type.String() }), "Done, in the audit trail, and kept."),
  400: FAULTS,
  403: ELSEWHERE,
  409: refused("Not possible now, and why."),
  503: refused("No plant is connected yet, or what was done cannot be kept."),
} as const;

const change = (summary: string, body?: TSchema): Operation => ({
  tag: "Changes",
  summary,
  ...(body === undefined ? {} : { body }),
  answers: changed,
});

const changes: Operations = {
  "GET /api/parameters": {
    tag: "Changes",
    summary: "Parameters of the engine: declared, in force, and who changed each last",
    answers: { 200: json(open({ at: Type.Number(), parameters: rows })), 503: NO_PLANT },
  },
  "GET /api/changes": {
    tag: "Changes",
    summary: "Every change as the person who asks sees it, with why something cannot be done",
    answers: { 200: json(open({ at: Type.Number(), changes: rows })), 503: NO_PLANT },
  },
  "POST /api/changes": change("A draft of other values", DRAFT_BODY.schema),
  "POST /api/changes/:id/revise": change("Other values in a draft", DRAFT_BODY.schema),
  "POST /api/changes/:id/dry-run": change(
    "Tries a change on simulated traffic, paired with what is",
    DRY_RUN_BODY.schema,
  ),
  "DELETE /api/changes/:id/dry-run": change("Ends a dry run"),
  "POST /api/changes/:id/submit": change("Asks a second person", SUBMIT_BODY.schema),
  "POST /api/changes/:id/approve": change("A second person agrees", REASON_BODY.schema),
  "POST /api/changes/:id/reject": change("A second person does not agree", REASON_BODY.schema),
  "POST /api/changes/:id/schedule": change("Takes effect now or at an instant", SCHEDULE_BODY.schema),
  "POST /api/changes/:id/withdraw": change("Is not to take effect", REASON_BODY.schema),
  "POST /api/changes/:id/roll-back": change("What was in force before is in force again", REASON_BODY.schema),
};

const acted = {
  200: json(Type.Object({ done: Type.String(), alarm: Type.String() }), "Done, and in the audit trail."),
  400: FAULTS,
  403: ELSEWHERE,
  409: refused("Not possible now, and why."),
  503: refused("The audit trail cannot be written."),
} as const;

const alarms: Operations = {
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

const NO_STUDY = refused("No such study.");
const NO_STUDIES = refused("This engine was not started from a network that can be run.");

const studies: Operations = {
  "GET /api/studies": {
    tag: "Studies",
    summary: "All studies, and what one may be made of",
    answers: { 200: json(open({ studies: rows })), 503: NO_STUDIES },
  },
  "POST /api/studies": {
    tag: "Studies",
    summary: "A what-if study of the running network, in a process beside the engine",
    body: StudyRequestSchema,
    answers: {
      202: json(open({ id: Type.String() }), "It waits or runs; its state is asked for by its id."),
      400: refused("What does not hold; the answer says what is allowed."),
      403: ELSEWHERE,
      409: refused("As many wait as may."),
      503: NO_STUDIES,
    },
  },
  "GET /api/studies/:id": {
    tag: "Studies",
    summary: "One study, with its result where it is done",
    answers: { 200: json(open({ id: Type.String() })), 404: NO_STUDY },
  },
  "GET /api/studies/:id/report": {
    tag: "Studies",
    summary: "The whole report of a study that is done, as a page",
    answers: { 200: { about: "The page.", as: { "text/html": Type.String() } }, 404: NO_STUDY },
  },
  "DELETE /api/studies/:id": {
    tag: "Studies",
    summary: "Cancels a study that waits or runs",
    answers: {
      200: json(open({ id: Type.String() })),
      403: ELSEWHERE,
      404: NO_STUDY,
      409: refused("It is over."),
      503: NO_STUDIES,
    },
  },
};

/** What people ask for: of the street, of alarms, of parameters, of simulations. */
export const ACTING: Operations = { ...operate, ...alarms, ...changes, ...studies };
