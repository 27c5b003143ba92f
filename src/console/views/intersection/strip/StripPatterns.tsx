import type { JSX } from "preact";
import type { StripLayout, StripScale } from "../../../draw/strip-layout.ts";

type Props = { readonly layout: StripLayout; readonly scale: StripScale; readonly nowX: number };

/** Hatches, and where the past ends and the future begins. */
export function StripPatterns({ layout, scale, nowX }: Props): JSX.Element {
  const { left, width } = scale;
  return (
    <defs>
      <pattern
        id="rings-yellow"
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="rings-yellow-ground" width="5" height="5" />
        <rect class="rings-yellow-line" width="2" height="5" />
      </pattern>
      <pattern
        id="rings-unknown"
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="rings-unknown-line" width="1" height="6" />
      </pattern>
      <clipPath id="rings-clip-all">
        <rect x={left} y={0} width={width} height={layout.height} />
      </clipPath>
      <clipPath id="rings-clip-past">
        <rect x={left} y={0} width={nowX - left} height={layout.height} />
      </clipPath>
      <clipPath id="rings-clip-ahead">
        <rect x={nowX} y={0} width={left + width - nowX} height={layout.height} />
      </clipPath>
    </defs>
  );
}
