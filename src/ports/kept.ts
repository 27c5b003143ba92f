import type { Result } from "../result.ts";

/** Something that survives the process. */
export interface Kept<T> {
  /** As the process before left it. */
  readonly kept: T;
  /** Resolves when it is on the disk, or with why it cannot be brought there now; it is tried again with the next change. */
  keep(value: T): Promise<Result<void, string>>;
}
