import { describe, expect, it } from "vitest";
import { startPlayback } from "../../src/playback/playback.ts";
import type { EventRow, ForecastRow, PlanRow } from "../../src/ports/store.ts";
import type { LiveContent } from "../../src/protocol/live.ts";
import { detectedT } from "../estimate/shared-lane.ts";
import { leftTurnCrossing, second } from "../signal/crossings.ts";
import { columnsOf } from "./stored.ts";

const event = (seconds: number, code: number, parameter: number): Omit<EventRow, "number"> => {
  return { at: second(seconds), intersection: "x", code, parameter };
};

const row = (seconds: number, entry: number, change: Partial<PlanRow>): PlanRow => ({
  at: second(seconds),
  intersection: "x",
  id: "",
  kind: "plan",
  status: "",
  text: `entry ${entry}`,
  content: null,
  entry,
  priority: "event",
  reason: null,
  answer: null,
  ...change,
});

const CONTENT = JSON.stringify({
  id: "p1",
  intersection: "x",
  basedOnAt: second(0),
  effectiveAt: second(2),
  validUntil: second(900),
  cycleMs: 60_000,
  offsetMs: 4_000,
  stages: [
    { stage: "ab", splitMs: 30_000 },
    { stage: "b", splitMs: 10_000 },
    { stage: "c", splitMs: 20_000 },
  ],
  reason: "More from the west",
});

const kindsOf = (messages: readonly LiveContent[]) => messages.map(({ kind }) => kind);

/** The only intersection of a frame. */
function liveIn(messages: readonly LiveContent[]) {
  const frame = messages.at(-1);
  return frame?.kind === "frame" ? frame.intersections[0] : undefined;
}

const PACE = { speedFactor: 2, moving: true } as const;

describe("the operators' log of a period", () => {
  it("is told as it was then: each entry once it was told, the last state of one that changed", () => {
    const playback = startPlayback([leftTurnCrossing()], 1_000);
    playback.take({
      plans: [
        row(0, 1, { kind: "engine", intersection: "", text: "Engine started" }),
        row(1, 2, { id: "p1", status: "pushed" }),
        row(2, 2, { id: "p1", status: "accepted", answer: "takes effect at once" }),
        row(5, 3, { kind: "weather" }),
        row(6, 4, { kind: "link", priority: "P2", text: "Link lost: silence" }),
      ],
    });
    const logsAt = (seconds: number) =>
      playback
        .messagesAt(second(seconds), PACE)
        .flatMap((message) => (message.kind === "log" ? message.entries : []))
        .map(({ id, intersection, status, answer }) => [id, intersection, status, answer]);
    expect(logsAt(1)).toEqual([
      [1, null, null, null],
      [2, "x", "pushed", null],
    ]);
    expect(logsAt(4)).toEqual([[2, "x", "accepted", "takes effect at once"]]);
    expect(logsAt(5), "a topic that consoles do not know").toEqual([]);
    expect(kindsOf(playback.messagesAt(second(5), PACE)), "nothing new").toEqual(["frame"]);
    expect(logsAt(6)).toEqual([[4, "x", null, null]]);
  });

  it("names the plan that was lent, its timing, the link and the mode", () => {
    const playback = startPlayback([leftTurnCrossing()], 1_000);
    const early = [131, 9, 9, 9].map((code, index) => event(0, code, index === 0 ? 1 : index));
    playback.take({
      events: columnsOf([...early, event(10, 131, 253), event(70, 131, 253)]),
      plans: [
        row(1, 1, { kind: "link", text: "Controller linked, running plan day" }),
        row(2, 2, { id: "p1", status: "pushed", content: CONTENT }),
        row(3, 2, { id: "p1", status: "accepted" }),
        row(11, 2, { id: "p1", status: "applied" }),
        row(20, 3, { id: "p2", status: "pushed" }),
        row(21, 3, { id: "p2", status: "accepted" }),
        row(30, 4, { kind: "command", text: "Mode plan → adaptive" }),
        row(40, 5, { kind: "link", priority: "P2", text: "Link lost: silence" }),
      ],
    });
    const shown = [0, 10, 22, 30, 40, 70].map((seconds) => {
      const messages = playback.messagesAt(second(seconds), PACE);
      const detail = messages.find((message) => message.kind === "detail")?.intersections[0]?.running;
      const { source, plan, linked, mode } = liveIn(messages) ?? {};
      return [source, plan, linked, mode, detail === undefined ? "as before" : (detail?.status ?? null)];
    });
    expect(shown).toEqual([
      ["local", "day", true, null, "local"],
      ["plan", "p1", true, null, "accepted"],
      ["plan", "p1", true, null, "applied"],
      ["plan", "p1", true, "adaptive", "as before"],
      ["plan", "p1", false, "adaptive", "as before"],
      // What p2 says is not stored.
      ["plan", "p2", false, "adaptive", null],
    ]);
  });

  it("gives a lent plan's splits with the intergreens of the configuration", () => {
    const playback = startPlayback([leftTurnCrossing()], 1_000);
    playback.take({
      events: columnsOf([event(10, 131, 253)]),
      plans: [row(2, 2, { id: "p1", status: "accepted", content: CONTENT })],
    });
    const [detail] = playback.messagesAt(second(10), PACE);
    expect(detail).toMatchObject({
      kind: "detail",
      intersections: [
        {
          running: {
            id: "p1",
            source: "engine",
            cycleMs: 60_000,
            offsetMs: 4_000,
            stages: [
              { stage: "ab", splitMs: 30_000, intergreenMs: 3_000 },
              { stage: "b", splitMs: 10_000, intergreenMs: 3_000 },
              { stage: "c", splitMs: 20_000, intergreenMs: 3_000 },
            ],
            reason: "More from the west",
            validUntil: second(900),
          },
        },
      ],
    });
  });
});

