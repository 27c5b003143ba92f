import Type, { type Static } from "typebox";
import { declarationOf, PARAMETER_PATHS } from "../engine/parameters/declarations.ts";
import { differingPaths, parameterIn, type Setting, settingsWith } from "../engine/parameters/settings.ts";
import { shapeOf } from "../model/fault.ts";
import { CHANGE_PARTS, type ParameterDifference } from "../protocol/change.ts";

/** A parameter that is declared, with a value of its range. */
export const SettingSchema = Type.Unsafe<Setting>(
  Type.Union(
    PARAMETER_PATHS.map((path) => {
      const { kind, min, max } = declarationOf(path);
      const bounds = { minimum: min, maximum: max };
      const value = kind === "whole" ? Type.Integer(bounds) : Type.Number(bounds);
      return Type.Object({ path: Type.Literal(path), value }, { additionalProperties: false });
    }),
  ),
);

const Settings = Type.Array(SettingSchema, { maxItems: PARAMETER_PATHS.length });

const ChangeSchema = Type.Object(
  {
    ...CHANGE_PARTS,
    /** What it sets; a parameter may be set to its default. */
    set: Settings,
    /** What was in force when it was drafted or revised last: all that was not at its default. A roll back restores it. */
    basedOn: Settings,
  },
  { additionalProperties: false },
);

/** A change of the engine's parameters, with all that became of it. */
export type Change = Static<typeof ChangeSchema>;
export const CHANGE = shapeOf(ChangeSchema);

/** What is to be set over what. */
type Proposed = { readonly basedOn: readonly Setting[]; readonly set: readonly Setting[] };

/** All that is not at its default once the change is in force. */
export function settingsAfter({ basedOn, set }: Proposed): readonly Setting[] {
  return settingsWith(basedOn, set);
}

export function sameSettings(left: readonly Setting[], right: readonly Setting[]): boolean {
  return differingPaths(left, right).length === 0;
}

/** Parameter by parameter, what is in force with the change instead of what was. */
export function differencesOf(change: Proposed): readonly ParameterDifference[] {
  const next = settingsAfter(change);
  return differingPaths(change.basedOn, next).map((path) => {
    const { unit } = declarationOf(path);
    return { path, unit, from: parameterIn(change.basedOn, path), to: parameterIn(next, path) };
  });
}
