import { describe, expect, it } from "vitest";
import { advanceFollowers } from "../../src/signal/followers.ts";
import type { Follower, Head } from "../../src/signal/heads.ts";
import type { Overlap, Preempt } from "../../src/model/intersection.ts";
import { instantMs } from "../../src/units.ts";
import { crossing, tableOf, timing } from "./crossings.ts";
import { active, runSignal } from "./run.ts";
import { nemaEight, preempt, runStreet, vehicle } from "./street.ts";

/** Right turn beside A that must not run beside B. */
const RIGHT: Overlap = {
  id: "right",
  kind: "normal",
  included: ["A"],
  minus: ["B"],
  yellowSeconds: 3,
  redClearSeconds: 1,
};

const PARALLEL = crossing({
  phases: { A: [5, 3, 1], B: [5, 3, 1], C: [5, 3, 1] },
  stages: { a: ["A"], ab: ["A", "B"], c: ["C"] },
  conflicts: ["A/C", "B/C"],
  plans: { day: { a: 20, ab: 20, c: 20 } },
});

describe("an overlap with a minus phase that is coming", () => {
  it("ends though its parent stays green through a change of stage, or the phase would wait for it for ever", () => {
    const table = tableOf({ ...PARALLEL, overlaps: [RIGHT] });
    const plan = active(
      timing([
        ["a", 20],
        ["ab", 20],
        ["c", 20],
      ]),
    );
    const { shown, states } = runSignal(table, plan, 0, 60);
    // The split of stage a counts to the begin of the green of ab: 4 s before it the overlap begins to clear.
    expect(shown.slice(0, 3)).toEqual([
      [20, "Grr"],
      [16, "GGr"],
      [3, "yyr"],
    ]);
    expect(states.map(({ followers }) => followers[0]?.interval).slice(14, 21)).toEqual([
      "green",
      "green",
      "yellow",
      "yellow",
      "yellow",
      "redClear",
      "red",
    ]);
  });

  it("goes on through a change to a stage that does not bring the phase", () => {
    const table = tableOf({
      ...PARALLEL,
      stages: [{ id: "ac", phases: ["A", "C"], permissive: [] }, ...PARALLEL.stages],
      conflicts: [["B", "C"]],
      overlaps: [RIGHT],
    });
    const plan = active(
      timing([
        ["ac", 20],
        ["a", 20],
      ]),
    );
    // Phase C clears from 16 s to 20 s beside A.
    const { shown, states } = runSignal(table, plan, 0, 30);
    expect(shown).toEqual([
      [16, "GrG"],
      [3, "Gry"],
      [11, "Grr"],
    ]);
    // It begins a tick after the start.
    expect(states.slice(1).every(({ followers }) => followers[0]?.interval === "green")).toBe(true);
  });

  it("ends for the dwell of a preemption", () => {
    const fire: Preempt = {
      id: "fire",
      kind: "emergency",
      delaySeconds: 0,
      entry: { greenMinSeconds: 1, walkSeconds: 0, clearSeconds: 0 },
      dwell: { phases: ["2", "6"], greenMinSeconds: 5 },
      exit: { phases: ["4"] },
      presenceMaxSeconds: 600,
      links: ["link"],
    };
    const right: Overlap = { ...RIGHT, included: ["2"], minus: ["6"] };
    const table = nemaEight({}, { overlaps: [right], preempts: [fire] });
    // Phase 5 takes over from 6; then phase 2 is green alone, with the overlap.
    const { shown } = runStreet(table, {
      to: 60,
      inputs: [
        [0, vehicle(4)],
        [20, preempt(true)],
      ],
    });
    expect(shown.slice(-4)).toEqual([
      [11, "rGrrGrrr G"],
      [20.1, "rGrryrrr y"],
      [23.1, "rGrrrrrr r"],
      [24.1, "rGrrrGrr r"],
    ]);
  });
});

describe("an overlap that ends in the instant in which it began", () => {
  it("was never green", () => {
    const table = tableOf({ ...PARALLEL, overlaps: [RIGHT] });
    const at = instantMs(100_000);
    const never = instantMs(0);
    const head = (interval: Head["interval"]): Head => ({
      interval,
      since: at,
      greenAt: at,
      greenEndedAt: never,
      redAt: never,
      yields: false,
      yieldsSince: at,
      walk: "off",
      walkSince: never,
    });
    const followers: Follower[] = [{ interval: "red", since: never }];
    const draft = { table, at, heads: [head("green"), head("red"), head("red")], followers, events: [] };
    advanceFollowers(draft, () => false);
    expect(followers[0]?.interval).toBe("green");
    advanceFollowers(draft, (phase) => phase === 1);
    expect(followers[0]).toEqual({ interval: "red", since: at });
    // Shown for a step it turns yellow.
    const shown = {
      ...draft,
      at: instantMs(at + 1_000),
      followers: [{ interval: "green" as const, since: at }],
    };
    advanceFollowers(shown, (phase) => phase === 1);
    expect(shown.followers[0]?.interval).toBe("yellow");
  });
});
