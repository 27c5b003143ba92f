import { unreachable } from "../assert.ts";
import { declarationOf, isParameterPath } from "../engine/parameters/declarations.ts";
import { parameterIn, type Setting, unknownPath } from "../engine/parameters/settings.ts";
import { CHANGE_ACTS, type ChangeActKind, type ChangeState, type ParameterView } from "../protocol/change.ts";
import { err, ok, type Result } from "../result.ts";
import type { InstantMs } from "../units.ts";
import { type ChangeAct, OPEN_STATES, STATES_OF_ACT } from "./acts.ts";
import type { ChangeBook } from "./book.ts";
import { type Change, differencesOf, sameSettings } from "./change.ts";

/** What a change that is at a state is called. */
const STATE_TEXT: Readonly<Record<ChangeState, string>> = {
  draft: "a draft",
  submitted: "submitted and not approved",
  approved: "approved",
  scheduled: "scheduled",
  inForce: "in force",
  superseded: "superseded",
  rolledBack: "rolled back",
  withdrawn: "withdrawn",
  rejected: "rejected",
};

/** What learns by its length, so that a running engine cannot have another one. */
const FIXED = "strategic.intervalMinutes";

/** Why a parameter cannot be changed while the engine runs; `null` for one that can. */
export function fixedText(path: string): string | null {
  return path === FIXED
    ? "all that was learnt is counted by it, so that it is set when the engine is started"
    : null;
}

/** Why an open change is not based on what is in force; `null` for one that is. */
export function staleText({ inForce }: ChangeBook, change: Change): string | null {
  if (!OPEN_STATES.includes(change.state) || sameSettings(change.basedOn, inForce.settings)) return null;
  const by = inForce.change === null ? "the start of the engine" : inForce.change;
  return `it is based on other parameters than those that are in force since ${by}; revise it`;
}

/** Why an act cannot be done now; `null` where it can. */
export function refusalOf(book: ChangeBook, act: ChangeAct, at: InstantMs): string | null {
  if (act.kind === "draft") return setRefusal(book, act.set);
  const change = book.changes.get(act.change);
  if (change === undefined) return `there is no change ${act.change}`;
  const always = standingRefusal(book, change, act.kind, act.by);
  if (always !== null) return always;
  if (act.kind === "revise") return setRefusal(book, act.set);
  if (act.kind === "submit" && act.reason === null && change.dryRun?.outcome.kind !== "done") {
    return "no dry run of it has been done; say why it is submitted without one";
  }
  if (act.kind === "schedule" && act.at !== "now" && act.at < at) return "the instant is past";
  return null;
}

/** What keeps a person from an act whatever he says with it. */
function standingRefusal(
  book: ChangeBook,
  change: Change,
  kind: Exclude<ChangeActKind, "draft">,
  by: string,
): string | null {
  const { id, state, draftedBy, dryRun } = change;
  if (!STATES_OF_ACT[kind].includes(state)) {
    const allowed = STATES_OF_ACT[kind].map((one) => STATE_TEXT[one]).join(" or ");
    return `${id} is ${STATE_TEXT[state]}; allowed while it is ${allowed}`;
  }
  const running = dryRun?.outcome.kind === "running";
  switch (kind) {
    case "revise":
    case "submit":
      if (by !== draftedBy) return `${draftedBy} drafted it; nobody else revises or submits it`;
      if (running) return "its dry run is under way";
      return kind === "submit" ? staleText(book, change) : null;
    case "startDryRun":
      return running ? "its dry run is under way" : staleText(book, change);
    case "cancelDryRun":
      return running ? null : "no dry run is under way";
    case "approve":
      if (by === draftedBy) return "you drafted it: a second person approves";
      return staleText(book, change);
    case "schedule":
      return staleText(book, change);
    case "rollBack":
      return change.rollBackAsked === null ? null : `${change.rollBackAsked.by} has asked for it already`;
    case "reject":
    case "withdraw":
      return null;
    default:
      return unreachable(kind);
  }
}

/** The acts that a person cannot do with a change now, each with the reason. */
export function refusalsFor(
  book: ChangeBook,
  change: Change,
  by: string,
): Readonly<Partial<Record<ChangeActKind, string>>> {
  return Object.fromEntries(
    CHANGE_ACTS.flatMap((kind) => {
      const refusal = kind === "draft" ? null : standingRefusal(book, change, kind, by);
      return refusal === null ? [] : [[kind, refusal]];
    }),
  );
}

function setRefusal({ inForce }: ChangeBook, set: readonly Setting[]): string | null {
  const twice = set.find(({ path }, place) => set.findIndex((one) => one.path === path) !== place);
  if (twice !== undefined) return `${twice.path} is set twice; allowed is each parameter once`;
  const fixed = set.flatMap(({ path }) => fixedText(path) ?? []);
  if (fixed[0] !== undefined) return `${FIXED}: ${fixed[0]}`;
  const differences = differencesOf({ basedOn: inForce.settings, set });
  return differences.length === 0 ? "it sets nothing that is not so already" : null;
}

/** Settings as somebody sent them, each a declared parameter with a value of its range; or what is wrong with one, and what is allowed. */
export function settingsIn(
  set: readonly { readonly path: string; readonly value: number }[],
): Result<readonly Setting[], string> {
  const settings: Setting[] = [];
  for (const { path, value } of set) {
    if (!isParameterPath(path)) return err(unknownPath(path));
    const { kind, min, max, unit } = declarationOf(path);
    const isRight = kind === "number" || Number.isInteger(value);
    if (!isRight || !(value >= min && value <= max)) {
      const wanted = kind === "whole" ? "a whole number" : "a number";
      return err(`${path}: found ${value}; allowed is ${wanted} from ${min} to ${max} (${unit})`);
    }
    settings.push({ path, value });
  }
  return ok(settings);
}

/** The value of a parameter in force, and who changed it last; `null` where it is as the engine was started. */
export function inForceOf(
  { changes, inForce }: ChangeBook,
  path: Setting["path"],
): Pick<ParameterView, "value" | "lastChange"> {
  const value = parameterIn(inForce.settings, path);
  const made = [...changes.values()].flatMap((change) => {
    const own = differencesOf(change).find((difference) => difference.path === path);
    return change.notes.flatMap(({ at, by, what }) => {
      if (own === undefined || at === null) return [];
      if (what === "putInForce") return [{ change: change.id, by: change.draftedBy, at, to: own.to }];
      return what === "rolledBack" ? [{ change: change.id, by, at, to: own.from }] : [];
    });
  });
  const last = made.toSorted((left, right) => left.at - right.at).at(-1);
  if (last?.to !== value) return { value, lastChange: null };
  return { value, lastChange: { change: last.change, by: last.by, at: last.at } };
}
