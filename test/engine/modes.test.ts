import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNetworkFolder } from "../../src/adapters/network-files.ts";
import { defined } from "../../src/assert.ts";
import type { Effect } from "../../src/engine/effect.ts";
import { detailView, liveView } from "../../src/engine/view.ts";
import type { Network } from "../../src/model/files.ts";
import { type Mode, MODES } from "../../src/model/mode.ts";
import { doubtedLanes } from "../../src/estimate/loop-doubt.ts";
import { after, SECOND_MS } from "../../src/units.ts";
import {
  BEGIN,
  BUSY_STREET,
  type ClosedLoop,
  give,
  logOf,
  nodeOf,
  plansOf,
  runLoop,
  started,
  startLoop,
} from "./closed-loop.ts";

function ask(loop: ClosedLoop, mode: Mode, intersection = "t"): readonly Effect[] {
  const responsible = { by: "operator 7", reason: "works on Elm Street" };
  return give(loop, [{ kind: "mode", at: loop.at, intersection, mode, ...responsible }]);
}

function answer(loop: ClosedLoop, approved: boolean, plan: string): readonly Effect[] {
  const responsible = { by: "operator 7", reason: "looks right" };
  return give(loop, [{ kind: "review", at: loop.at, intersection: "t", plan, approved, ...responsible }]);
}

/** Seconds since the begin at which stages were lent. */
function lentAt(effects: readonly Effect[]): readonly number[] {
  return effects.flatMap((effect) => (effect.kind === "schedule" ? [(effect.at - BEGIN) / SECOND_MS] : []));
}

/** What the controller told of its source, second by second. */
function sources(loop: ClosedLoop): readonly { readonly second: number; readonly source: string }[] {
  return loop.inputs.flatMap((input) =>
    input.kind === "state" ? [{ second: (input.at - BEGIN) / SECOND_MS, source: input.source }] : [],
  );
}

function nothingRefused({ state: { counts } }: ClosedLoop): void {
  expect(counts.plansRefused + counts.plansRefusedByGate).toBe(0);
  expect(counts.schedulesRefused + counts.schedulesRefusedByGate).toBe(0);
  expect(counts.readbackMismatches).toBe(0);
  expect(counts.alarms).toBe(0);
}

describe("a change of mode", () => {
  it("is told with who, why, and how long what was lent still runs", () => {
    const loop = runLoop(started({ mode: "adaptive" }), 30);
    const [entry] = logOf(ask(loop, "local"));
    expect(entry).toMatchObject({
      intersection: "t",
      topic: "command",
      text: "Mode adaptive → local",
      reason: "operator 7: works on Elm Street",
    });
    expect(entry?.answer).toMatch(/^what was lent runs for up to \d+ s$/);
    expect(liveView(loop.state, loop.tables)[0]?.mode).toBe("local");
    expect(logOf(ask(loop, "local"))[0]).toMatchObject({ text: "Mode stays local", answer: null });
  });

  it("out of adaptive sends nothing: the lease runs out within ten seconds, and the plan goes on", () => {
    const loop = runLoop(started({ mode: "adaptive" }), 90);
    const told = ask(loop, "plan");
    expect(told.map(({ kind }) => kind)).toEqual(["log"]);
    runLoop(loop, 120);
    expect(lentAt(loop.effects).filter((second) => second >= 90)).toEqual([]);
    const handedBack = sources(loop).filter(({ second }) => second > 101);
    expect(new Set(handedBack.map(({ source }) => source))).toEqual(new Set(["plan"]));
    nothingRefused(loop);
  });

  it("into adaptive begins with what the street shows, within a least green", () => {
    const loop = runLoop(started({ mode: "local" }), 95);
    expect(lentAt(loop.effects)).toEqual([]);
    ask(loop, "adaptive");
    runLoop(loop, 60);
    const first = defined(lentAt(loop.effects)[0], "a schedule");
    expect(first).toBeLessThanOrEqual(96);
    expect(loop.state.counts.schedulesApplied).toBeGreaterThan(0);
    nothingRefused(loop);
  });

  it("out of plan renews no plan, and the next one counts from what runs", () => {
    const loop = runLoop(started({ mode: "plan" }), 130);
    const before = plansOf(loop.effects).length;
    expect(before).toBeGreaterThan(0);
    ask(loop, "local");
    runLoop(loop, 300);
    expect(plansOf(loop.effects).length).toBe(before);
    ask(loop, "plan");
    runLoop(loop, 120);
    expect(plansOf(loop.effects).length).toBeGreaterThan(before);
    nothingRefused(loop);
  });
});

