import { describe, expect, it } from "vitest";
import { alarmList } from "../../src/alarms/alarm-list.ts";
import type { AlarmTransition } from "../../src/alarms/alarm.ts";
import { defined } from "../../src/assert.ts";
import type { EngineTables } from "../../src/engine/configuration.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input } from "../../src/engine/input.ts";
import { startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import { type AlarmWatch, NO_WATCH, watchAlarms } from "../../src/pipeline/alarm-watch.ts";
import { after, type InstantMs, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import { BEGIN, type ClosedLoop, give, runLoop, started } from "../engine/closed-loop.ts";

/** The tables of so many intersections like the T of the closed loop. */
function tablesOf(count: number): EngineTables {
  const { tables } = started({ mode: "local" });
  const own = defined(tables.nodes[0], "the T");
  const nodes = Array.from({ length: count }, (_, index) => ({ ...own, id: `t${index}` }));
  return {
    ...tables,
    nodes,
    nodeIndex: new Map(nodes.map(({ id }, index) => [id, index])),
    approaches: nodes.map(() => defined(tables.approaches[0], "approaches")),
    upstream: nodes.map(() => defined(tables.upstream[0], "upstream")),
  };
}

describe("200 links that are lost in one instant", () => {
  const tables = tablesOf(200);
  const lost = 10;
  let state = startEngine(tables, BEGIN);
  let watch: AlarmWatch = NO_WATCH;
  const transitions: AlarmTransition[] = [];
  const entries: string[] = [];
  for (let second = 0; second <= 60; second += 1) {
    const at = after(BEGIN, second * SECOND_MS);
    const inputs: readonly Input[] = tables.nodes.flatMap(({ id }): readonly Input[] => {
      if (second === 0) return [{ kind: "linkUp", at, intersection: id, plan: "day" }];
      if (second === lost) return [{ kind: "linkDown", at, intersection: id, reason: "no answer" }];
      return [];
    });
    const effects: Effect[] = [];
    for (const input of [...inputs, { kind: "tick", at } as const]) {
      const next = step(state, input, tables);
      state = next.state;
      effects.push(...next.effects);
    }
    for (const effect of effects) if (effect.kind === "log") entries.push(effect.entry.text);
    const next = watchAlarms(watch, { at, tables, state, inputs, effects, flooding: [], drifting: [] });
    watch = next.watch;
    transitions.push(...next.transitions);
  }

  it("are one alarm that an operator hears, of the first priority, with their number", () => {
    expect(transitions.filter(({ annunciated }) => annunciated)).toMatchObject([
      { alarm: "linksLost:network", priority: "P1", text: "200 of 200 links are down" },
    ]);
    const list = alarmList(watch.alarms);
    expect(list.active).toMatchObject([{ id: "linksLost:network", children: 200 }]);
    expect(list.flood, "one alarm is no flood").toBeNull();
  });

  it("are all in the log and in the record, each once", () => {
    expect(entries.filter((text) => text === "Link lost: no answer")).toHaveLength(200);
    const children = transitions.filter(({ type }) => type === "linkLost");
    expect(children).toHaveLength(200);
    expect(new Set(children.map(({ alarm }) => alarm)).size).toBe(200);
    expect(new Set(children.map(({ to }) => to))).toEqual(new Set(["suppressed"]));
  });
});

/** A closed loop with its alarms: what was heard, in order. */
function watched(loop: ClosedLoop) {
  let watch: AlarmWatch = NO_WATCH;
  const transitions: AlarmTransition[] = [];
  let inputs = 0;
  let effects = 0;
  const look = (): void => {
    const { tables, state, at } = loop;
    const instant = {
      at,
      tables,
      state,
      inputs: loop.inputs.slice(inputs),
      effects: loop.effects.slice(effects),
      flooding: [],
      drifting: [],
    };
    [inputs, effects] = [loop.inputs.length, loop.effects.length];
    const next = watchAlarms(watch, instant);
    watch = next.watch;
    transitions.push(...next.transitions);
  };
  return {
    run: (seconds: number): void => {
      for (let second = 0; second < seconds; second += 1) {
        runLoop(loop, 1);
        look();
      }
    },
    give: (...told: readonly Input[]): void => {
      give(loop, told);
      look();
    },
    heard: () => transitions.filter(({ annunciated }) => annunciated).map(({ alarm }) => alarm),
    transitions,
    at: (): InstantMs => loop.at,
    list: () => alarmList(watch.alarms),
  };
}

describe("what the engine tells becomes alarms", () => {
  it("on a quiet street: none", () => {
    const loop = watched(started());
    loop.run(8 * 60);
    expect(loop.heard()).toEqual([]);
  });

  it("a controller's word of a lost engine or an expired lease, but not of a lease that the mode ends", () => {
    const loop = watched(started());
    loop.run(30);
    loop.give({
      kind: "alarm",
      at: loop.at(),
      intersection: "t",
      code: "ENGINE_LOST",
      detail: "no heartbeat",
    });
    // Says the same: the engine's loss is heard, its consequence is not.
    loop.give({
      kind: "alarm",
      at: loop.at(),
      intersection: "t",
      code: "PLAN_EXPIRED",
      detail: "lease ended",
    });
    expect(loop.heard()).toEqual(["engineLost:t"]);
    expect(loop.list().suppressed.map(({ id }) => id)).toEqual(["planExpired:t"]);
    loop.run(5 * 60);
    expect(loop.list().suppressed, "over, as nobody says it again").toEqual([]);

    const quiet = watched(started({ mode: "local" }));
    quiet.run(30);
    quiet.give({
      kind: "alarm",
      at: quiet.at(),
      intersection: "t",
      code: "PLAN_EXPIRED",
      detail: "lease ended",
    });
    expect(quiet.heard()).toEqual([]);
  });

  it("a monitor's trip, which silences the flash of its intersection and what cannot be expected of it", () => {
    const real = started();
    let tripped = false;
    const loop = watched({
      ...real,
      options: {
        ...real.options,
        inputs: (inputs) =>
          inputs.map((input): Input => {
            if (!tripped || input.kind !== "state") return input;
            return { ...input, operation: "tripped", lamps: input.lamps.replaceAll(/./g, "x") };
          }),
      },
    });
    loop.run(30);
    tripped = true;
    loop.run(5);
    expect(loop.list().active).toMatchObject([
      { id: "monitorTrip:t", priority: "P1", state: "activeUnacknowledged" },
    ]);
    tripped = false;
    loop.run(15);
    expect(loop.list().active).toMatchObject([{ id: "monitorTrip:t", state: "clearedUnacknowledged" }]);
  });

  it("a plan that nobody answers, and one that waits for an operator until it is answered", () => {
    const unanswered = watched(started({ delivered: () => false }));
    unanswered.run(70);
    expect(unanswered.heard()).toEqual(["planUnanswered:t"]);

    const advised = watched(started({ mode: "advise" }));
    advised.run(61);
    const [waiting] = advised.list().active;
    expect(waiting?.id).toBe("planWaiting:t");
    const plan = defined(/Timing plan (\S+) waits/.exec(waiting?.text ?? "")?.[1], "its id");
    advised.give({
      kind: "review",
      at: advised.at(),
      intersection: "t",
      plan,
      approved: false,
      by: "ann",
      reason: "no",
    });
    expect(advised.list().active).toMatchObject([{ id: "planWaiting:t", state: "clearedUnacknowledged" }]);
  });

  it("a command that the gate refuses, with the reason", () => {
    const loop = watched(started());
    loop.run(30);
    const until = after(loop.at(), MINUTE_MS);
    loop.give({
      kind: "command",
      at: loop.at(),
      id: "c1",
      intersection: "t",
      effectiveAt: loop.at(),
      validUntil: until,
      by: "ann",
      reason: "parade",
      order: { kind: "hold", phases: ["nowhere"] },
    });
    expect(loop.list().active).toMatchObject([{ id: "commandRefused:t", priority: "P3" }]);
    expect(loop.list().active[0]?.text).toContain("refused by the safety gate");
  });

  it("control that was taken from somebody, one for the whole area; not control that nobody had", () => {
    const loop = watched(started());
    loop.run(5);
    const until = after(loop.at(), MINUTE_MS);
    const take = { kind: "control", at: loop.at(), intersection: "t", until, takeOver: true } as const;
    loop.give({ ...take, area: "a", by: "ann", reason: "parade" });
    expect(loop.heard()).toEqual([]);
    loop.give({ ...take, area: "b", by: "bob", reason: "fire" });
    expect(loop.list().active).toMatchObject([
      {
        id: "controlTakenOver:network:b",
        priority: "P2",
        text: "bob took control from whoever had it: fire",
      },
    ]);
  });

  it("a detector that has failed, with what is found of it", () => {
    const stop = "west_t.0.stopLine";
    // A pulse of 0.1 s each second over what is real.
    const street = started({
      inputs: (inputs) =>
        inputs.map((input): Input => {
          if (input.kind !== "detections") return input;
          const pulse = [
            [stop, after(input.at, -600), 1] as const,
            [stop, after(input.at, -500), 0] as const,
          ];
          return { ...input, events: [...input.events, ...pulse.map(([...event]) => event)] };
        }),
    });
    const loop = watched(street);
    loop.run(10 * 60);
    const state = street.state.nodes.at(0)?.health.detectors.filter((one) => one.state === "failed");
    expect(state, "by the engine").toHaveLength(1);
    const detectors = loop.list().active.filter(({ type }) => type === "detectorFailed");
    expect(detectors).toMatchObject([{ part: stop, priority: "P3", owner: "signal technician" }]);
    expect(detectors[0]?.text).toMatch(/^chatter: /);
  });
});

describe("a controller whose clock is off", () => {
  it("is an alarm after a minute, with how much, and none when it is right again for a minute", () => {
    const tables = tablesOf(1);
    const quiet = startEngine(tables, BEGIN);
    const state = { ...quiet, nodes: quiet.nodes.map((node) => ({ ...node, linked: true })) };
    let watch: AlarmWatch = NO_WATCH;
    const told: string[] = [];
    for (let second = 0; second <= 240; second += 1) {
      const drifting = second < 120 ? [{ intersection: "t0", aheadMs: -4_200 }] : [];
      const at = after(BEGIN, second * SECOND_MS);
      const next = watchAlarms(watch, { at, tables, state, inputs: [], effects: [], flooding: [], drifting });
      watch = next.watch;
      told.push(...next.transitions.map(({ alarm, to, text }) => `${second} ${alarm} ${to}: ${text}`));
    }
    expect(told).toEqual([
      "60 clockDrift:t0 activeUnacknowledged: The controller's clock is 4 s behind",
      "180 clockDrift:t0 clearedUnacknowledged: The controller's clock is 4 s behind",
    ]);
  });
});
