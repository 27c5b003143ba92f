import type { JSX } from "preact";
import type { View } from "../../data/address.ts";
import { loadNetwork } from "../../data/socket.ts";
import { linkText, networkLoad, staleText, streetHeard, viewShown } from "../../data/store.ts";
import { theme } from "../../data/theme.ts";
import { timeSource } from "../../data/time.ts";
import { AlarmsView } from "../alarms/AlarmsView.tsx";
import { DecisionsView } from "../decisions/DecisionsView.tsx";
import { IntersectionView } from "../intersection/IntersectionView.tsx";
import { NetworkView } from "../network/NetworkView.tsx";
import { SitesTable } from "../network/SitesTable.tsx";
import { OperateDialog } from "../operate/OperateDialog.tsx";
import { Mark } from "../parts/Mark.tsx";
import { PeopleDialog } from "../people/PeopleDialog.tsx";
import { PerformanceView } from "../performance/PerformanceView.tsx";
import { TimeSpaceView } from "../timespace/TimeSpaceView.tsx";
import { TuningView } from "../tuning/TuningView.tsx";
import { WhatIfView } from "../whatif/WhatIfView.tsx";
import { Announcer } from "./Announcer.tsx";
import { KeyboardHelp } from "./KeyboardHelp.tsx";
import { useKeys } from "./keys.ts";
import { Navigation } from "./Navigation.tsx";
import { ReplayRefused } from "./ReplayRefused.tsx";
import { TimeBar } from "./TimeBar.tsx";
import { NAVIGATION } from "./navigation-items.ts";
import { TopBar } from "./TopBar.tsx";

const VIEW_OF: Readonly<Record<View, () => JSX.Element>> = {
  network: NetworkView,
  intersection: IntersectionView,
  decisions: DecisionsView,
  "time-space": TimeSpaceView,
  performance: PerformanceView,
  alarms: AlarmsView,
  tuning: TuningView,
  "what-if": WhatIfView,
};

export function App(): JSX.Element {
  useKeys();
  const load = networkLoad.value;
  if (load.kind === "failed") return <LoadFailed reason={load.reason} />;
  const source = timeSource.value;
  const refused = source.kind === "replay" && source.phase === "refused" ? source : null;
  if (load.kind === "loading" || !streetHeard.value) {
    return refused === null ? <Empty named={load.kind === "ready"} /> : <ReplayRefused source={refused} />;
  }
  const stale = staleText.value;
  const live = stale === null ? "live" : "stale";
  const Shown = VIEW_OF[viewShown.value];
  return (
    <div
      class="console"
      data-state={source.kind === "replay" ? "replay" : live}
      data-phase={source.kind === "replay" ? source.phase : undefined}
    >
      <TopBar />
      <TimeBar />
      {stale !== null && (
        <p class="stale-banner" aria-hidden="true">
          <b>STALE</b> {stale}
        </p>
      )}
      <Navigation />
      {/* Canvases read their colours when they are made: another theme makes them anew. */}
      <main
        key={theme.value}
        class="view"
        aria-label={NAVIGATION.find((item) => item.view === viewShown.value)?.name}
      >
        {refused === null ? <Shown /> : <ReplayRefused source={refused} />}
      </main>
      <SitesTable />
      <OperateDialog />
      <KeyboardHelp />
      <PeopleDialog />
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