describe("shadow", () => {
  const loop = runLoop(started({ mode: "shadow" }), 600);
  const { score } = nodeOf(loop);

  it("sends nothing", () => {
    const kinds = new Set(loop.effects.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(["heartbeat", "log"]);
    expect(nodeOf(loop).tactical.lent).toBeNull();
    expect(nodeOf(loop).tactical.departures.flatMap(({ at }) => at)).toEqual([]);
  });

  it("counts each decision once against what the heads showed next", () => {
    expect(score.decisions).toBeGreaterThan(100);
    expect(score.decisions).toBeLessThanOrEqual(600);
    expect(score.agreed).toBeLessThan(score.decisions);
    expect(score.agreed / score.decisions).toBeGreaterThan(0.3);
  });

  it("expects no less of its own choices than of the street's, over the same seconds", () => {
    expect(score.costed).toBeGreaterThan(100);
    expect(score.ownCostVehSeconds).toBeLessThan(score.streetCostVehSeconds);
  });

  it("compares a plan each interval with the one that runs", () => {
    expect(score.plans).toBeGreaterThanOrEqual(7);
    expect(score.ownDelaySeconds).toBeLessThan(score.runningDelaySeconds);
    const told = logOf(loop.effects).filter(({ text }) => text.startsWith("Shadow plan"));
    expect(told.length).toBe(score.plans);
  });

  it("is shown as means", () => {
    const { shadow } = detailView(loop.state, loop.tables, 0);
    expect(shadow?.agreedShare).toBeCloseTo(score.agreed / score.decisions, 3);
    expect(shadow?.ownDelaySeconds).toBeCloseTo(score.ownDelaySeconds / score.plans, 3);
    const plain = runLoop(started({ mode: "plan" }), 10);
    expect(detailView(plain.state, plain.tables, 0).shadow).toBeNull();
  });

  it("begins a new score when the intersection comes back to it", () => {
    const again = runLoop(started({ mode: "shadow" }), 60);
    ask(again, "adaptive");
    expect(nodeOf(again).score.decisions).toBeGreaterThan(0);
    ask(again, "shadow");
    expect(nodeOf(again).score.decisions).toBe(0);
  });

  it("control: the decisions of the adaptive level, carried out, agree with the street nearly always", () => {
    // An engine in shadow beside one that controls: the same inputs, so the street does what the shadow decides too.
    const led = runLoop(started({ mode: "adaptive" }), 600);
    const beside = startLoop({ flowVehPerHour: BUSY_STREET, mode: "shadow" });
    give(
      beside,
      led.inputs.slice(2).filter(({ kind }) => kind !== "ack"),
    );
    const { decisions, agreed } = nodeOf(beside).score;
    expect(decisions).toBeGreaterThan(100);
    expect(agreed / decisions).toBeGreaterThan(0.9);
  });
});

/** Up to the first proposal. */
function waiting(): { readonly loop: ClosedLoop; readonly plan: string } {
  const loop = started({ mode: "advise" });
  while (nodeOf(loop).proposal === null) runLoop(loop, 1);
  return { loop, plan: defined(nodeOf(loop).proposal ?? undefined, "proposal").id };
}
const entryOf = (loop: ClosedLoop, plan: string) => logOf(loop.effects).find((entry) => entry.plan === plan);

describe("advise", () => {
  it("shows a plan, tells who has to decide, and sends nothing", () => {
    const { loop, plan } = waiting();
    expect(plansOf(loop.effects)).toEqual([]);
    expect(lentAt(loop.effects)).toEqual([]);
    expect(entryOf(loop, plan)).toMatchObject({ status: "proposed", priority: "P3" });
    expect(detailView(loop.state, loop.tables, 0).proposal).toMatchObject({ id: plan, status: "proposed" });
  });

  it("sends what is approved, under the same name and in the same entry, and sees it applied", () => {
    const { loop, plan } = waiting();
    runLoop(loop, 7);
    answer(loop, true, plan);
    expect(plansOf(loop.effects).map(({ id }) => id)).toEqual([plan]);
    expect(nodeOf(loop).proposal).toBeNull();
    expect(entryOf(loop, plan)?.text).toMatch(/approved by operator 7: looks right$/);
    // The next proposals are not answered.
    runLoop(loop, 200);
    expect(entryOf(loop, plan)?.status).toBe("applied");
    expect(plansOf(loop.effects).length).toBe(1);
    nothingRefused(loop);
  });

  it("sends nothing of what is rejected, or not answered in its interval", () => {
    const { loop, plan } = waiting();
    answer(loop, false, plan);
    expect(entryOf(loop, plan)).toMatchObject({ status: "rejected", answer: "operator 7: looks right" });
    runLoop(loop, 60);
    const late = defined(nodeOf(loop).proposal ?? undefined, "proposal").id;
    expect(late).not.toBe(plan);
    runLoop(loop, 60);
    expect(entryOf(loop, late)?.status).toBe("expired");
    expect(plansOf(loop.effects)).toEqual([]);
  });

  it("hears no answer to what does not wait, and none while the controller is not linked", () => {
    const { loop, plan } = waiting();
    expect(logOf(answer(loop, true, "another"))[0]?.text).toMatch(/changes nothing: no such plan/);
    give(loop, [{ kind: "linkDown", at: loop.at, intersection: "t", reason: "cable" }]);
    expect(logOf(answer(loop, true, plan))[0]?.text).toMatch(
      /changes nothing: the controller would not take/,
    );
    expect(nodeOf(loop).proposal?.id).toBe(plan);
    expect(plansOf(loop.effects)).toEqual([]);
  });

  it("withdraws what waits when the mode changes", () => {
    const { loop, plan } = waiting();
    ask(loop, "local");
    expect(entryOf(loop, plan)).toMatchObject({ status: "superseded", answer: "mode local" });
    expect(nodeOf(loop).proposal).toBeNull();
  });

  it("passes what is approved through the gate again, against what runs by then", () => {
    const { loop, plan } = waiting();
    const proposal = defined(nodeOf(loop).proposal ?? undefined, "proposal");
    // As if the plan had been made long ago: more than a step from what runs now.
    const [first, second, ...others] = proposal.timing.stages;
    const far = [
      { ...defined(first, "stage"), splitMs: defined(first, "stage").splitMs + 20 * SECOND_MS },
      { ...defined(second, "stage"), splitMs: defined(second, "stage").splitMs - 20 * SECOND_MS },
      ...others,
    ];
    const stale = { ...proposal, timing: { ...proposal.timing, stages: far } };
    loop.state = { ...loop.state, nodes: loop.state.nodes.with(0, { ...nodeOf(loop), proposal: stale }) };
    answer(loop, true, plan);
    expect(plansOf(loop.effects)).toEqual([]);
    expect(entryOf(loop, plan)?.text).toMatch(/^Plan refused by the safety gate: /);
  });
});

async function corridor(): Promise<Network> {
  const read = await readNetworkFolder("intersections/corridor");
  if (!read.ok) throw new Error("the corridor is valid");
  return read.value;
}

describe("a group of intersections in different modes", () => {
  it("re-times those that take plans without those that do not, who hold what they run", async () => {
    const network = await corridor();
    const loop = startLoop({ network, mode: "plan", flowVehPerHour: () => 250 });
    const [held, shown, advised] = network.intersections.slice(3, 6).map(({ id }) => id);
    ask(loop, "local", held);
    ask(loop, "shadow", shown);
    ask(loop, "advise", advised);
    runLoop(loop, 240);
    const pushedTo = new Set(plansOf(loop.effects).map(({ intersection }) => intersection));
    const others = network.intersections.map(({ id }) => id).filter((id) => !pushedTo.has(id));
    expect(others).toEqual([held, shown, advised]);
    const told = logOf(loop.effects).filter(({ topic }) => topic === "plan");
    const ofShown = told.filter(({ intersection }) => intersection === shown);
    expect(ofShown.length).toBeGreaterThan(0);
    expect(ofShown.every(({ text }) => text.startsWith("Shadow plan"))).toBe(true);
    const ofAdvised = told.filter(({ intersection }) => intersection === advised);
    expect(ofAdvised.some(({ status }) => status === "proposed")).toBe(true);
    expect(told.filter(({ intersection }) => intersection === held)).toEqual([]);
    nothingRefused(loop);
  });
});

describe("modes changed at any second", () => {
  it("never have anything refused, nor anything sent that the mode does not send", () => {
    const met = { schedules: 0, plans: 0, changes: 0 };
    const change = fc.record({
      seconds: fc.integer({ min: 1, max: 70 }),
      mode: fc.constantFrom(...MODES),
      approves: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...MODES),
        fc.array(change, { minLength: 3, maxLength: 8 }),
        (mode, changes) => {
          const loop = started({ mode });
          let now: Mode = mode;
          for (const { seconds, mode: next, approves } of changes) {
            const before = loop.effects.length;
            runLoop(loop, seconds);
            const sent = loop.effects.slice(before);
            if (now !== "adaptive") expect(lentAt(sent)).toEqual([]);
            if (now !== "adaptive" && now !== "plan") expect(plansOf(sent)).toEqual([]);
            met.schedules += lentAt(sent).length;
            const { proposal } = nodeOf(loop);
            expect(proposal === null || now === "advise").toBe(true);
            if (proposal !== null) answer(loop, approves, proposal.id);
            ask(loop, next);
            met.changes += next === now ? 0 : 1;
            now = next;
          }
          met.plans += plansOf(loop.effects).length;
          nothingRefused(loop);
        },
      ),
      { numRuns: 40, seed: 4 },
    );
    expect(met.schedules).toBeGreaterThan(100);
    expect(met.plans).toBeGreaterThan(20);
    expect(met.changes).toBeGreaterThan(100);
  });
});

