import Type from "typebox";
import { IdSchema } from "../model/id.ts";
import { shapeOf } from "../model/fault.ts";
import type { AlarmMemory } from "../ports/alarm-desk.ts";
import { createKeeper, type KeepingTold, readKept, writeKept } from "./kept-file.ts";

const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Said = { by: Type.String(), at: Instant };
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

const FILE = shapeOf(
  Type.Object(
    {
      version: Type.Literal(1),
      alarms: Type.Array(
        Type.Object(
          {
            type: Type.String(),
            intersection: orNull(IdSchema),
            part: orNull(Type.String()),
            text: Type.String(),
            acknowledged: orNull(Type.Object(Said, strict)),
            shelved: orNull(Type.Object({ ...Said, reason: Type.String(), until: Instant }, strict)),
            outOfService: orNull(Type.Object({ ...Said, reason: Type.String() }, strict)),
          },
          strict,
        ),
      ),
    },
    strict,
  ),
);

/**
 * What operators said of alarms, in a file of its own that is always whole.
 *
 * @throws PhasewiseError DATA_INVALID where the file is not ours, STORE_FAILED where it cannot be read
 */
export async function openAlarmFile(path: string, told: KeepingTold): Promise<AlarmMemory> {
  const found = await readKept(path, FILE);
  const inTurn = createKeeper(told);
  return {
    // Instants are instants, and a type that there is no more is dropped by whoever takes them.
    kept: (found?.alarms ?? []) as AlarmMemory["kept"],
    keep: async (alarms) => await inTurn(async () => await writeKept(path, { version: 1, alarms })),
  };
}
