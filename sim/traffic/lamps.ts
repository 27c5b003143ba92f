import { assert, defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { LampOutput } from "../field/plant.ts";

export const RED = 0;
export const YELLOW = 1;
/** Green that yields. */
export const PERMISSIVE = 2;
const PROTECTED = 3;
/** Stop, then go when there is a gap. */
export const FLASHING_RED = 4;

/** What the vehicles see, per phase over all intersections. */
export type Lamps = {
  /** Of `intersection phase`. */
  readonly phaseIndex: ReadonlyMap<string, number>;
  readonly firstPhase: ReadonlyMap<string, number>;
  readonly phases: readonly { readonly intersection: string; readonly phase: string }[];
  /** What each intersection showed last. */
  readonly shown: Map<string, LampOutput>;
  /** The outputs of the last step in their order: the same object again says nothing new. */
  readonly told: LampOutput[];
  readonly lamp: Uint8Array;
  /** The step at whose begin the green that shows came, whether it yields or not. */
  readonly greenStep: Int32Array;
  /** The step at whose begin the yellow that shows came. */
  readonly yellowStep: Int32Array;
  /** The last green that showed: `PERMISSIVE` or `PROTECTED`. */
  readonly lastGreen: Uint8Array;
  /** 1 where the last green yielded at any time. */
  readonly yielded: Uint8Array;
  /** 1 where pedestrians see walk. */
  readonly walk: Uint8Array;
};

/** All red, before the first step. */
export function createLamps(network: Network): Lamps {
  const phaseIndex = new Map<string, number>();
  const firstPhase = new Map<string, number>();
  for (const intersection of network.intersections) {
    firstPhase.set(intersection.id, phaseIndex.size);
    for (const phase of intersection.phases)
      phaseIndex.set(`${intersection.id} ${phase.id}`, phaseIndex.size);
  }
  return {
    phaseIndex,
    firstPhase,
    phases: network.intersections.flatMap(({ id, phases }) =>
      phases.map((phase) => ({ intersection: id, phase: phase.id })),
    ),
    shown: new Map(),
    told: [],
    lamp: new Uint8Array(phaseIndex.size),
    greenStep: new Int32Array(phaseIndex.size),
    yellowStep: new Int32Array(phaseIndex.size),
    lastGreen: new Uint8Array(phaseIndex.size).fill(PROTECTED),
    yielded: new Uint8Array(phaseIndex.size),
    walk: new Uint8Array(phaseIndex.size),
  };
}

/** Who sees flashing yellow may go, and yields as under a green that yields. */
const LAMP_OF: Readonly<Record<string, number>> = {
  r: RED,
  y: YELLOW,
  g: PERMISSIVE,
  G: PROTECTED,
  x: FLASHING_RED,
  f: PERMISSIVE,
};

/** Shows the lamps of a step; an intersection that says nothing keeps what it showed. */
export function showLamps(lamps: Lamps, outputs: readonly LampOutput[], step: number): void {
  const { told } = lamps;
  for (let k = 0; k < outputs.length; k += 1) {
    const output = outputs[k]!;
    if (told[k] === output) continue;
    told[k] = output;
    const before = lamps.shown.get(output.intersection);
    if (before !== undefined && before.lamps === output.lamps && before.walk === output.walk) continue;
    lamps.shown.set(output.intersection, output);
    const first = defined(lamps.firstPhase.get(output.intersection), `intersection ${output.intersection}`);
    for (let index = 0; index < output.lamps.length; index += 1) {
      const shown = LAMP_OF[output.lamps.charAt(index)];
      assert(shown !== undefined, `lamps of ${output.intersection} are ${output.lamps}`);
      const phase = first + index;
      if (isGreen(shown)) {
        if (!isGreen(lamps.lamp[phase])) {
          lamps.greenStep[phase] = step;
          lamps.yielded[phase] = 0;
        }
        if (shown === PERMISSIVE) lamps.yielded[phase] = 1;
        lamps.lastGreen[phase] = shown;
      }
      if (shown === YELLOW && lamps.lamp[phase] !== YELLOW) lamps.yellowStep[phase] = step;
      lamps.lamp[phase] = shown;
      lamps.walk[phase] = output.walk.charAt(index) === "W" ? 1 : 0;
    }
  }
}

function isGreen(lamp: number | undefined): boolean {
  return lamp === PERMISSIVE || lamp === PROTECTED;
}
