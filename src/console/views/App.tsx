import type { JSX } from "preact";
import { frame, linkText, networkLoad, staleText } from "../data/store.ts";
import { loadNetwork } from "../data/socket.ts";
import { Announcer } from "./Announcer.tsx";
import { IntersectionPanel } from "./IntersectionPanel.tsx";
import { KeyboardHelp } from "./KeyboardHelp.tsx";
import { Maps } from "./Maps.tsx";
import { Mark } from "./Mark.tsx";
import { PlanLog } from "./PlanLog.tsx";
import { SitesTable } from "./SitesTable.tsx";
import { TopBar } from "./TopBar.tsx";
import { useKeys } from "./keys.ts";
import { closeUpShown } from "./switches.ts";

export function App(): JSX.Element {
  useKeys();
  const load = networkLoad.value;
  if (load.kind === "failed") return <LoadFailed reason={load.reason} />;
  if (load.kind === "loading" || frame.value === null) return <Empty named={load.kind === "ready"} />;
  const stale = staleText.value;
  return (
    <div class="console" data-state={stale === null ? "live" : "stale"}>
      <TopBar />
      {stale !== null && (
        <p class="stale-banner" aria-hidden="true">
          <b>STALE</b> {stale}
        </p>
      )}
      <main class="street" aria-label="Network" data-close-up={closeUpShown.value}>
        <Maps />
      </main>
      <IntersectionPanel />
      <PlanLog />
      <SitesTable />
      <KeyboardHelp />
      <Announcer />
      <div class="edge" aria-hidden="true" />
    </div>
  );
}

function Empty({ named }: { readonly named: boolean }): JSX.Element {
  return (
    <div class="blank" role="status">
      <Mark />
      <h1>{named ? "Waiting for the first frame" : "Loading the network"}</h1>
      <p>
        {named
          ? "The network is known; the street has not been heard yet."
          : "Asking the server for the network's streets and intersections."}
      </p>
      <p class="dim">Live link: {linkText}</p>
    </div>
  );
}

function LoadFailed({ reason }: { readonly reason: string }): JSX.Element {
  return (
    <div class="blank" role="alert">
      <Mark />
      <h1>
        <span class="badge badge-p2">▲ The network could not be loaded</span>
      </h1>
      <p>
        <code>api/network</code>: {reason}
      </p>
      <p class="dim">It is also tried again whenever the live link opens. Live link: {linkText}</p>
      <button type="button" onClick={() => void loadNetwork()}>
        Try again
      </button>
    </div>
  );
}
