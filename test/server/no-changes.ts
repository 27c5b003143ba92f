import type { ChangeDesk } from "../../src/ports/change-desk.ts";

/** The desk of a server whose engine's parameters nobody changes. */
export const NO_CHANGES: ChangeDesk = {
  parameters: () => undefined,
  view: () => undefined,
  act: () => Promise.resolve({ kind: "refused", why: "no plant is connected yet" }),
};
