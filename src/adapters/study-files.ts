import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import Type from "typebox";
import { isFileMissing, messageOf, PhasewiseError } from "../errors.ts";
import { shapeOf } from "../model/fault.ts";
import type { KeptStudy, StudyMemory } from "../ports/studies.ts";
import { StudyRequestSchema } from "../protocol/studies.ts";
import { byCodeUnit } from "../units.ts";
import { createKeeper, type SettingAsideTold, readOrSetAside, writeKept } from "./kept-file.ts";

const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const InstantOrNull = Type.Union([Instant, Type.Null()]);
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);
const Texts = Type.Array(Type.String());

const ComparisonSchema = Type.Object(
  {
    base: Type.String(),
    variant: Type.String(),
    measure: Type.String(),
    baseMean: NumberOrNull,
    differenceMean: NumberOrNull,
    differencePercent: NumberOrNull,
    ci95: Type.Union([Type.Tuple([Type.Number(), Type.Number()]), Type.Null()]),
    pairs: Type.Integer({ minimum: 0 }),
    pHolm: NumberOrNull,
    verdict: Type.Enum(["better", "worse", "indistinguishable from noise", "too few pairs"]),
    sentence: Type.String(),
  },
  strict,
);

const ResultSchema = Type.Object(
  {
    arms: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          control: Type.String(),
          base: TextOrNull,
          pace: Type.String(),
          events: Texts,
          settings: Texts,
          offsets: Type.Optional(Texts),
          seeds: Type.Array(Type.Integer()),
          means: Type.Record(Type.String(), NumberOrNull),
        },
        strict,
      ),
    ),
    measures: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          text: Type.String(),
          unit: Type.String(),
          better: Type.Enum(["less", "more"]),
        },
        strict,
      ),
    ),
    comparisons: Type.Array(ComparisonSchema),
    selfCheck: TextOrNull,
    failed: Type.Array(Type.Object({ arm: Type.String(), seed: Type.Integer() }, strict)),
    unsafe: Type.Boolean(),
  },
  strict,
);

const FILE = shapeOf(
  Type.Object(
    {
      version: Type.Literal(1),
      study: Type.Object(
        {
          id: Type.String({ pattern: "^[a-z0-9-]{1,80}$" }),
          request: StudyRequestSchema,
          who: Type.String(),
          state: Type.Enum(["queued", "running", "done", "failed", "cancelled", "interrupted"]),
          askedAt: Instant,
          startedAt: InstantOrNull,
          endedAt: InstantOrNull,
          streetAt: InstantOrNull,
          reason: TextOrNull,
          result: Type.Union([ResultSchema, Type.Null()]),
          folder: TextOrNull,
        },
        strict,
      ),
    },
    strict,
  ),
);

const ENDING = ".json";

/**
 * What-if studies in a folder of their own, a file each: what is written when one changes is that one. A file that is not ours is moved to
 * `NAME.damaged`, which is told, and costs its study alone.
 *
 * @throws PhasewiseError STORE_FAILED where the folder cannot be read
 */
export async function openStudyFiles(folder: string, told: SettingAsideTold): Promise<StudyMemory> {
  const kept: KeptStudy[] = [];
  for (const name of await namesIn(folder)) {
    const found = await readOrSetAside(join(folder, name), FILE, told.setAside);
    if (found !== undefined) kept.push(found.study);
  }
  const inTurn = createKeeper(told);
  /** What is not on the disk yet, by id: the study as it is, or null for one that is to be forgotten. */
  const waiting = new Map<string, KeptStudy | null>();
  let last: Promise<unknown> = Promise.resolve();
  const write = async (): Promise<void> => {
    for (const [id, study] of waiting) {
      const path = join(folder, `${id}${ENDING}`);
      if (study === null) await rm(path, { force: true });
      else await writeKept(path, { version: 1, study });
      if (waiting.get(id) === study) waiting.delete(id);
    }
  };
  const take = (id: string, study: KeptStudy | null): void => {
    waiting.set(id, study);
    last = inTurn(write);
  };
  return {
    kept: kept.toSorted((left, right) => left.askedAt - right.askedAt || byCodeUnit(left.id, right.id)),
    keep: (study) => take(study.id, study),
    forget: (id) => take(id, null),
    close: async () => {
      await last;
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(ENDING));
  } catch (cause) {
    if (isFileMissing(cause)) return [];
    const why = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `cannot read ${folder}: ${why}`, { cause });
  }
}
