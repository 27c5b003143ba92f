import type { JSX } from "preact";
import { backToLive, timeSource } from "../../data/time.ts";

/** The way from a replay back to the present; nothing where the present is shown. */
export function BackToLive(): JSX.Element | null {
  const source = timeSource.value;
  if (source.kind === "live") return null;
  return (
    <button
      type="button"
      class="back-to-live"
      onClick={backToLive}
      disabled={source.phase === "returning"}
      title="The street now (l, or Esc)"
    >
      Back to live
    </button>
  );
}

/** Why something cannot be done from what is on the screen, and in a replay the way back to where it can; nothing without a reason. */
export function Hindrance({ why }: { readonly why: string | null }): JSX.Element | null {
  if (why === null) return null;
  return (
    <p class="note hindrance">
      <span>{why}</span> <BackToLive />
    </p>
  );
}
