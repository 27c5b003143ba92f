import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { selectedGroup } from "../../data/group.ts";
import { whyNotAsk } from "../../data/operate.ts";
import { Hindrance } from "../parts/BackToLive.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { AreaBar } from "./AreaBar.tsx";
import { CommandPanel } from "./CommandPanel.tsx";
import { ConfirmDialog } from "./ConfirmDialog.tsx";
import { SeveralPanel } from "./SeveralPanel.tsx";

/** Operating from any view: the selected intersection, or the group that is chosen. The map stays in sight beside it. */
export function OperateDialog(): JSX.Element {
  return (
    <>
      <Dialog name="operate" title="Operate">
        <Targets />
      </Dialog>
      <ConfirmDialog />
    </>
  );
}

/** Opens with the group that was chosen on the map, where there is one. */
function Targets(): JSX.Element {
  const [several, setSeveral] = useState(selectedGroup.peek().size > 0);
  const { size } = selectedGroup.value;
  return (
    <>
      <div class="choices-row" role="group" aria-label="Of which intersections">
        <button type="button" aria-pressed={!several} onClick={() => setSeveral(false)}>
          the selected one
        </button>
        <button type="button" aria-pressed={several} onClick={() => setSeveral(true)}>
          several at once{size > 0 && `: ${size} chosen`}
        </button>
      </div>
      <AreaBar />
      {several ? (
        <>
          <Hindrance why={whyNotAsk.value} />
          <SeveralPanel />
        </>
      ) : (
        <CommandPanel />
      )}
    </>
  );
}
