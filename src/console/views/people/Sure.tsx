import type { JSX } from "preact";
import { useState } from "preact/hooks";

type Props = {
  readonly action: string;
  /** What is asked before it is done. */
  readonly question: string;
  readonly run: () => Promise<unknown>;
};

/** Something that cannot be taken back: asked for, then confirmed in the same place. */
export function Sure({ action, question, run }: Props): JSX.Element {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button type="button" onClick={() => setAsking(true)}>
        {action}
      </button>
    );
  }
  return (
    <>
      <button type="button" class="sure" autoFocus onClick={() => void run().finally(() => setAsking(false))}>
        {question}
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        No
      </button>
    </>
  );
}
