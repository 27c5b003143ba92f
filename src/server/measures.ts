import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { Network } from "../model/files.ts";
import { MEASURE_NAMES, type MeasureName, MEASURES } from "../measures/catalog.ts";
import { VARIANTS } from "../measures/configuration.ts";
import { startMeasures } from "../measures/intersection-measures.ts";
import type { MeasureRow } from "../measures/measure.ts";
import { configurationOf, streetsOf } from "../measures/network-configuration.ts";
import { csvLines } from "../measures/rows-csv.ts";
import { PLAN_CODES } from "../measures/splits.ts";
import { progressionBands, type StreetGreen } from "../measures/time-space.ts";
import type { EventColumns, Store } from "../ports/store.ts";
import { DAY_MS, MINUTE_MS } from "../units.ts";
import { parameterFault, windowFault } from "./asked.ts";

/** What the routes answer from. */
export type MeasuresPorts = {
  /** `undefined` until the network is known. */
  readonly network: () => Network | undefined;
  readonly events: Store["events"];
  /** An instant as a person of the network's time zone reads it, for CSV. */
  readonly timeText: (at: number) => string;
};

/**
 * Events are read from so long before the window, so that the cycle at its begin is whole and detectors and calls are known: three
 * of the longest cycles that a plan may have (300 s), and more than the longest wait (600 s).
 */
export const WARM_UP_MS = 15 * MINUTE_MS;
/** And so long behind it: a cycle that begins in the window is over by then. */
export const COOL_DOWN_MS = 15 * MINUTE_MS;
/** Patterns, cycles and splits are told when they change: theirs are looked for a day back. */
export const PLAN_LOOK_BACK_MS = DAY_MS;

/** Longest window: a week of 15-minute bins. */
const WINDOW_MAX_MS = 7 * DAY_MS;
const BINS_MAX = 2_016;

const Instant = Type.Integer({ minimum: 0, maximum: 8.64e15, multipleOf: MINUTE_MS });
const strict = { additionalProperties: false } as const;

const Params = Type.Object(
  { intersection: Type.String({ minLength: 1, maxLength: 128 }), measure: Type.Enum([...MEASURE_NAMES]) },
  strict,
);
const Query = Type.Object(
  {
    from: Instant,
    to: Instant,
    binMinutes: Type.Integer({ minimum: 1, maximum: 1_440, default: 15 }),
    format: Type.Enum(["json", "csv"], { default: "json" }),
    variant: Type.Enum([...VARIANTS], { default: VARIANTS[0] }),
  },
  strict,
);

type Asked = Static<typeof Params> & Static<typeof Query>;

const Many = Type.Object({ intersection: Params.properties.intersection }, strict);
const ManyQuery = Type.Object(
  {
    names: Type.String({
      pattern: `^(${MEASURE_NAMES.join("|")})(,(${MEASURE_NAMES.join("|")}))*$`,
      description: "Names of measures, with commas between them.",
    }),
    from: Query.properties.from,
    to: Query.properties.to,
    binMinutes: Query.properties.binMinutes,
    variant: Query.properties.variant,
  },
  strict,
);

const Cell = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
const Answer = Type.Object({
  intersection: Type.String(),
  measure: Type.String(),
  from: Type.Number(),
  to: Type.Number(),
  binMinutes: Type.Number(),
  variant: Type.String(),
  columns: Type.Array(Type.String()),
  rows: Type.Array(Type.Record(Type.String(), Cell)),
});

const ManyAnswer = Type.Object({
  intersection: Type.String(),
  from: Type.Number(),
  to: Type.Number(),
  binMinutes: Type.Number(),
  variant: Type.String(),
  measures: Type.Record(Type.String(), Type.Array(Type.Record(Type.String(), Cell))),
});

/** Every intersection at once, as the last part of a path. */
const ALL = "*";

