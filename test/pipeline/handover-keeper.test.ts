import { Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import type { Handover } from "../../src/engine/handover.ts";
import { createHandoverKeeper } from "../../src/pipeline/handover-keeper.ts";
import { replayLine, startReplay } from "../../src/pipeline/replay.ts";
import { runPipeline } from "../../src/pipeline/run.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import type { OperatorRequest } from "../../src/ports/operators.ts";
import { err, ok } from "../../src/result.ts";
import { MINUTE_MS } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";
import { linkUp, plantUp, ready, second } from "./field-events.ts";

/** An engine from a second of the street on, with what the one before handed over. */
function engineOf(kept: Handover | undefined, from: number) {
  const events = new Subject<FieldEvent>();
  const requests = new Subject<OperatorRequest>();
  const keeps: (Handover | undefined)[] = [];
  let isFull = false;
  const keeper = createHandoverKeeper({
    kept,
    keep: (handover) => {
      if (!isFull) keeps.push(handover);
      return Promise.resolve(isFull ? err("the disk is full") : ok(undefined));
    },
  });
  const lines: string[] = [];
  runPipeline(
    {
      network: smallNetwork(),
      mode: "plan",
      intervalMs: MINUTE_MS,
      planValidMs: 15 * MINUTE_MS,
      ...(kept === undefined ? {} : { handover: kept }),
    },
    {
      field: {
        events,
        push: () => true,
        order: () => true,
        schedule: () => true,
        heartbeat: () => undefined,
        go: () => undefined,
        disconnect: () => undefined,
      },
      journal: { append: (line) => lines.push(line), close: () => undefined },
      audience: { watching: false, show: () => undefined },
      operators: { requests },
    },
  ).subscribe(keeper.decided);
  let now = from;
  const pass = (): void => {
    events.next(ready(second(now)));
    now += 1;
  };
  events.next(plantUp(second(from)));
  events.next(linkUp("t", second(from)));
  pass();
  return { requests, pass, keeps, keeper, lines, fill: (full: boolean) => (isFull = full) };
}

const works = { intersection: "t", by: "ann", reason: "works" };

describe("what operators set", () => {
  it("is kept when it changes and not with every instant, and the next engine begins with it", async () => {
    const { requests, pass, keeps } = engineOf(undefined, 0);
    const nothing = { at: second(0), configured: "plan", nodes: [] };
    expect(keeps).toEqual([nothing]);
    requests.next({ ...works, kind: "mode", mode: "local", forMs: 60_000 });
    for (let passed = 0; passed < 5; passed += 1) pass();
    const lease = { until: second(61), standing: "plan", by: "ann", reason: "works" };
    const left = { intersection: "t", mode: "local", modeLease: lease, control: null };
    expect(keeps).toEqual([nothing, { at: second(1), configured: "plan", nodes: [left] }]);

    const again = engineOf(keeps.at(-1), 30);
    for (let at = 31; at <= 60; at += 1) again.pass();
    expect(again.keeps, "it was known").toEqual([]);
    again.pass();
    expect(again.keeps).toEqual([{ ...nothing, at: second(61) }]);
    // The journal says what was handed over, so that a replay decides the same.
    const [header = "", ...rest] = again.lines;
    let replay = unwrapped(startReplay("journal", header));
    for (const [index, line] of rest.entries()) {
      ({ replay } = unwrapped(replayLine(replay, "journal", index + 2, line)));
    }
    expect(replay.difference).toBeUndefined();
    expect(rest.some((line) => line.includes("Mode local → plan"))).toBe(true);
  });

  it("that cannot be kept now is tried again with the next instant", async () => {
    const { requests, pass, keeps, keeper, fill } = engineOf(undefined, 0);
    fill(true);
    requests.next({ ...works, kind: "control", area: "a1", forMs: 60_000, takeOver: false });
    pass();
    await keeper.settled();
    pass();
    await keeper.settled();
    expect(keeps.length).toBe(1);
    fill(false);
    pass();
    await keeper.settled();
    pass();
    expect(keeps.length).toBe(2);
    expect(keeps[1]?.nodes[0]?.control).toMatchObject({ area: "a1", by: "ann", until: second(61) });
  });
});

function unwrapped<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}
