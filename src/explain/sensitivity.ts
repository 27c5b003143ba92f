import { changeBetween, type Decidable, decideAgain } from "./decidable.ts";
import { inputsOf, type RecordInput } from "./inputs.ts";

/** Another choice, and the value of an input at which it would have been made. */
export type Threshold = { readonly value: number; readonly decided: Decidable["decided"] };

/** How far one input is from changing the choice; `null`: not within the values that can be thought of. */
export type Sensitivity = Pick<RecordInput, "path" | "title" | "unit" | "value" | "min" | "max"> & {
  readonly below: Threshold | null;
  readonly above: Threshold | null;
};

/**
 * For each input the nearest value below and above at which another choice is made first, all others staying as they were, to the input's own
 * step. Steps double on the way out and are halved back, so a change and its undoing between two of them is not seen. Of a stage it is the
 * stage that counts, not when the next change is planned.
 */
export function sensitivityOf(record: Decidable): readonly Sensitivity[] {
  return inputsOf(record)
    .filter((input) => isOfIntersection(record, input.path))
    .map((input) => {
      const { path, title, unit, value, min, max } = input;
      return {
        path,
        title,
        unit,
        value,
        min,
        max,
        below: nearest(record, input, -1),
        above: nearest(record, input, 1),
      };
    });
}

/** Demand of the neighbours changes a plan too, but each of them has a record of its own. */
function isOfIntersection({ level, intersection }: Decidable, path: string): boolean {
  return level === "tactical" || path.startsWith(`demand.${intersection}.`);
}

function nearest(record: Decidable, input: RecordInput, direction: 1 | -1): Threshold | null {
  const { value, step } = input;
  const end = direction < 0 ? input.min : input.max;
  const room = (end - value) * direction;
  if (!(room > 0)) return null;
  const tryAt = (distance: number): Threshold | null => {
    const at = distance >= room ? end : value + direction * distance;
    const { decided } = decideAgain(input.with(at));
    return changeBetween(record.decided, decided) === "choice" ? { value: at, decided } : null;
  };
  let same = 0;
  for (let distance = step; ; distance *= 2) {
    const found = tryAt(distance);
    if (found !== null) return halved(tryAt, same, Math.min(distance, room), step, found);
    if (distance >= room) return null;
    same = distance;
  }
}

/** Between a distance at which nothing changes and one at which something does. */
function halved(
  tryAt: (distance: number) => Threshold | null,
  same: number,
  changed: number,
  step: number,
  found: Threshold,
): Threshold {
  let [low, high, best] = [same, changed, found];
  while (high - low > step) {
    const middle = (low + high) / 2;
    const threshold = tryAt(middle);
    if (threshold === null) low = middle;
    else [high, best] = [middle, threshold];
  }
  return best;
}

/** Those that another choice was nearest to, as a share of what can be thought of. */
export function nearestFirst(found: readonly Sensitivity[]): readonly Sensitivity[] {
  const distanceOf = ({ value, min, max, below, above }: Sensitivity): number =>
    Math.min(
      ...[below, above].flatMap((threshold) =>
        threshold === null ? [] : [Math.abs(threshold.value - value) / (max - min)],
      ),
    );
  return found
    .filter(({ below, above }) => below !== null || above !== null)
    .toSorted((left, right) => distanceOf(left) - distanceOf(right));
}
