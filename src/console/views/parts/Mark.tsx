import type { JSX } from "preact";

/** The sign of the product: greens of three phases within a cycle. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M2 4h9M5 8h9M2 12h6" />
    </svg>
  );
}