/**
 * `GET /api/measures`: the names. `GET /api/measures/:intersection/:measure?from&to&binMinutes&format&variant`: rows, instants in
 * milliseconds; of all intersections, with their name as first column, where the intersection is `*`.
 * `GET /api/measures/:intersection?names=aog,pcd&from&to…`: rows of several measures by name, of one reading. `GET /api/bands?from&to`:
 * progression bands of the network's routes. Bad parameters are answered with 400, an unknown intersection with 404, a store that
 * does not answer and a network that is not known yet with 503.
 */
export function registerMeasures(server: FastifyInstance, ports: MeasuresPorts): void {
  server.get("/api/measures", { config: { access: "view" } }, () =>
    MEASURE_NAMES.map((name) => ({ name, about: MEASURES[name].about, columns: MEASURES[name].columns })),
  );
  server.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    "/api/measures/:intersection/:measure",
    {
      config: { access: "view" },
      attachValidation: true,
      schema: {
        params: Params,
        querystring: Query,
        response: { 200: { content: { "application/json": { schema: Answer } } } },
      },
    },
    async (request, reply) => {
      const asked = { ...request.params, ...request.query };
      const fault = parameterFault(request) ?? binsFault(asked);
      if (fault !== undefined) return await reply.code(400).send({ error: fault });
      const { measure } = asked;
      const measured = await measuredOf(ports, asked, [measure]);
      if (!measured.ok) return await reply.code(measured.status).send({ error: measured.error });
      const columns = [...(asked.intersection === ALL ? ["intersection"] : []), ...MEASURES[measure].columns];
      const rows = namedRows(measured.rows, measure, asked.intersection);
      if (asked.format === "csv") {
        const name = `${asked.intersection === ALL ? measured.network.id : asked.intersection}-${measure}.csv`;
        return await reply
          .type("text/csv; charset=utf-8")
          .header("content-disposition", `attachment; filename="${name}"`)
          .send(`${csvLines(columns, rows, ports.timeText).join("\r\n")}\r\n`);
      }
      const { intersection, from, to, binMinutes, variant } = asked;
      return await reply.send({ intersection, measure, from, to, binMinutes, variant, columns, rows });
    },
  );
  registerSeveral(server, ports);
  registerBands(server, ports);
}

function registerSeveral(server: FastifyInstance, ports: MeasuresPorts): void {
  server.get<{ Params: Static<typeof Many>; Querystring: Static<typeof ManyQuery> }>(
    "/api/measures/:intersection",
    {
      config: { access: "view" },
      attachValidation: true,
      schema: {
        params: Many,
        querystring: ManyQuery,
        response: { 200: { content: { "application/json": { schema: ManyAnswer } } } },
      },
    },
    async (request, reply) => {
      const asked = { ...request.params, ...request.query };
      const fault = parameterFault(request) ?? binsFault(asked);
      if (fault !== undefined) return await reply.code(400).send({ error: fault });
      const names = MEASURE_NAMES.filter((name) => asked.names.split(",").includes(name));
      const measured = await measuredOf(ports, asked, names);
      if (!measured.ok) return await reply.code(measured.status).send({ error: measured.error });
      const { intersection, from, to, binMinutes, variant } = asked;
      const measures = Object.fromEntries(
        names.map((name) => [name, namedRows(measured.rows, name, intersection)] as const),
      );
      return await reply.send({ intersection, from, to, binMinutes, variant, measures });
    },
  );
}

/** Rows of a measure, with the intersection's name where all are asked for. */
function namedRows(rows: MeasuredRows, measure: MeasureName, asked: string): readonly MeasureRow[] {
  return [...rows].flatMap(([id, own]) => {
    const found = own.get(measure) ?? [];
    return asked === ALL ? found.map((row) => ({ intersection: id, ...row })) : found;
  });
}

