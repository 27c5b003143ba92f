import type { ComponentChildren, JSX } from "preact";
import type { Draft } from "../../data/drafts.ts";
import { draft, whyNotAsk } from "../../data/operate.ts";

type Props = {
  /** What it would ask; null where there is nothing to choose from. */
  readonly asks: Draft | null;
  /** Why it cannot be asked here, beside what stands against all asking. */
  readonly why?: string | null;
  readonly pressed?: boolean;
  readonly children: ComponentChildren;
};

/** The first step of asking: it opens the preview and sends nothing. Disabled, it says why. */
export function AskButton({ asks, why = null, pressed, children }: Props): JSX.Element {
  const against = whyNotAsk.value ?? why;
  return (
    <button
      type="button"
      aria-pressed={pressed}
      disabled={against !== null || asks === null}
      title={against ?? asks?.title}
      onClick={() => (draft.value = asks)}
    >
      {children}
    </button>
  );
}
