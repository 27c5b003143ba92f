import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { Intersection } from "../model/intersection.ts";
import type { LoggedEvent } from "../playback/logged-event.ts";
import { STRIP_CODES_BEFORE, stripOf } from "../playback/strip.ts";
import type { EventColumns, StoreWindow } from "../ports/store.ts";
import { STRIP_VIEW, type StripView } from "../protocol/strip.ts";
import { ok, type Result } from "../result.ts";
import { DAY_MS, MINUTE_MS } from "../units.ts";
import { noneOf, windowQueryFault } from "./asked.ts";
import { NO_HISTORY } from "./no-history.ts";
import { firstStored, type PlayedStore } from "./playback-source.ts";

export type StripPorts = {
  readonly intersections: readonly Intersection[];
  readonly store: PlayedStore;
  /** The plant's step; `undefined` until it is known. */
  readonly stepMs: () => number | undefined;
};

/** As far back as lamps are looked for: three of the longest cycles that a plan may have (300 s), and a day where that is not enough. */
const WARM_UP_MS = 15 * MINUTE_MS;
const LOOK_BACK_MS = DAY_MS;
/** What comes behind says which greens yield: longer than any intergreen. */
const AHEAD_MS = MINUTE_MS;
const WINDOW_MAX_MS = 30 * MINUTE_MS;

const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });
const Params = Type.Object({ intersection: Type.String({ pattern: "^[A-Za-z0-9_.%-]{1,200}$" }) });
const Query = Type.Object({ from: Instant, to: Instant }, strict);

/**
 * `GET /api/intersections/:intersection/strip?from&to`: lamps, ends of greens, calls and actuations of a window of at most half an
 * hour, both ends included. 400 the window, 404 no such intersection, 503 no history, no plant, or a store that does not answer.
 */
export function stripRoute(server: FastifyInstance, ports: StripPorts | undefined): void {
  server.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    "/api/intersections/:intersection/strip",
    {
      config: { access: "view" },
      schema: { params: Params, querystring: Query, response: { 200: STRIP_VIEW } },
      attachValidation: true,
    },
    async (request, reply) => {
      const refuse = (status: 400 | 404 | 503, error: string) => reply.status(status).send({ error });
      const { from, to } = request.query;
      const wrong = windowQueryFault(request, WINDOW_MAX_MS);
      if (wrong !== undefined) return await refuse(400, wrong);
      if (ports === undefined) return await refuse(503, NO_HISTORY.error);
      const stepMs = ports.stepMs();
      if (stepMs === undefined) return await refuse(503, "no plant is connected yet");
      const { intersections } = ports;
      const intersection = intersections.find(({ id }) => id === request.params.intersection);
      if (intersection === undefined) return await refuse(404, noneOf(request.params, intersections));
      const strip = await stripIn(ports.store, intersection, stepMs, { from, to });
      return await (strip.ok ? reply.send(strip.value) : refuse(503, strip.error));
    },
  );
}

async function stripIn(
  store: PlayedStore,
  intersection: Intersection,
  stepMs: number,
  window: { readonly from: number; readonly to: number },
): Promise<Result<StripView, string>> {
  const whose = { intersection: intersection.id };
  const warm = window.from - WARM_UP_MS;
  const behind = await readEvents(store, { from: window.from, to: window.to + AHEAD_MS, ...whose });
  if (!behind.ok) return behind;
  const before = await readEvents(store, { from: warm, to: window.from, ...whose }, STRIP_CODES_BEFORE);
  if (!before.ok) return before;
  const events = [...before.value, ...behind.value];
  const strip = stripOf(intersection, stepMs, { events, fromBegin: false }, window);
  if (strip.shown[0]?.lamps !== "") return ok(strip);
  // A log that has just begun, or a green that rests: as playback looks for them.
  const first = await firstStored(store, intersection.id);
  if (!first.ok) return first;
  const since = window.from - LOOK_BACK_MS;
  const earlier = await readEvents(store, { from: since, to: warm, ...whose }, STRIP_CODES_BEFORE);
  if (!earlier.ok) return earlier;
  const fromBegin = first.value?.number === 0 && first.value.at >= since;
  return ok(stripOf(intersection, stepMs, { events: [...earlier.value, ...events], fromBegin }, window));
}

async function readEvents(
  store: PlayedStore,
  window: StoreWindow,
  codes?: readonly number[],
): Promise<Result<readonly LoggedEvent[], string>> {
  const read = await store.events({ ...window, ...(codes === undefined ? {} : { codes }) });
  return read.ok ? ok(eventsIn(read.value)) : read;
}

function eventsIn({ at, code, parameter }: EventColumns): readonly LoggedEvent[] {
  return Array.from(at, (instant, index) => ({
    at: instant,
    code: code[index] ?? 0,
    parameter: parameter[index] ?? 0,
  }));
}