function registerBands(server: FastifyInstance, ports: MeasuresPorts): void {
  const Window = Type.Object({ from: Instant, to: Instant }, strict);
  server.get<{ Querystring: Static<typeof Window> }>(
    "/api/bands",
    { config: { access: "view" }, attachValidation: true, schema: { querystring: Window } },
    async (request, reply) => {
      const asked = { ...request.query, binMinutes: 15, variant: VARIANTS[0] };
      const fault = parameterFault(request) ?? binsFault(asked);
      if (fault !== undefined) return await reply.code(400).send({ error: fault });
      const measured = await measuredOf(ports, { ...asked, intersection: ALL }, ["time-space"]);
      if (!measured.ok) return await reply.code(measured.status).send({ error: measured.error });
      const greensOf = (id: string): readonly StreetGreen[] =>
        (measured.rows.get(id)?.get("time-space") ?? []).map(({ at, phase, yellowAt }) => ({
          at: Number(at),
          phase: String(phase),
          yellowAt: Number(yellowAt),
        }));
      return await reply.send(
        streetsOf(measured.network).flatMap((street) => progressionBands(street, greensOf)),
      );
    },
  );
}

type Window = Pick<Asked, "from" | "to" | "binMinutes" | "variant">;

function binsFault({ from, to, binMinutes }: Window): string | undefined {
  const bins = Math.ceil((to - from) / (binMinutes * MINUTE_MS));
  const tooMany = `binMinutes ${binMinutes}: allowed are at most ${BINS_MAX} bins, these are ${bins}`;
  return windowFault({ from, to }, WINDOW_MAX_MS) ?? (bins > BINS_MAX ? tooMany : undefined);
}

/** Rows by intersection and measure. */
type MeasuredRows = ReadonlyMap<string, ReadonlyMap<MeasureName, readonly MeasureRow[]>>;
type Measured =
  | { readonly ok: true; readonly network: Network; readonly rows: MeasuredRows }
  | { readonly ok: false; readonly status: 404 | 503; readonly error: string };

/** One reading of the store for all intersections and measures, or for the one that is asked for. */
async function measuredOf(
  ports: MeasuresPorts,
  { intersection, from, to, binMinutes, variant }: Window & Pick<Asked, "intersection">,
  measures: readonly MeasureName[],
): Promise<Measured> {
  const network = ports.network();
  if (network === undefined) return { ok: false, status: 503, error: "no network is known yet" };
  const wanted = network.intersections.filter(({ id }) => intersection === ALL || id === intersection);
  if (wanted.length === 0) {
    const ids = network.intersections.map(({ id }) => id).join(", ");
    const error = `intersection ${JSON.stringify(intersection)}: allowed is ${ALL}, ${ids}`;
    return { ok: false, status: 404, error };
  }
  const whose = intersection === ALL ? {} : { intersection };
  const warm = from - WARM_UP_MS;
  const plans = await ports.events({ from: warm - PLAN_LOOK_BACK_MS, to: warm, codes: PLAN_CODES, ...whose });
  if (!plans.ok) return { ...plans, status: 503 };
  const events = await ports.events({ from: warm, to: to + COOL_DOWN_MS, ...whose });
  if (!events.ok) return { ...events, status: 503 };
  const options = { variant, keepMs: Number.POSITIVE_INFINITY };
  const running = new Map(
    wanted.map((one) => [one.id, startMeasures(configurationOf(network, one, options), measures)] as const),
  );
  for (const columns of [plans.value, events.value]) feed(running, columns);
  const window = { from, to, binMs: binMinutes * MINUTE_MS };
  const rows = [...running].map(([id, own]) => {
    own.end();
    return [id, new Map(measures.map((name) => [name, own.result(name, window)] as const))] as const;
  });
  return { ok: true, network, rows: new Map(rows) };
}

function feed(
  running: ReadonlyMap<string, ReturnType<typeof startMeasures>>,
  { at, intersections, intersection, code, parameter }: EventColumns,
): void {
  const own = intersections.map((id) => running.get(id));
  for (let index = 0; index < at.length; index += 1) {
    own[intersection[index] ?? 0]?.next({
      at: at[index] ?? 0,
      code: code[index] ?? 0,
      parameter: parameter[index] ?? 0,
    });
  }
}
