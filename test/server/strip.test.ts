import Fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { EVENT_CODE } from "../../src/model/event-code.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { stripRoute, type StripPorts } from "../../src/server/strip.ts";
import { err, ok } from "../../src/result.ts";
import { drive } from "../playback/drive.ts";
import { columnsOf } from "../playback/stored.ts";
import { leftTurnCrossing, second } from "../signal/crossings.ts";

const site: Intersection = {
  ...leftTurnCrossing(),
  detectors: [
    {
      id: "loop",
      role: "stopLine",
      link: "in",
      lane: "in.0",
      distanceMeters: 1,
      lengthMeters: 2,
      serves: [],
    },
  ],
};

/** A vehicle over its loop at 60 s, and one that stays from 80 s on. */
const HITS = [
  [60, EVENT_CODE.detectorOn],
  [61, EVENT_CODE.detectorOff],
  [80, EVENT_CODE.detectorOn],
] as const;

const notRead = async () => await Promise.resolve(err("the store is closed"));
const closed: StripPorts["store"] = { read: notRead, events: notRead, page: notRead };

/** A controller's log as a store gives it, without what lies before `since`. */
function storedLog(seconds: number, since = 0) {
  const driven = drive(leftTurnCrossing(), seconds);
  const hits = HITS.map(([at, code]) => ({ at: second(at), code, parameter: 1 }));
  const rows = [...driven.events, ...hits]
    .toSorted((left, right) => left.at - right.at)
    .map((event, number) => ({ ...event, number, intersection: "x" }))
    .filter(({ at }) => at >= second(since));
  const store: StripPorts["store"] = {
    read: notRead,
    events: async ({ from, to, codes }) => {
      const read = rows.filter(
        ({ at, code }) => at >= from && at < to && (codes === undefined || codes.includes(code)),
      );
      return await Promise.resolve(ok(columnsOf(read)));
    },
    page: async () => await Promise.resolve(ok({ text: JSON.stringify(rows.slice(0, 1)), cursor: null })),
  };
  return { store, shown: driven.shown };
}

function served(ports: StripPorts | undefined) {
  const server = Fastify({ ajv: { customOptions: { removeAdditional: false } } });
  onTestFinished(async () => await server.close());
  stripRoute(server, ports);
  return async (url: string) => await server.inject(url);
}

const portsOf = (store: StripPorts["store"]): StripPorts => ({
  intersections: [site],
  store,
  stepMs: () => 1_000,
});
const url = (from: number, to: number, id = "x") =>
  `/api/intersections/${id}/strip?from=${second(from)}&to=${second(to)}`;

it("a window of a log that has just begun is told as the controller showed it", async () => {
  const { store, shown } = storedLog(100);
  const answer = await served(portsOf(store))(url(10, 90));
  expect(answer.statusCode).toBe(200);
  const strip = answer.json();
  expect(strip).toMatchObject({ intersection: "x", from: second(10), to: second(90) });
  for (const told of shown.slice(10, 91)) {
    const drawn = strip.shown.findLast(({ at }: { readonly at: number }) => at <= told.at);
    expect([told.at, drawn.lamps]).toEqual([told.at, told.lamps]);
  }
  expect(strip.detections).toEqual([
    {
      detector: "loop",
      actuations: [
        { on: second(60), off: second(61) },
        { on: second(80), off: null },
      ],
    },
  ]);
  expect(strip.ends[0]).toMatchObject({ phase: expect.any(String), cause: expect.any(String) });
});

it("heads are not known where the log before is gone", async () => {
  const { store } = storedLog(200, 125);
  expect((await served(portsOf(store))(url(126, 127))).json().shown).toEqual([
    expect.objectContaining({ at: second(126), lamps: "" }),
  ]);
});

it("refuses in words what is not there, not allowed, or cannot be answered", async () => {
  const ask = served(portsOf(closed));
  const told = async (answer: ReturnType<typeof ask>) => {
    const { statusCode, body } = await answer;
    return [statusCode, JSON.parse(body).error];
  };
  expect(await told(ask(url(0, 10, "y")))).toEqual([404, "no intersection y; there are x"]);
  expect((await told(ask(url(10, 10))))[0]).toBe(400);
  expect((await told(ask(url(0, 1801))))[1]).toMatch(/at most 1800000 ms behind/);
  expect((await told(ask("/api/intersections/x/strip?from=noon&to=5")))[1]).toMatch(
    /^from: found "noon", which must be integer; allowed: from and to/,
  );
  expect((await told(ask(`${url(0, 5)}&more=1`)))[0]).toBe(400);
  expect(await told(served(undefined)(url(0, 5)))).toEqual([
    503,
    "no history is kept: start without --history off",
  ]);
  expect(await told(served({ ...portsOf(closed), stepMs: () => undefined })(url(0, 5)))).toEqual([
    503,
    "no plant is connected yet",
  ]);
  expect(await told(ask(url(0, 5)))).toEqual([503, "the store is closed"]);
});
