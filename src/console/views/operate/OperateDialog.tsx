import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../parts/Dialog.tsx";
import { AreaBar } from "./AreaBar.tsx";
import { CommandPanel } from "./CommandPanel.tsx";
import { ConfirmDialog } from "./ConfirmDialog.tsx";
import { SeveralPanel } from "./SeveralPanel.tsx";

/** Operating from any view: the selected intersection, or several. The map stays in sight beside it. */
export function OperateDialog(): JSX.Element {
  const [several, setSeveral] = useState(false);
  return (
    <>
      <Dialog name="operate" title="Operate">
        <div class="choices-row" role="group" aria-label="Of which intersections">
          <button type="button" aria-pressed={!several} onClick={() => setSeveral(false)}>
            the selected one
          </button>
          <button type="button" aria-pressed={several} onClick={() => setSeveral(true)}>
            several at once
          </button>
        </div>
        <AreaBar />
        {several ? <SeveralPanel /> : <CommandPanel />}
      </Dialog>
      <ConfirmDialog />
    </>
  );
}
