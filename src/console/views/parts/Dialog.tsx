import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { dialog } from "../shell/switches.ts";

type Props = {
  readonly name: "table" | "help" | "people" | "operate";
  readonly title: string;
  readonly children: ComponentChildren;
};

/** A window over the console: the browser keeps the focus in it and gives it back when it closes. */
export function Dialog({ name, title, children }: Props): JSX.Element | null {
  const ref = useRef<HTMLDialogElement>(null);
  const shown = dialog.value === name;
  useEffect(() => {
    if (shown) ref.current?.showModal();
  }, [shown]);
  if (!shown) return null;
  const closed = (): void => {
    if (dialog.peek() === name) dialog.value = null;
  };
  return (
    <dialog ref={ref} class={`dialog dialog-${name}`} aria-labelledby={`${name}-heading`} onClose={closed}>
      <header>
        <h2 id={`${name}-heading`}>{title}</h2>
        <button type="button" onClick={() => ref.current?.close()} aria-label="Close">
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}