describe("detectors that are not heard any more", () => {
  const deadFrom = 300;
  const deadTo = 800;
  const loop = started({
    mode: "adaptive",
    inputs: (inputs, at) => {
      const second = (at - BEGIN) / SECOND_MS;
      if (second < deadFrom || second >= deadTo) return inputs;
      return inputs.map((input) => (input.kind === "detections" ? { ...input, events: [] } : input));
    },
  });
  runLoop(loop, 1000);
  const sight = logOf(loop.effects).filter(({ topic }) => topic === "operation");

  it("leave the stages to the plan, and operators are told, until they are heard again", () => {
    expect(sight.map(({ text }) => text)).toEqual([
      "No detector is heard although vehicles must come: stages are left to the plan",
      "Detectors are heard again: stages are decided each second",
    ]);
    const [blindAt, seenAt] = sight.map(({ at }) => (at - BEGIN) / SECOND_MS);
    expect(blindAt).toBeGreaterThan(deadFrom + 59);
    expect(blindAt).toBeLessThan(deadFrom + 150);
    expect(seenAt).toBeLessThanOrEqual(deadTo + 5);
    const between = lentAt(loop.effects).filter(
      (second) => second > (blindAt ?? 0) && second < (seenAt ?? 0),
    );
    expect(between).toEqual([]);
    expect(lentAt(loop.effects).some((second) => second > deadTo + 20)).toBe(true);
    nothingRefused(loop);
  });

  it("count nobody: their silence is no history, and the last plan's lease ends", () => {
    const recent = nodeOf(loop).series[0]?.recent ?? [];
    // Intervals of a minute: the first four are counted, those after the silence again.
    expect(recent.slice(0, 4).some(Number.isNaN)).toBe(false);
    expect(recent.slice(7, 12).every(Number.isNaN)).toBe(true);
    const pushedAt = plansOf(loop.effects).map(({ effectiveAt }) => (effectiveAt - BEGIN) / SECOND_MS);
    expect(pushedAt.filter((second) => second > deadFrom + 240 && second < deadTo)).toEqual([]);
  });
});

describe("a link that is lost", () => {
  it("is no blindness, and when it is back every lane is in doubt until its loop is heard", () => {
    const loop = runLoop(started({ mode: "adaptive" }), 240);
    give(loop, [{ kind: "linkDown", at: loop.at, intersection: "t", reason: "cable" }]);
    const sent = loop.effects.length;
    for (let second = 0; second < 200; second += 1) {
      loop.at = after(loop.at, SECOND_MS);
      give(loop, [{ kind: "tick", at: loop.at }]);
    }
    expect(logOf(loop.effects.slice(sent)).filter(({ topic }) => topic === "operation")).toEqual([]);
    expect(nodeOf(loop).tactical).toMatchObject({ lent: null, blind: false });
    give(loop, [{ kind: "linkUp", at: loop.at, intersection: "t", plan: "day" }]);
    const { heardAt, loops } = nodeOf(loop).tactical;
    expect(heardAt).toBe(loop.at);
    expect(doubtedLanes(loops, loop.at).size).toBe(defined(loop.tables.nodes[0], "t").lanes.lanes.length);
  });
});
