/**
 * What a user can be told. Callers match codes, never texts.
 *
 * `exitCode` is the process's (DESIGN §9): 1 the thing checked does not hold, 2 bad input, 3 the environment fails.
 */
export const ERROR_EXIT_CODES = {
  CHECK_FAILED: 1,
  DATA_INVALID: 2,
  DATA_MISSING: 2,
  OPTION_INVALID: 2,
  PORT_IN_USE: 3,
  RUN_IN_USE: 3,
  PACKAGE_MISSING: 3,
  SUMO_MISSING: 3,
  SUMO_FAILED: 3,
  LINK_FAILED: 3,
  STORE_FAILED: 3,
} as const;

export type ErrorCode = keyof typeof ERROR_EXIT_CODES;

/** A failure with a code that a caller can tell apart and a message written for the user. */
export class PhasewiseError extends Error {
  override readonly name = "PhasewiseError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return ERROR_EXIT_CODES[this.code];
  }
}

/** What somebody may be told of whatever was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Whether a file or folder was not there, as node's file functions tell it. */
export function isFileMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}
