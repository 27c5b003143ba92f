import type { Result } from "../result.ts";
import { describeFault, type Fault } from "./fault.ts";
import type { Network } from "./files.ts";

/** What `phasewise check` has to say about a network, for people and for programs. */
export type CheckReport = {
  readonly valid: boolean;
  /** Lines without line feeds. */
  readonly text: string;
  readonly json: CheckJson;
};

export type CheckJson =
  | { readonly valid: true; readonly network: string; readonly counts: NetworkCounts }
  | { readonly valid: false; readonly faults: readonly Fault[] };

export type NetworkCounts = {
  readonly intersections: number;
  readonly nodes: number;
  readonly links: number;
  readonly lanes: number;
  readonly movements: number;
  readonly phases: number;
  readonly stages: number;
  readonly detectors: number;
  readonly plans: number;
  readonly routes: number;
  /** Links that demand enters by; 0 where the plant brings its own demand. */
  readonly entries: number;
};

/** The report of a check: how much there is of everything, or every fault in the order of file and place. */
export function checkReport(checked: Result<Network, readonly Fault[]>): CheckReport {
  if (!checked.ok) {
    const faults = checked.error;
    return {
      valid: false,
      text: faultsText(faults),
      json: { valid: false, faults },
    };
  }
  const counts = networkCounts(checked.value);
  const listed = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return {
    valid: true,
    text: `${checked.value.id} is valid: ${listed.join(", ")}`,
    json: { valid: true, network: checked.value.id, counts },
  };
}

/** How many there are, and a line each. */
export function faultsText(faults: readonly Fault[]): string {
  const head = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [head, ...faults.map(describeFault)].join("\n");
}

function networkCounts(network: Network): NetworkCounts {
  const { intersections, links } = network;
  const total = (kind: "movements" | "phases" | "stages" | "detectors" | "plans"): number =>
    intersections.reduce((sum, intersection) => sum + intersection[kind].length, 0);
  return {
    intersections: intersections.length,
    nodes: network.nodes.length,
    links: links.length,
    lanes: links.reduce((sum, { lanes }) => sum + lanes.length, 0),
    movements: total("movements"),
    phases: total("phases"),
    stages: total("stages"),
    detectors: total("detectors"),
    plans: total("plans"),
    routes: network.routes.length,
    entries: network.demand?.entries.length ?? 0,
  };
}
