import Type from "typebox";
import { shapeOf } from "../model/fault.ts";
import { HandoverSchema } from "../model/handover.ts";
import type { HandoverMemory } from "../ports/handover.ts";
import { createKeeper, type KeepingTold, readKept, writeKept } from "./kept-file.ts";

const FILE = shapeOf(
  Type.Object({ version: Type.Literal(1), handover: HandoverSchema }, { additionalProperties: false }),
);

/**
 * Modes and control as operators set them, in a file of its own that is always whole.
 *
 * @throws PhasewiseError DATA_INVALID where the file is not ours (how far the engine may go is not guessed), STORE_FAILED where it cannot be read
 */
export async function openHandoverFile(path: string, told: KeepingTold): Promise<HandoverMemory> {
  const found = await readKept(path, FILE);
  const inTurn = createKeeper(told);
  return {
    kept: found?.handover,
    keep: async (handover) => await inTurn(async () => await writeKept(path, { version: 1, handover })),
  };
}
