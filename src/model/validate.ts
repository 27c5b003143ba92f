import { err, ok, type Result } from "../result.ts";
import { byCodeUnit } from "../units.ts";
import { type DemandFile, DemandFileSchema } from "./demand.ts";
import { type Fault, type Shape, shapeOf } from "./fault.ts";
import type { Network } from "./files.ts";
import { type Intersection, IntersectionSchema } from "./intersection.ts";
import { type NetworkFile, NetworkFileSchema } from "./network.ts";
import { actuationFaults } from "./rules/actuation-rules.ts";
import { approachFaults, type NetworkIndex, networkIndex } from "./rules/approach-rules.ts";
import { demandFaults } from "./rules/demand-rules.ts";
import { duplicateFaults, faultAt, referenceFaults } from "./rules/fault-at.ts";
import { intersectionFaults, intersectionNameFaults } from "./rules/intersection-rules.ts";
import { networkFaults } from "./rules/network-rules.ts";
import { overlapFaults } from "./rules/overlap-rules.ts";
import { planFaults } from "./rules/plan-rules.ts";
import { interruptionFaults } from "./rules/preempt-rules.ts";
import { ringFaults } from "./rules/ring-rules.ts";

/** A file of a network folder: its JSON value, or why it is not JSON. */
export type ParsedFile = { readonly file: string; readonly content: Result<unknown, Fault> };

/** What a network folder holds, before anything is known about it. */
export type ParsedFiles = {
  readonly network: ParsedFile;
  /** Absent where the plant brings its own demand. */
  readonly demand?: ParsedFile;
  readonly intersections: readonly ParsedFile[];
};

/** A file whose shape is right. */
type Typed<T> = { readonly file: string; readonly value: T };

const networkShape = shapeOf(NetworkFileSchema);
const intersectionShape = shapeOf(IntersectionSchema);
const demandShape = shapeOf(DemandFileSchema);

/**
 * The network, or **all** that is wrong with its files, in the order of file and place. Rules that compare files are
 * applied to those whose shape is right; a file of the wrong shape, or that is not JSON, is told with those faults only.
 */
export function validateNetwork(files: ParsedFiles): Result<Network, readonly Fault[]> {
  const faults: Fault[] = [];
  const network = shaped(networkShape, files.network, faults);
  const intersections = files.intersections.flatMap((file) => shaped(intersectionShape, file, faults) ?? []);
  const demand = files.demand ? shaped(demandShape, files.demand, faults) : undefined;
  const complete = intersections.length === files.intersections.length;
  if (network) {
    faults.push(...networkFaults(network.file, network.value));
    // With a file missing, what refers to its intersection is not known to be wrong.
    if (complete) faults.push(...controlFaults(network, intersections));
  }
  const index = network ? networkIndex(network.value) : undefined;
  for (const { file, value } of intersections) faults.push(...oneIntersectionFaults(file, value, index));
  faults.push(...twinFaults(intersections));
  if (network && demand && complete) {
    const values = intersections.map(({ value }) => value);
    faults.push(...demandFaults(demand.file, demand.value, network.value, values));
  }
  if (faults.length > 0 || !network) return err(faults.toSorted(byPlace));
  return ok(assembled(network, intersections, demand));
}

/** The files that a network built in memory would stand in, so that it can be validated like one that was read. */
export function filesOfNetwork(network: Network): ParsedFiles {
  const { intersections, demand, ...networkFile } = network;
  return {
    network: { file: "network.json", content: ok(networkFile) },
    ...(demand ? { demand: { file: "demand.json", content: ok(demand) } } : {}),
    intersections: intersections.map((intersection) => ({
      file: `${intersection.id}.json`,
      content: ok(intersection),
    })),
  };
}

function shaped<T>(shape: Shape<T>, { file, content }: ParsedFile, faults: Fault[]): Typed<T> | undefined {
  if (!content.ok) {
    faults.push(content.error);
    return undefined;
  }
  const checked = shape.check(file, content.value);
  if (checked.ok) return { file, value: checked.value };
  faults.push(...checked.error);
  return undefined;
}

function oneIntersectionFaults(
  file: string,
  intersection: Intersection,
  index: NetworkIndex | undefined,
): readonly Fault[] {
  const names = intersectionNameFaults(file, intersection);
  return [
    ...names,
    ...fileNameFaults(file, intersection),
    ...(index ? approachFaults(file, intersection, index) : []),
    // Timing is computed from names that are in order; rings and conflicts are not told twice.
    ...(names.length > 0
      ? []
      : [
          ...intersectionFaults(file, intersection),
          ...ringFaults(file, intersection),
          ...planFaults(file, intersection),
          ...overlapFaults(file, intersection),
          ...interruptionFaults(file, intersection),
          ...actuationFaults(file, intersection),
        ]),
  ];
}

/** M1: an intersection's file is found by its id. */
function fileNameFaults(file: string, { id }: Intersection): readonly Fault[] {
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  return name === `${id}.json` ? [] : [faultAt(file, "/id", id, "the name of the file without .json", "M1")];
}

/** M1: across the files of intersections. */
function twinFaults(intersections: readonly Typed<Intersection>[]): readonly Fault[] {
  return intersections.flatMap(({ file, value }, index) => {
    const earlier = intersections.slice(0, index).map((other) => ({
      id: other.value.id,
      pointer: other.file,
    }));
    const own = { id: value.id, pointer: "/id" };
    return duplicateFaults(file, "intersection", [...earlier, own]).filter(
      ({ pointer }) => pointer === "/id",
    );
  });
}

/** M2: the intersections that nodes name. */
function controlFaults(
  network: Typed<NetworkFile>,
  intersections: readonly Typed<Intersection>[],
): readonly Fault[] {
  const known = new Set(intersections.map(({ value }) => value.id));
  return network.value.nodes.flatMap(({ intersection }, index) =>
    intersection === undefined
      ? []
      : referenceFaults(network.file, `/nodes/${index}/intersection`, intersection, "intersection", known),
  );
}

function assembled(
  network: Typed<NetworkFile>,
  intersections: readonly Typed<Intersection>[],
  demand: Typed<DemandFile> | undefined,
): Network {
  return {
    ...network.value,
    intersections: intersections.map(({ value }) => value).toSorted((a, b) => byCodeUnit(a.id, b.id)),
    ...(demand ? { demand: demand.value } : {}),
  };
}

function byPlace(left: Fault, right: Fault): number {
  return (
    byCodeUnit(left.file, right.file) ||
    byPointer(left.pointer, right.pointer) ||
    byCodeUnit(left.rule, right.rule)
  );
}

/** Part by part, numbers by size. */
function byPointer(left: string, right: string): number {
  const [leftParts, rightParts] = [left.split("/"), right.split("/")];
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index += 1) {
    const [a, b] = [leftParts[index] ?? "", rightParts[index] ?? ""];
    if (a === b) continue;
    const bothNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
    return bothNumbers ? Number(a) - Number(b) : byCodeUnit(a, b);
  }
  return 0;
}
