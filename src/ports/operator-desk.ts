import type { Asked, AskedAnswer, CommandsView, ControlAreasView } from "../protocol/operate.ts";

/** Who asks what of which intersections. */
export type AskedOf = {
  /** Who answers for it: the person who has signed in. */
  readonly by: string;
  readonly reason: string;
  /** Only says what would come of it. */
  readonly dryRun: boolean;
  /** Of an area that is given up: none, the area says it. */
  readonly intersections: readonly string[];
  readonly what: Asked;
};

/** `unknown` names what there is none of; `unavailable` says why nobody can ask anything now. */
export type DeskAnswer =
  | { readonly kind: "answered"; readonly answer: AskedAnswer }
  | { readonly kind: "unknown" | "unavailable"; readonly why: string };

/** Where operators ask something of the engine, and see what became of it. */
export interface OperatorDesk {
  /** `undefined` until the plant's clock is known. */
  commands(): CommandsView | undefined;
  /** Likewise. */
  control(): ControlAreasView | undefined;
  ask(asked: AskedOf): DeskAnswer;
}
