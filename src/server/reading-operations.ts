import Type from "typebox";
import { DECISION_LIST } from "../protocol/decision-answers.ts";
import { NetworkViewSchema } from "../protocol/live-schema.ts";
import { STRIP_VIEW } from "../protocol/strip.ts";
import { COUNTERFACTUAL_BODY } from "../protocol/stored-decision.ts";
import {
  type Answer,
  ELSEWHERE,
  JSON_TYPE,
  json,
  NO_INTERSECTION,
  NO_PLANT,
  open,
  type Operations,
  refused,
  rows,
} from "./operation.ts";

const UPGRADED: Answer = { about: "The connection is a WebSocket from here on." };

const street: Operations = {
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
  "GET /api/intersections/:intersection/strip": {
    tag: "Street",
    summary:
      "What an intersection showed: lamps, ends of greens with their cause, calls and actuations, of at most 30 minutes",
    answers: {
      200: json(STRIP_VIEW),
      400: refused("The window."),
      404: NO_INTERSECTION,
      503: refused("No history, no plant, or the store does not answer."),
    },
  },
  "GET /api/detectors": {
    tag: "Street",
    summary: "Detectors, their health, what they count, and what is done about those that are not good",
    answers: { 200: json(open({ at: Type.Number(), detectors: rows })), 404: NO_INTERSECTION, 503: NO_PLANT },
  },
  "GET /api/benefit": {
    tag: "Street",
    summary:
      "What the plans in force are expected to be worth against those by time of day, and CO2 by proxy",
    answers: { 200: json(open({ at: Type.Number() })), 503: NO_PLANT },
  },
};

const live: Operations = {
  "GET /live": {
    tag: "Live",
    summary: "The present: on joining everything, then what changes, ten times a second at most",
    about:
      "Messages are `live-message`; a console may send `live-request`: `view` (vehicles only of some areas) and `resync` (everything anew, after a gap in `seq`). A page of another site is closed with 4403.",
    answers: { 101: UPGRADED },
  },
  "GET /api/playback": {
    tag: "Live",
    summary: "What is stored and can be played back, with its gaps",
    answers: {
      200: json(
        Type.Object({
          from: Type.Integer(),
          to: Type.Integer(),
          gaps: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer() })),
        }),
      ),
      404: refused("Nothing is stored yet."),
      503: refused("No history, or no plant."),
    },
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

const decisions: Operations = {
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
      404: NO_INTERSECTION,
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
  "GET /api/decisions/:intersection/explanation": {
    tag: "Decisions",
    summary: "A decision in sentences, and which input would have changed it",
    answers: {
      200: json(
        open({ intersection: Type.String() }),
        "With `sensitivity` also each input's value that would have changed it.",
      ),
      400: refused("Parameters."),
      404: refused("No such intersection, or no decision remembered."),
      503: refused("Nothing can be read or explained now."),
      504: refused("It took longer than it may."),
    },
  },
  "GET /api/decisions/:intersection/list": {
    tag: "Decisions",
    summary: "Decisions of a window, each in short",
    answers: {
      200: json(DECISION_LIST),
      400: refused("The window."),
      404: NO_INTERSECTION,
      503: refused("Nothing can be read now."),
    },
  },
};

const measured = {
  400: refused("Parameters."),
  503: refused("The store does not answer, or no network is known yet."),
} as const;

const measures: Operations = {
  "GET /api/measures": {
    tag: "Measures",
    summary: "Names of the measures, what each is, and its columns",
    answers: { 200: json(Type.Array(open({ name: Type.String(), about: Type.String() }))) },
  },
  "GET /api/measures/:intersection/:measure": {
    tag: "Measures",
    summary: "Rows of a measure in a window, of one intersection or, with *, of all",
    about: "With `format=csv` the same rows as CSV, instants as local time.",
    answers: { ...measured, 404: NO_INTERSECTION },
  },
  "GET /api/bands": {
    tag: "Measures",
    summary: "Progression bands of the network's routes in a window",
    answers: { 200: json(rows), ...measured },
  },
  "GET /api/measures/:intersection": {
    tag: "Measures",
    summary: "Rows of several measures by name, of one reading of the store",
    answers: { 200: json(open({})), ...measured, 404: NO_INTERSECTION },
  },
  "GET /api/forecast-errors/:intersection": {
    tag: "Measures",
    summary: "Mean error, bias, WAPE and coverage of forecasts, by movement",
    answers: { 200: json(open({})), ...measured, 404: NO_INTERSECTION },
  },
};

const history: Operations = {
  "GET /api/playback": {
    tag: "History",
    summary: "From when to when something is stored to be played back, and the gaps in between",
    answers: {
      200: json(open({ from: Type.Number(), to: Type.Number() })),
      404: refused("Nothing is stored yet."),
      503: refused("No history is kept, or it does not answer."),
    },
  },
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

/** What is shown and read, and asks nothing of the street. */
export const READING: Operations = { ...street, ...live, ...decisions, ...measures, ...history };
