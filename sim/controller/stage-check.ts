import type { Intersection } from "../../src/model/intersection.ts";
import type { Refusal } from "./refusal.ts";

/** What a controller knows of its stages from its own configuration, by name; the engine's rules have no part in it. */

export function stageOf({ stages }: Intersection, id: string) {
  return stages.find((stage) => stage.id === id);
}

export function areFoes({ conflicts }: Intersection, one: string, other: string): boolean {
  return conflicts.some(
    ([left, right]) => (left === one && right === other) || (left === other && right === one),
  );
}

/** Who would be let go against whom in a stage: phases, overlaps, flashing yellow arrows. */
export function stageClash(intersection: Intersection, id: string): Refusal | undefined {
  const stage = stageOf(intersection, id);
  if (stage === undefined) return undefined;
  const clash = (one: string, other: string): Refusal => ({
    code: "CONFLICT",
    detail: `stage ${id} releases ${one} against ${other}`,
  });
  const firm = stage.phases.filter((phase) => !stage.permissive.includes(phase));
  for (const [index, one] of firm.entries()) {
    const foe = firm.slice(index + 1).find((other) => areFoes(intersection, one, other));
    if (foe !== undefined) return clash(one, foe);
  }
  for (const overlap of intersection.overlaps ?? []) {
    if (overlap.kind === "flashingYellowArrow") {
      if (!stage.phases.includes(overlap.opposing) || stage.phases.includes(overlap.left)) continue;
      const foe = stage.phases.find(
        (phase) => phase !== overlap.opposing && areFoes(intersection, overlap.left, phase),
      );
      if (foe !== undefined) return clash(`arrow ${overlap.id}`, foe);
      continue;
    }
    if (!isShown(overlap, stage.phases)) continue;
    const foe = firm.find(
      (phase) =>
        !overlap.included.includes(phase) &&
        overlap.included.every((parent) => areFoes(intersection, parent, phase)),
    );
    if (foe !== undefined) return clash(`overlap ${overlap.id}`, foe);
  }
  return undefined;
}

/** Whether these greens light a normal overlap. */
function isShown(
  { included, minus }: { readonly included: readonly string[]; readonly minus: readonly string[] },
  greens: readonly string[],
): boolean {
  return greens.some((phase) => included.includes(phase)) && !greens.some((phase) => minus.includes(phase));
}

/** How long everything clears that ends with a change of stage, in whole steps of the clock. */
export function changeMs(intersection: Intersection, from: string, to: string, stepMs: number): number {
  const before = stageOf(intersection, from);
  const after = stageOf(intersection, to);
  if (before === undefined || after === undefined) return 0;
  const steps = (seconds: number): number => Math.ceil(Math.round(seconds * 1000) / stepMs) * stepMs;
  const clearing = intersection.phases.filter(({ id }) => {
    if (!before.phases.includes(id)) return false;
    if (!after.phases.includes(id)) return true;
    return !before.permissive.includes(id) && after.permissive.includes(id);
  });
  let longestMs = 0;
  const atLeast = (ms: number): void => {
    longestMs = Math.max(longestMs, ms);
  };
  for (const { yellowSeconds, redClearSeconds } of clearing) {
    atLeast(steps(yellowSeconds) + steps(redClearSeconds));
  }
  for (const [ends, begins, seconds] of intersection.intergreens ?? []) {
    const ending = clearing.some(({ id }) => id === ends);
    if (ending && after.phases.includes(begins) && !before.phases.includes(begins)) atLeast(steps(seconds));
  }
  for (const overlap of intersection.overlaps ?? []) {
    if (overlap.kind === "normal") {
      if (isShown(overlap, before.phases) && !isShown(overlap, after.phases)) {
        atLeast(steps(overlap.yellowSeconds) + steps(overlap.redClearSeconds));
      }
    } else if (before.phases.includes(overlap.opposing) && !after.phases.includes(overlap.opposing)) {
      const left = intersection.phases.find(({ id }) => id === overlap.left);
      if (left !== undefined) atLeast(steps(left.yellowSeconds) + steps(left.redClearSeconds));
    }
  }
  return longestMs;
}

/** A turn on a circular green that would see yellow while what it waits for keeps its green. */
export function trapAtChange(intersection: Intersection, from: string, to: string): Refusal | undefined {
  const before = stageOf(intersection, from);
  const after = stageOf(intersection, to);
  if (before === undefined || after === undefined) return undefined;
  const arrows = (intersection.overlaps ?? []).flatMap((overlap) =>
    overlap.kind === "flashingYellowArrow" ? [overlap.left] : [],
  );
  for (const { id, permissiveDisplay } of intersection.phases) {
    const ends = before.permissive.includes(id) && !after.phases.includes(id);
    if (permissiveDisplay !== "circular" || arrows.includes(id) || !ends) continue;
    const foe = before.phases.find(
      (other) =>
        !before.permissive.includes(other) &&
        after.phases.includes(other) &&
        areFoes(intersection, id, other),
    );
    if (foe !== undefined) {
      return { code: "YELLOW_TRAP", detail: `${id} ends before ${foe} between stages ${from} and ${to}` };
    }
  }
  return undefined;
}

/** What a ring shows in a stage, ring by ring; or why no ring could. */
type RingRow = { readonly group: number; readonly phases: readonly (string | undefined)[] };

export function ringRow(
  { rings = [] }: Intersection,
  id: string,
  phases: readonly string[],
): RingRow | Refusal {
  const sides = new Set<number>();
  const row = rings.map((groups) => {
    const own = groups.flatMap((cell, group) =>
      cell.filter((phase) => phases.includes(phase)).map((phase) => ({ phase, group })),
    );
    for (const { group } of own) sides.add(group);
    return own;
  });
  const [group] = sides;
  const shown = row.reduce((sum, own) => sum + own.length, 0);
  if (group === undefined || sides.size > 1 || shown < phases.length || row.some((own) => own.length > 1)) {
    return { code: "SEQUENCE", detail: `the rings cannot show stage ${id}` };
  }
  return { group, phases: row.map((own) => own[0]?.phase) };
}

/** Follows every ring once round the plan. */
export function sequenceRefusal(intersection: Intersection, stages: readonly string[]): Refusal | undefined {
  const { rings = [] } = intersection;
  if (rings.length === 0) return undefined;
  const rows: RingRow[] = [];
  for (const id of stages) {
    const row = ringRow(intersection, id, stageOf(intersection, id)?.phases ?? []);
    if ("code" in row) return row;
    const rests = rings.findIndex(
      (groups, ring) => row.phases[ring] === undefined && (groups[row.group]?.length ?? 0) > 0,
    );
    if (rests >= 0) return { code: "SEQUENCE", detail: `ring ${rests + 1} would rest in stage ${id}` };
    rows.push(row);
  }
  let falls = 0;
  let last = rows.at(-1);
  for (const row of rows) {
    if (last !== undefined && row.group < last.group) falls += 1;
    last = row;
  }
  if (falls > 1)
    return { code: "SEQUENCE", detail: `the barriers would be crossed backwards ${falls} times` };
  for (let ring = 0; ring < rings.length; ring += 1) {
    const begun = new Set<string>();
    let green = rows.at(-1)?.phases[ring];
    for (const { phases } of rows) {
      const phase = phases[ring];
      if (phase !== undefined && phase !== green && begun.has(phase)) {
        return { code: "SEQUENCE", detail: `ring ${ring + 1} would come back to ${phase}` };
      }
      if (phase !== undefined && phase !== green) begun.add(phase);
      green = phase;
    }
  }
  return undefined;
}
