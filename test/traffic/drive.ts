import type { Network } from "../../src/model/files.ts";
import type { LampOutput } from "../../sim/field/plant.ts";
import { createTrafficModel, stepTraffic, type TrafficModel } from "../../sim/traffic/model.ts";
import { optionsOf } from "./small-networks.ts";

/** The lamps of every intersection, given one character for all phases of it or one each. */
export function lampsOf(network: Network, shown: Readonly<Record<string, string>>): readonly LampOutput[] {
  return network.intersections.map(({ id, phases }) => {
    const text = shown[id] ?? "r";
    return {
      intersection: id,
      lamps: text.length === 1 ? text.repeat(phases.length) : text,
      walk: "-".repeat(phases.length),
    };
  });
}

/** Runs the model, calling `look` after each step. */
export function drive(
  network: Network,
  seed: number,
  steps: number,
  lampsAt: (step: number) => readonly LampOutput[],
  look: (model: TrafficModel, step: number) => void = () => undefined,
): TrafficModel {
  const model = createTrafficModel(network, optionsOf(seed));
  for (let step = 0; step < steps; step += 1) {
    stepTraffic(model, lampsAt(step));
    look(model, step);
  }
  return model;
}

/** Slots of a lane's vehicles, the first one at the stop line first. */
export function vehiclesOn(model: TrafficModel, lane: number): readonly number[] {
  const { lanes, vehicles } = model.state;
  const slots: number[] = [];
  for (let slot = lanes.head[lane] ?? -1; slot >= 0; slot = vehicles.behind[slot] ?? -1) slots.push(slot);
  return slots;
}

export function laneOf(model: TrafficModel, linkId: string, position: number): number {
  const { streets } = model.state;
  const link = streets.linkIndex.get(linkId);
  if (link === undefined) throw new Error(`no link ${linkId}`);
  return (streets.linkFirstLane[link] ?? 0) + position;
}
