import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import { isRealised } from "../explain/record.ts";
import type { DecisionRow } from "../ports/store.ts";
import { DECISION_LIST, type ListedDecisionView } from "../protocol/decision-answers.ts";
import { LISTED_DECISIONS } from "../protocol/stored-decision.ts";
import { MINUTE_MS } from "../units.ts";
import { noneOf, windowQueryFault } from "./asked.ts";
import type { ReadDecisions } from "./stored-decisions.ts";

export type DecisionListPorts = {
  /** Each with its stages in the order of its configuration. */
  readonly intersections: () => readonly {
    readonly id: string;
    readonly stages: readonly { readonly id: string }[];
  }[];
  readonly readRows: ReadDecisions;
};

/** A decision is some 7 kB, and there are 20 a minute at most: what is read at once stays below 3 MB. */
const WINDOW_MAX_MS = 15 * MINUTE_MS;

const Instant = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });
const Params = Type.Object({ intersection: Type.String({ pattern: "^[A-Za-z0-9_.%-]{1,200}$" }) });
const Query = Type.Object({ from: Instant, to: Instant }, { additionalProperties: false });

/**
 * `GET /api/decisions/:intersection/list?from&to`: the decisions of a window of at most a quarter of an hour, both levels, by instant.
 * 400 the window, 404 no such intersection, 503 what is stored cannot be read.
 */
export function decisionListRoute(server: FastifyInstance, ports: DecisionListPorts): void {
  server.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    "/api/decisions/:intersection/list",
    {
      config: { access: "view" },
      schema: { params: Params, querystring: Query, response: { 200: DECISION_LIST } },
      attachValidation: true,
    },
    async (request, reply) => {
      const refuse = (status: 400 | 404 | 503, error: string) => reply.status(status).send({ error });
      const { from, to } = request.query;
      const wrong = windowQueryFault(request, WINDOW_MAX_MS);
      if (wrong !== undefined) return await refuse(400, wrong);
      const known = ports.intersections();
      const site = known.find(({ id }) => id === request.params.intersection);
      if (site === undefined) return await refuse(404, noneOf(request.params, known));
      const rows = await ports.readRows({ from, to, intersection: site.id });
      if (!rows.ok) return await refuse(503, rows.error);
      const stages = site.stages.map(({ id }) => id);
      const decisions = rows.value.flatMap((row) => listed(row, stages) ?? []);
      return await reply.send({ intersection: site.id, decisions });
    },
  );
}

/** `undefined` for what came of a decision, and for a record that this version does not know. */
function listed({ id, at, level, content }: DecisionRow, stages: readonly string[]) {
  if (isRealised(id)) return undefined;
  const record: unknown = JSON.parse(content);
  if (level === "tactical") {
    return LISTED_DECISIONS.tactical.accepts(record)
      ? { id, at, level, ...stageChoice(record, stages) }
      : undefined;
  }
  if (!LISTED_DECISIONS.strategic.accepts(record)) return undefined;
  const { timing } = record.decided;
  return {
    id,
    at,
    level,
    choice: `cycle ${timing.cycleMs / 1000} s, offset ${timing.offsetMs / 1000} s`,
    kept: "notSent" in record.fate,
    rival: null,
    rivalMoreVehSeconds: null,
  };
}

type StageRecordListed = {
  readonly problem: { readonly street: { readonly stage: number } };
  readonly decided: {
    readonly stages: readonly { readonly stage: string }[];
    readonly candidates: readonly { readonly stage: string; readonly costVehSeconds: number }[];
  };
};

function stageChoice(
  { problem, decided }: StageRecordListed,
  stages: readonly string[],
): Pick<ListedDecisionView, "choice" | "kept" | "rival" | "rivalMoreVehSeconds"> {
  const choice = decided.stages[0]?.stage ?? "";
  const own = decided.candidates.find(({ stage }) => stage === choice);
  const rival = decided.candidates.find(({ stage }) => stage !== choice);
  return {
    choice,
    kept: choice === stages[problem.street.stage],
    rival: rival?.stage ?? null,
    rivalMoreVehSeconds:
      own === undefined || rival === undefined ? null : rival.costVehSeconds - own.costVehSeconds,
  };
}
