import { describe, expect, it } from "vitest";
import { differs, draftOf, restingState, type SignalDraft } from "../../src/signal/state.ts";
import { defined } from "../../src/assert.ts";
import { beginCycle } from "../../src/signal/coordination.ts";
import { DAY } from "./coordinated.ts";
import { MIDNIGHT, second } from "./crossings.ts";
import { FIRE, RAIL } from "./preempts.ts";
import { FREE, nemaEight } from "./street.ts";

const BUS = {
  phases: ["2", "6"],
  links: ["in"],
  extensionMaxSeconds: 10,
  earlyMaxSeconds: 10,
  cooldownSeconds: 100,
};
const TABLE = nemaEight(
  {},
  {
    preempts: [RAIL, FIRE],
    priorities: [
      { id: "a", ...BUS },
      { id: "b", ...BUS },
    ],
    overlaps: [
      { id: "F", kind: "flashingYellowArrow", left: "1", opposing: "2", delaySeconds: 0 },
      { id: "G", kind: "flashingYellowArrow", left: "5", opposing: "6", delaySeconds: 0 },
    ],
  },
);
const STATE = restingState(TABLE, FREE, second(10));

describe("at rest", () => {
  it("every head is red and always was, nobody waits", () => {
    expect(STATE.heads[0]).toEqual({
      interval: "red",
      since: 0,
      greenAt: 0,
      greenEndedAt: 0,
      redAt: 0,
      yields: false,
      yieldsSince: 0,
      walk: "off",
      walkSince: 0,
    });
    expect(STATE.preempts).toEqual([
      { onAt: null, ignored: false },
      { onAt: null, ignored: false },
    ]);
    expect([STATE.unit, STATE.cycle, STATE.following]).toEqual([{ kind: "normal" }, null, null]);
  });
});

/** Replaces the first entry by an equal one that is another. */
function renew(list: object[]): void {
  list[0] = { ...defined(list[0], "entry") };
}

describe("an instant is looked at once more when anything is another", () => {
  const changes: readonly (readonly [string, (draft: SignalDraft) => void])[] = [
    ["unit", (draft) => void (draft.unit = { kind: "normal" })],
    ["rings", (draft) => void (draft.rings = { ...draft.rings })],
    ["stages", (draft) => void (draft.stages = { ...draft.stages })],
    ["plan", (draft) => void (draft.plan = DAY)],
    [
      "cycle",
      (draft) =>
        void (draft.cycle = DAY.timing === null ? null : beginCycle(TABLE, DAY.timing, MIDNIGHT, second(0))),
    ],
    ["a head", (draft) => renew(draft.heads)],
    ["a follower", (draft) => renew(draft.followers)],
    ["a call", (draft) => renew(draft.calls)],
    ["a preemption", (draft) => renew(draft.preempts)],
    ["a priority", (draft) => renew(draft.priorities)],
  ];

  it.each(changes)("%s", (_, change) => {
    const draft = draftOf(TABLE, STATE, STATE.at, (running) => running);
    expect(differs(draft, STATE)).toBe(false);
    change(draft);
    expect(differs(draft, STATE)).toBe(true);
  });
});
