import type { Handover } from "../engine/handover.ts";
import type { Kept } from "./kept.ts";

/** Modes and control as operators set them, where they survive the process; `kept` is undefined where nothing ever was. */
export type HandoverMemory = Kept<Handover | undefined>;
