import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { HealthUse } from "../../src/engine/configuration.ts";
import type { Input, InputOf } from "../../src/engine/input.ts";
import { countTrust } from "../../src/engine/replaced-counts.ts";
import { detectorStates } from "../../src/engine/detector-view.ts";
import { detailView } from "../../src/engine/view.ts";
import { after, type InstantMs, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import { BEGIN, type ClosedLoop, logOf, nodeOf, plansOf, runLoop, started } from "./closed-loop.ts";

const STOP = "west_t.0.stopLine";
const ADVANCE = "west_t.0.advance";
const SOUND_MINUTES = 40;
const FAILS_AT = after(BEGIN, SOUND_MINUTES * MINUTE_MS);

type LoopEvents = InputOf<"detections">["events"];
type Fault = (own: LoopEvents, at: InstantMs) => LoopEvents;

const dead: Fault = () => [];
/** A pulse of 0.1 s each second over what is real. */
const chatters: Fault = (own, at) => [...own, [STOP, at - 600, 1], [STOP, at - 500, 0]];

/** The T's advance loop sees whom its stop-line loop sees, which has the fault from `FAILS_AT` on. */
function withFault(inputs: readonly Input[], fault: Fault): readonly Input[] {
  return inputs.map((input) => {
    if (input.kind !== "detections") return input;
    const { at } = input;
    const own = input.events.filter(([id]) => id === STOP);
    const others = input.events.filter(([id]) => id !== STOP);
    const passed = own.map((event): (typeof own)[number] => [ADVANCE, event[1], event[2]]);
    const told = at < FAILS_AT ? own : fault(own, at);
    const events = [...others, ...passed, ...told].toSorted((left, right) => left[1] - right[1]);
    return { ...input, events };
  });
}

/** Every detector of the T freezes: whoever is on one then stays on it. */
function withoutDetectors(inputs: readonly Input[]): readonly Input[] {
  return inputs.map((input) =>
    input.kind === "detections" && input.at >= FAILS_AT ? { ...input, events: [] } : input,
  );
}

/** Forty sound minutes, and then so many with the fault. */
function ranWith(fault: Fault, minutes: number, healthUse?: HealthUse): ClosedLoop {
  const loop = started({
    inputs: (inputs) => withFault(inputs, fault),
    ...(healthUse === undefined ? {} : { healthUse }),
  });
  return runLoop(loop, (SOUND_MINUTES + minutes) * 60);
}

/** The streams that leave from the faulty loop's lane. */
function touched({ tables }: ClosedLoop): readonly number[] {
  const { lanes } = defined(tables.nodes[0], "the T");
  return lanes.streams.flatMap(({ lane }, stream) => (lanes.lanes[lane]?.id === "west_t.0" ? [stream] : []));
}

const healthOf = (loop: ClosedLoop, id: string) =>
  defined(nodeOf(loop).health.detectors[defined(loop.tables.nodes[0]?.detectorIndex.get(id), id)], id);

/** Vehicles a minute that come to the faulty loop's lane: `BUSY_STREET` has 800 an hour. */
const COMING = 800 / 60;

/** By stream of the lane, the series of its movement. */
function seriesOf(loop: ClosedLoop) {
  const { streams } = defined(loop.tables.nodes[0], "the T").lanes;
  return touched(loop).map((stream) =>
    defined(nodeOf(loop).series[defined(streams[stream], "stream").movement], "series"),
  );
}

/** Of the last minutes: what was counted and expected of the lane, in vehicles a minute. */
const levelOf = (loop: ClosedLoop): number =>
  seriesOf(loop).reduce((sum, { level }) => sum + (level ?? 0), 0);

describe("a stop-line loop that goes dead", () => {
  it("is found within five minutes, told once, and no other one is", () => {
    const loop = ranWith(dead, 20);
    expect(healthOf(loop, STOP)).toMatchObject({ state: "failed", finding: { rule: "stuckOff" } });
    expect(healthOf(loop, ADVANCE).state).toBe("good");
    const told = logOf(loop.effects).filter(({ topic }) => topic === "detector");
    // It may be suspect before.
    const texts = told
      .map(({ text }) => text)
      .filter((text) => text !== `Detector ${STOP} suspect: stuckOff`);
    expect(texts).toEqual([`Detector ${STOP} failed: stuckOff`]);
    expect(defined(told.at(-1), "entry").at - FAILS_AT).toBeLessThanOrEqual(5 * MINUTE_MS);
  });

  it("is replaced by its neighbour's count times their ratio, which is told as imputed", () => {
    const loop = ranWith(dead, 15);
    const { streams } = defined(loop.tables.nodes[0], "the T").lanes;
    const movements = touched(loop).map((stream) => defined(streams[stream], "stream").movement);
    // A minute holds one green of the lane or two: only over several is the count what comes.
    const minutes = [1, 2, 3, 4, 5].map(() => {
      const { replaced } = nodeOf(runLoop(loop, 60)).health;
      return movements.reduce((sum, movement) => sum + (replaced[movement] ?? 0), 0);
    });
    const imputed = minutes.reduce((sum, vehicles) => sum + vehicles, 0) / minutes.length;
    expect(imputed).toBeGreaterThan(0.9 * COMING);
    expect(imputed).toBeLessThan(1.1 * COMING);
    const { replaced } = nodeOf(loop).health;
    const { movements: shown, detectors } = detailView(loop.state, loop.tables, 0);
    for (const [movement, { imputedVehPerHour }] of shown.entries()) {
      const vehicles = replaced[movement] ?? null;
      expect(imputedVehPerHour).toBe(vehicles === null ? null : Math.round(vehicles * 60));
      expect(vehicles !== null).toBe(movements.includes(movement));
    }
    expect(detectors).toMatchObject([{ detector: STOP, state: "failed", fault: "stuckOff" }]);
    const states = detectorStates(loop.state, loop.tables, 0);
    expect(states.find(({ detector }) => detector === STOP)).toMatchObject({
      role: "stopLine",
      state: "failed",
      fault: "stuckOff",
      hitsPerHour: expect.toSatisfy((hits: number) => hits < 400),
      linked: true,
      effect: expect.stringMatching(
        /^\S+ ∅\S+.*: counts imputed from those of its neighbours; ∅\S+ given no less green; not heard by the adaptive level$/,
      ),
    });
    const sound = defined(
      states.find(({ detector }) => detector === ADVANCE),
      ADVANCE,
    );
    expect(sound).toMatchObject({ state: "good", fault: null, effect: null });
    expect(loop.at - defined(sound.lastHitAt ?? undefined, "a hit")).toBeLessThan(2 * MINUTE_MS);
    expect(sound.hitsPerHour, "of 800 an hour").toBeGreaterThan(600);
    expect(sound.hitsPerHour).toBeLessThan(1_000);
    const plan = defined(plansOf(loop.effects).at(-1), "plan");
    expect(plan.reason).toMatch(/; counts of \d of \d movements imputed$/);
    const before = plansOf(loop.effects).filter(({ basedOnAt }) => basedOnAt < FAILS_AT);
    expect(before.map(({ reason }) => reason).filter((reason) => reason.includes("imputed"))).toEqual([]);
  });
});

/** Sound for forty minutes, dead for twenty, and then twenty more in which some minutes miss a frame: those are not judged. */
function ranLosing(loses: (minute: number) => boolean, intervalMs: number): ClosedLoop {
  const inputs = (told: readonly Input[], at: InstantMs): readonly Input[] => {
    const seconds = (at - BEGIN) / SECOND_MS;
    const minute = Math.floor(seconds / 60);
    const lost = minute >= SOUND_MINUTES + 20 && seconds % 60 === 30 && loses(minute);
    return withFault(told, dead).filter(({ kind }) => !(lost && kind === "detections"));
  };
  return runLoop(started({ inputs, intervalMs }), (SOUND_MINUTES + 40) * 60);
}

/** What stands for the counts of the lane's movements, vehicles a minute; `null` for nothing. */
function imputedOf(loop: ClosedLoop, intervalMs: number): number | null {
  const { streams } = defined(loop.tables.nodes[0], "the T").lanes;
  const replaced = touched(loop).map(
    (stream) => nodeOf(loop).health.replaced[defined(streams[stream], "stream").movement] ?? null,
  );
  if (replaced.includes(null)) return null;
  return (replaced.reduce<number>((sum, vehicles) => sum + (vehicles ?? 0), 0) * MINUTE_MS) / intervalMs;
}

describe("what stands for the counts of a dead loop on a link that loses frames", () => {
  it("is of the whole interval where some of its minutes were judged", () => {
    const intervalMs = 5 * MINUTE_MS;
    const loop = ranLosing((minute) => minute % 5 < 2, intervalMs);
    expect(nodeOf(loop).cleaning.counts.missingFrames).toBeGreaterThan(7);
    expect(healthOf(loop, STOP).state).toBe("failed");
    expect(imputedOf(loop, intervalMs)).toBeGreaterThan(0.9 * COMING);
    expect(imputedOf(loop, intervalMs)).toBeLessThan(1.1 * COMING);
  });

  it("is nothing where none was judged, and not no vehicles", () => {
    const loop = ranLosing(() => true, MINUTE_MS);
    expect(healthOf(loop, STOP).state).toBe("failed");
    expect(imputedOf(loop, MINUTE_MS)).toBeNull();
  });
});

describe("a lane that the adaptive level doubts while its detector is taken for good", () => {
  it("teaches nothing and is not imputed: the forecast stands", () => {
    const { state, tables } = ranWith((own) => own, 0);
    const own = defined(tables.nodes[0], "the T");
    const node = defined(state.nodes.at(0), "the T");
    const lane = own.lanes.lanes.findIndex(({ id }) => id === "west_t.0");
    const trust = countTrust(node, tables, own, new Set([lane]), []);
    expect([...trust.untaught]).toEqual([lane]);
    expect([...trust.laneVehicles]).toEqual([]);
  });
});

describe("a stop-line loop that chatters", () => {
  it("teaches nothing from when it has failed: no count, no usual day, no use of its lane", () => {
    const found = ranWith(chatters, 3);
    const later = ranWith(chatters, 33);
    expect(healthOf(found, STOP)).toMatchObject({ state: "failed", finding: { rule: "chatter" } });
    for (const [index, series] of seriesOf(later).entries()) {
      expect(series.recent.slice(-30)).toEqual(Array.from({ length: 30 }, () => Number.NaN));
      const before = defined(seriesOf(found)[index], "series");
      expect(series.level).toBe(before.level);
      expect(series.choice.errors).toEqual(before.choice.errors);
    }
    for (const stream of touched(later)) {
      expect(nodeOf(later).streamUse[stream]).toBe(nodeOf(found).streamUse[stream]);
    }
    expect(nodeOf(later).streamUse, "other lanes go on learning").not.toEqual(nodeOf(found).streamUse);
  });

  it("is not believed unless somebody asks for it: judgements are used where nothing else is said", () => {
    const { tables } = started();
    expect(tables.healthUse).toBe("used");
    const { replaced } = nodeOf(ranWith(chatters, 33)).health;
    const { replaced: told } = nodeOf(ranWith(chatters, 33, "told")).health;
    expect(replaced.some((vehicles) => vehicles !== null)).toBe(true);
    expect(told.every((vehicles) => vehicles === null)).toBe(true);
  });

  it("is learnt as five times the traffic where failed detectors are told and used on", () => {
    const sound = levelOf(ranWith((own) => own, 0));
    const loop = ranWith(chatters, 33, "told");
    expect(healthOf(loop, STOP).state).toBe("failed");
    expect(levelOf(loop)).toBeGreaterThan(5 * sound);
    expect(levelOf(ranWith(chatters, 33))).toBeLessThan(1.1 * sound);
  });
});

describe("an intersection with more failed detectors than it may have", () => {
  it("is left to its plan by time of day: it is told once, and no plan is pushed any more", () => {
    const loop = runLoop(started({ inputs: withoutDetectors }), (SOUND_MINUTES + 20) * 60);
    const told = logOf(loop.effects).filter(
      ({ topic, priority }) => topic === "detector" && priority === "P2",
    );
    expect(told.map(({ priority, text }) => [priority, text.split(":")[0]])).toEqual([
      ["P2", "Detectors failed"],
      ["P2", "Left to the plan by time of day"],
    ]);
    const left = defined(told.at(-1), "entry");
    expect(left.reason).toMatch(
      /^\d+ % of the stop-line and advance detectors have failed, at most 50 % may have$/,
    );
    const pushed = plansOf(loop.effects).map(({ basedOnAt }) => basedOnAt);
    expect(pushed.some((at) => at < FAILS_AT)).toBe(true);
    expect(pushed.filter((at) => at > left.at)).toEqual([]);
  });
});