it("forecasts are told as an interval begins, and what came of them when it is over", () => {
  const own = detectedT();
  const [movement] = own.movements;
  const forecast = (minutes: number, vehicles: number, counted: number): ForecastRow => ({
    at: second(minutes * 60),
    intersection: own.id,
    movement: movement?.id ?? "",
    madeAt: second(minutes * 60),
    intervalMs: 300_000,
    vehicles,
    low: vehicles - 2,
    high: vehicles + 2,
    counted,
  });
  const playback = startPlayback([own], 1_000);
  playback.take({ forecasts: [forecast(0, 10, 12), forecast(5, 11, 9)] });
  const viewAt = (seconds: number) => {
    const [detail] = playback.messagesAt(second(seconds), PACE);
    const view = detail?.kind === "detail" ? detail.intersections[0]?.movements[0] : undefined;
    return view && { history: view.history, nextFrom: view.nextFrom, next: view.next };
  };
  const first = { vehPerHour: 120, lowerVehPerHour: 96, upperVehPerHour: 144 };
  const then = { vehPerHour: 132, lowerVehPerHour: 108, upperVehPerHour: 156 };
  expect(viewAt(0)).toEqual({ history: [], nextFrom: second(0), next: first });
  expect(viewAt(299), "as before").toBeUndefined();
  expect(viewAt(300)).toEqual({
    history: [{ from: second(0), vehPerHour: 144, forecast: first }],
    nextFrom: second(300),
    next: then,
  });
});

it("a frame claims nothing that is not stored", () => {
  const playback = startPlayback([leftTurnCrossing()], 1_000);
  expect(playback.unknownAt(second(0))).toEqual(["x"]);
  expect(playback.messagesAt(second(0), { speedFactor: 2, moving: false }).at(-1)).toEqual({
    kind: "frame",
    at: second(0),
    speedFactor: 2,
    plantConnected: false,
    intersections: [
      {
        id: "x",
        linked: false,
        mode: null,
        stateAt: null,
        operation: null,
        source: null,
        plan: null,
        stage: null,
        coordination: null,
        cycleStartAt: null,
        lamps: "",
        walk: "---",
      },
    ],
    vehicles: [],
    measures: null,
    counters: [],
  });
});
