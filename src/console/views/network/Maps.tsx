import type { JSX } from "preact";
import { selected } from "../../data/store.ts";
import { ForecastChart } from "./ForecastChart.tsx";
import { StreetMap } from "./StreetMap.tsx";
import { closeUpShown } from "../shell/switches.ts";

/** The whole network; beneath it the selected intersection as it is on the street, and what is forecast for it. */
export function Maps(): JSX.Element {
  return (
    <>
      <StreetMap label="Map of the network" home="network" />
      {closeUpShown.value && (
        <StreetMap label={`Close-up of ${selected.value?.name ?? "nothing"}`} home="site" />
      )}
      <ForecastChart />
    </>
  );
}
