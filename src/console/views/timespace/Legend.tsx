import type { JSX } from "preact";
import { corridorShown } from "./choices.ts";
import { directionNames } from "./street-picture.ts";

type Props = {
  readonly kind: "street" | "trial";
  /** How many of the intersections only fall back on their plans. */
  readonly fallbackOnly: number;
  readonly of: number;
  readonly withPaths: boolean;
  /** No band passes every stop line. */
  readonly noBand: boolean;
};

/** How to read the picture. */
export function Legend({ kind, fallbackOnly, of, withPaths, noBand }: Props): JSX.Element | null {
  const corridor = corridorShown.value;
  if (corridor === null) return null;
  const names = directionNames(corridor);
  return (
    <ul class="ts-legend dim">
      <li>
        time →, distance ↑; below each line {names.onward.toLowerCase()}, above it {names.back.toLowerCase()}
      </li>
      <li>
        <i class={kind === "street" ? "ts-key-shown" : "ts-key-tried"} />
        {kind === "street" ? "green as shown" : "green as tried"}
      </li>
      <li>
        <i class="ts-key-planned" />
        green as planned
        {fallbackOnly > 0 && `: ${fallbackOnly} of ${of} decide each second and only fall back on it`}
      </li>
      <li>
        <i class="ts-key-band ts-onward" />
        <i class="ts-key-band ts-back" />
        {noBand
          ? "no band passes every stop line at the speed chosen: see those to the next, or a shorter part"
          : "band at the speed chosen"}
      </li>
      {kind === "street" && (
        <li>
          <i class="ts-key-path" />
          {withPaths ? "way of a vehicle" : "no ways of vehicles: positions come with the live street alone"}
        </li>
      )}
    </ul>
  );
}
