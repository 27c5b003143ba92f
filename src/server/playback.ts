import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import type { Intersection } from "../model/intersection.ts";
import { PERIOD_MAX_MS, PLAYBACK_REQUEST, PLAYBACK_SPEED, type StoredPeriod } from "../protocol/playback.ts";
import type { Timer } from "../ports/timer.ts";
import { ok, type Result } from "../result.ts";
import { NO_HISTORY } from "./no-history.ts";
import { ENDED, startSession } from "./playback-session.ts";
import { firstStored, openSource, type PlayedStore } from "./playback-source.ts";
import { jsonOf } from "./json-text.ts";
import { gapsIn } from "./stored-period.ts";
import { windowFault } from "./asked.ts";

export type PlaybackPorts = {
  readonly intersections: readonly Intersection[];
  readonly store: PlayedStore;
  /** The present instant and the plant's step; undefined until a plant has said them. */
  readonly plant: () => { readonly now: number; readonly stepMs: number } | undefined;
  readonly timer: Timer;
};

/** At once, of all viewers: each reads the store, and one answers for all of them. */
const SESSIONS_MAX = 8;

const Instant = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });
const Query = Type.Object(
  {
    from: Instant,
    to: Instant,
    speed: Type.Number({ ...PLAYBACK_SPEED, default: 1 }),
    at: Type.Optional({ ...Instant, description: "Where it begins; `from` where it is absent." }),
    paused: Type.Optional(
      Type.Boolean({ description: "It stands where it begins until it is asked to play." }),
    ),
  },
  { additionalProperties: false },
);
type Route = { Querystring: Static<typeof Query> };

const NO_PLANT = "no plant is connected yet: start `phasewise field`";

type Refusal = { readonly code: 400 | 404 | 503; readonly error: string };

/**
 * `/playback?from&to&speed&at&paused`: a WebSocket that tells of a stored period what `/live` tells of the present, paced at `speed` stored
 * seconds a second; the viewer may send a `PlaybackRequest`. Refused before it is opened: 400 parameters,
 * 404 a period that is not stored, 503 no history, no plant, or too many viewers. `GET /api/playback` says what is stored.
 */
export function playbackRoutes(ports: PlaybackPorts | undefined): FastifyPluginAsync {
  let sessions = 0;
  return (scope) => {
    scope.setErrorHandler((error: Error & { readonly validation?: unknown }, _request, reply) => {
      if (error.validation === undefined) void reply.code(500).send({ error: error.message });
      else void reply.code(400).send({ error: allowedIn(error.message) });
    });
    scope.get("/api/playback", { config: { access: "view" } }, async (_request, reply) => {
      const stored = await storedIn(ports);
      return await (stored.ok
        ? reply.send(stored.value)
        : reply.code(stored.error.code).send({ error: stored.error.error }));
    });
    scope.get<Route>(
      "/playback",
      {
        websocket: true,
        config: { access: "view" },
        schema: { querystring: Query },
        preHandler: async (request, reply) => {
          const refusal = await refusalOf(ports, sessions, request);
          if (refusal !== undefined) await reply.code(refusal.code).send({ error: refusal.error });
        },
      },
      (socket, request) => {
        const plant = ports?.plant();
        // It was there when the request was let through.
        if (ports === undefined || plant === undefined) return socket.close(ENDED.failed, NO_PLANT);
        const { intersections, store, timer } = ports;
        sessions += 1;
        const { from, to, speed, at = from, paused = false } = request.query;
        const session = startSession(
          { from, to, speed, at, paused },
          {
            open: async (begin) => await openSource({ intersections, store, stepMs: plant.stepMs }, begin),
            timer,
            viewer: { send: (text) => socket.send(text), bufferedBytes: () => socket.bufferedAmount },
            close: (code, reason) => socket.close(code, reason.slice(0, CLOSE_REASON_MAX)),
          },
        );
        socket.on("message", (data: Buffer) => {
          const asked = PLAYBACK_REQUEST.check("request", jsonOf(data.toString("utf8")));
          if (asked.ok) session.ask(asked.value);
          else {
            session.end();
            socket.close(ENDED.refused, REQUESTS_ALLOWED);
          }
        });
        socket.on("close", () => {
          sessions -= 1;
          session.end();
        });
        socket.on("error", () => socket.terminate());
      },
    );
    return Promise.resolve();
  };
}

/** The validator's words, with what it leaves out: which parameters there are. */
function allowedIn(message: string): string {
  const text = message.replace(/^querystring\/?/, "").trim();
  if (!text.includes("additional properties")) return text;
  return `${text}: allowed are ${Object.keys(Query.properties).join(", ")}`;
}

/** WebSocket allows 123 bytes; ours are plain letters. */
const CLOSE_REASON_MAX = 120;
const REQUESTS_ALLOWED = 'allowed are {"kind":"pause"}, "play", "speed" with speed 0.5 to 60, "seek" with at';

async function refusalOf(
  ports: PlaybackPorts | undefined,
  sessions: number,
  { query }: FastifyRequest<Route>,
): Promise<Refusal | undefined> {
  const { from, to, at = from } = query;
  const wrong = windowFault({ from, to }, PERIOD_MAX_MS);
  if (wrong !== undefined) return { code: 400, error: wrong };
  if (at < from || at > to) return { code: 400, error: `at ${at}: allowed is ${from} to ${to}` };
  if (ports === undefined) return { code: 503, error: NO_HISTORY.error };
  const plant = ports.plant();
  if (plant === undefined) return { code: 503, error: NO_PLANT };
  if (sessions >= SESSIONS_MAX) return { code: 503, error: `${SESSIONS_MAX} periods are played already` };
  const first = await firstStored(ports.store);
  if (!first.ok) return { code: 503, error: first.error };
  if (first.value === undefined) return { code: 404, error: "no event is stored yet" };
  if (from >= first.value.at && to <= plant.now) return undefined;
  return {
    code: 404,
    error: `from ${from} to ${to}: stored is ${first.value.at} to ${plant.now}, epoch milliseconds of the street's clock`,
  };
}

/** What can be played back, or why nothing can. */
async function storedIn(ports: PlaybackPorts | undefined): Promise<Result<StoredPeriod, Refusal>> {
  const refuse = (code: Refusal["code"], error: string) => ({ ok: false, error: { code, error } }) as const;
  if (ports === undefined) return refuse(503, NO_HISTORY.error);
  const plant = ports.plant();
  if (plant === undefined) return refuse(503, NO_PLANT);
  const first = await firstStored(ports.store);
  if (!first.ok) return refuse(503, first.error);
  if (first.value === undefined) return refuse(404, "no event is stored yet");
  const period = { from: first.value.at, to: plant.now };
  const [looked] = ports.intersections;
  const gaps = looked === undefined ? ok([]) : await gapsIn(ports.store, looked.id, period);
  return gaps.ok ? ok({ ...period, gaps: gaps.value }) : refuse(503, gaps.error);
}
