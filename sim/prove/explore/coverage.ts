import { defined } from "../../../src/assert.ts";
import type { TimingTable } from "../../../src/model/timing.ts";
import type { RingsState } from "../../../src/signal/rings.ts";
import type { ExploredMachine } from "./machine.ts";
import { groupOrders, wordsOfGroup } from "./state.ts";

/** What of an intersection's operation has been seen: phases green together, orders of service. */
export type Coverage = {
  /** A state of the machine, and those that follow it. */
  readonly meet: (state: number, nexts: readonly number[]) => void;
  readonly pairs: () => readonly string[];
  readonly orders: () => readonly string[];
};

export function createCoverage(machine: ExploredMachine, table: TimingTable): Coverage {
  const pairs = new Set<string>();
  const successions = new Set<string>();
  const crossings = new Set<string>();
  const groups: (string | null)[] = [];
  const idOf = (phase: number): string => defined(table.phases[phase], "phase").id;
  const groupOf = (state: number): string | null => {
    const known = groups[state];
    if (known !== undefined) return known;
    const { unit, rings } = machine.draftOf(state);
    const words =
      unit.kind === "normal" ? groupWords(rings.group, wordsOfGroup(rings.order, rings.group)) : null;
    groups[state] = words;
    return words;
  };
  return {
    meet: (state, nexts) => {
      const { lamps } = machine.outputsOf(state);
      const green = table.phases.flatMap((_, phase) => (lamps[phase] === "G" ? [phase] : []));
      for (const one of green)
        for (const other of green) if (one < other) pairs.add(`${idOf(one)}-${idOf(other)}`);
      const { unit, rings } = machine.draftOf(state);
      if (unit.kind !== "normal") return;
      for (const { active, next } of rings.rings) successions.add(`${active}>${next}`);
      const own = groupOf(state);
      for (const next of nexts) {
        const other = groupOf(next);
        if (other !== null && other !== own) crossings.add(`${own} then ${other}`);
      }
    },
    pairs: () => [...pairs].toSorted(),
    orders: () =>
      fullOrders(table.rings)
        .filter((order) => isRunThrough(order, crossings, successions))
        .map((order) =>
          order.map((cells) => cells.map((cell) => cell.map(idOf).join("-")).join(" ")).join(" | "),
        ),
  };
}

function groupWords(group: number, words: string): string {
  return `${group}: ${words}`;
}

/** Group → ring → phases in their order. */
type GroupedOrder = readonly RingsState["order"][number][];

function fullOrders(rings: RingsState["order"]): readonly GroupedOrder[] {
  return groupOrders(rings).reduce<readonly GroupedOrder[]>(
    (made, choice) => made.flatMap((one) => choice.map((next) => [...one, next])),
    [[]],
  );
}

/** Each barrier was crossed between groups in this order, and each phase followed by the one behind it. */
function isRunThrough(
  order: GroupedOrder,
  crossings: ReadonlySet<string>,
  successions: ReadonlySet<string>,
): boolean {
  const words = order.map((cells, group) => groupWords(group, cells.map((cell) => cell.join("-")).join(" ")));
  const crossed = words.every((own, group) => {
    const other = defined(words[(group + 1) % words.length], "group");
    return own === other || crossings.has(`${own} then ${other}`);
  });
  const followed = order
    .flat()
    .every((cell) =>
      cell.every((phase, place) => place === 0 || successions.has(`${cell[place - 1]}>${phase}`)),
    );
  return crossed && followed;
}
