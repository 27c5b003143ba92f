import { expect, it } from "vitest";
import { CORRIDOR } from "../../intersections/design/corridor.ts";
import { type DesignedNetwork, designNetwork } from "../../intersections/design/network.ts";
import { SINGLE } from "../../intersections/design/single.ts";
import { defined } from "../../src/assert.ts";
import { liveView } from "../../src/engine/view.ts";
import type { Mode } from "../../src/model/mode.ts";
import type { Network } from "../../src/model/files.ts";
import { startPlayback } from "../../src/playback/playback.ts";
import { BEGIN, networkOfT, runLoop, startLoop } from "../engine/closed-loop.ts";
import { columnsOf } from "./stored.ts";

const SECOND_MS = 1_000;

const whole = ({ network, intersections, demand }: DesignedNetwork): Network => ({
  ...network,
  intersections,
  demand,
});

type Lamps = readonly (readonly [id: string, lamps: string, walk: string])[];

/** What the live frames told at every second, and what the controllers' logs say that was. */
function toldAndPlayed(network: Network, mode: Mode, seconds: number) {
  const loop = startLoop({ network, mode });
  const told: Lamps[] = [];
  for (let second = 0; second <= seconds; second += 1) {
    if (second > 0) runLoop(loop, 1);
    told.push(liveView(loop.state, loop.tables).map(({ id, lamps, walk }) => [id, lamps, walk] as const));
  }
  const logged = loop.cabinets.flatMap(({ controller }) =>
    controller.log.pieces.flat().map(([at, code, parameter]) => {
      return { at, code, parameter, intersection: controller.table.intersection.id };
    }),
  );
  const playback = startPlayback(network.intersections, SECOND_MS);
  for (const { id } of loop.tables.nodes) playback.restart(id, true);
  playback.take({ events: columnsOf(logged.toSorted((left, right) => left.at - right.at)) });
  const played = told.map((_, second): Lamps => {
    const frame = playback.messagesAt(BEGIN + second * SECOND_MS, { speedFactor: 1, moving: true }).at(-1);
    const intersections = frame?.kind === "frame" ? frame.intersections : [];
    return intersections.map(({ id, lamps, walk }) => [id, lamps, walk] as const);
  });
  return { told, played };
}

it.each([
  ["a T with a local plan", networkOfT(), "local", 600],
  ["a crossing under an adaptive engine", whole(designNetwork(SINGLE)), "adaptive", 300],
  ["the corridor under timing plans", whole(designNetwork(CORRIDOR)), "plan", 240],
] as const)("%s shows in every second what the live frames told", (_name, network, mode, seconds) => {
  const { told, played } = toldAndPlayed(network, mode, seconds);
  expect(played).toEqual(told);
  const letters = new Set(told.flat().flatMap(([, lamps, walk]) => (lamps + walk).split("")));
  expect([...letters], "something changed").toEqual(expect.arrayContaining(["G", "y", "r", "W", "F", "D"]));
  expect(defined(told[0], "first second")).toHaveLength(network.intersections.length);
});
