import type { ChangeAct } from "../changes/acts.ts";
import type { Change } from "../changes/change.ts";
import type { Setting } from "../engine/parameters/settings.ts";
import type { ChangesView, DryRunPlan, DryRunResult, ParametersView } from "../protocol/change.ts";
import type { Result } from "../result.ts";

/**
 * What came of an act: done, on which change, and on the disk and in the audit trail; refused, and why; or done and not to be kept now, as a
 * disk is full.
 */
export type ChangeAnswer =
  | { readonly kind: "done"; readonly change: string }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unkept"; readonly why: string };

/** Where changes of the engine's parameters are shown and made. */
export interface ChangeDesk {
  /** `undefined` until the plant's clock is known. */
  parameters(): ParametersView | undefined;
  /** As a person sees it; `undefined` likewise. */
  view(by: string): ChangesView | undefined;
  act(act: ChangeAct): Promise<ChangeAnswer>;
}

/** What a dry run tells: how far it has come, 0 to 1, and in the end what came of it, or why nothing did. */
export type DryRunWord =
  | { readonly kind: "progress"; readonly ratio: number }
  | { readonly kind: "done"; readonly result: DryRunResult }
  | { readonly kind: "failed"; readonly why: string };

/** Simulates a change beside what is in force, in a process of its own. */
export interface DryRunner {
  /** Why none can be made of this network; `null` where one can. */
  readonly unavailable: string | null;
  /** One at a time. What is returned ends it; nothing is told after that. */
  start(
    task: { readonly plan: DryRunPlan; readonly now: readonly Setting[]; readonly draft: readonly Setting[] },
    tell: (word: DryRunWord) => void,
  ): () => void;
}

/** Keeps changes for the engines that come after this one. */
export interface ChangeStore {
  /** Those of the engines before, oldest first. */
  readonly known: readonly Change[];
  /** Takes what changes have become and returns at once. */
  append(changes: readonly Change[]): void;
  /** Resolves when everything taken so far is on the disk, or with why it cannot be brought there now. */
  stored(): Promise<Result<void, string>>;
  /** Stores what waits, as far as it can be stored. */
  close(): Promise<void>;
}
