import type { InputOf } from "../engine/input.ts";
import type { InstantMs } from "../units.ts";

/** Parameters that are to be in force from an instant on. */
export interface DueSettings {
  /** Asked once an instant, before it is decided; what it returns is given to the engine with that instant. */
  due(at: InstantMs): InputOf<"settings"> | undefined;
}
