import { showFound } from "../../model/fault.ts";
import type { InstantMs } from "../../units.ts";

/** One event of a controller's high-resolution log. */
export type LogEvent = {
  /** Id of the controller, as the log or the file's name has it. */
  readonly device: string;
  readonly at: InstantMs;
  /** 0 to 255: Indiana enumerations; beyond: the vendor's own. */
  readonly code: number;
  /** Phase, detector channel or whatever the code is about; `null` where the log has -1. */
  readonly parameter: number | null;
};

/** An event as a reader finds it: its time is still what the controller's clock showed. */
export type LogRecord = {
  readonly device: string;
  /** Milliseconds since 1970-01-01 00:00 on the controller's own clock, whatever its time zone. */
  readonly localMs: number;
  readonly code: number;
  readonly parameter: number | null;
  /** Where it stands: line (from 1) or byte offset (from 0, unpacked). */
  readonly place: number;
  readonly unit: "line" | "byte";
};

/** Something in a file that is no event. */
export type Rejection = {
  /** `line 7` or `byte 4096`. */
  readonly place: string;
  /** What stands there, as JSON, shortened. */
  readonly found: string;
  /** Constant texts, so that rejections can be counted by reason. */
  readonly allowed: string;
};

/** Where a reader puts what it finds, in the order of the file. */
export type LogSink = {
  readonly record: (record: LogRecord, clockFormat: string) => void;
  readonly reject: (rejection: Rejection) => void;
  /** The controller's time counter began again at zero. */
  readonly wrapped: () => void;
  /** A time that was finer than a millisecond, and was cut to it. */
  readonly cut: () => void;
};

/** Takes the bytes of one file in pieces of any size. Never throws for what is in them. */
export type LogReader = {
  readonly write: (bytes: Uint8Array) => void;
  /** After the last piece. */
  readonly end: () => void;
};

/** Detector events of the Indiana enumerations: reference `signal-control.md` §6. */
export const DETECTOR_OFF = 81;
export const DETECTOR_ON = 82;
export const BEGIN_GREEN = 1;

/** Last code of the Indiana enumerations. */
export const INDIANA_CODE_MAX = 255;

/** Codes and parameters are 16 bits wide in every format that is known. */
const FIELD_MAX = 65_535;
export const DEVICE_LENGTH_MAX = 64;
const DEVICE = new RegExp(`^[A-Za-z0-9_.%-]{1,${DEVICE_LENGTH_MAX}}$`);

export const CODE_ALLOWED = `event code: a whole number from 0 to ${FIELD_MAX}`;
export const PARAMETER_ALLOWED = `parameter: a whole number from -1 to ${FIELD_MAX}`;
export const DEVICE_ALLOWED = `device: 1 to ${DEVICE_LENGTH_MAX} letters, digits, _ . % or -`;

export function isDevice(text: string): boolean {
  return DEVICE.test(text);
}

/** The number of a text of 1 to 5 digits up to 65,535; `undefined` for anything else. */
function fieldNumber(text: string): number | undefined {
  if (text.length === 0 || text.length > 5) return undefined;
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value <= FIELD_MAX ? value : undefined;
}

export type FieldValues = { readonly code: number; readonly parameter: number | null };

/** Code and parameter of their texts, or which of them is wrong. */
export function readFields(code: string, parameter: string): FieldValues | Omit<Rejection, "place"> {
  const codeValue = fieldNumber(code);
  if (codeValue === undefined) return { found: showFound(code), allowed: CODE_ALLOWED };
  if (parameter === "-1") return { code: codeValue, parameter: null };
  const parameterValue = fieldNumber(parameter);
  if (parameterValue === undefined) return { found: showFound(parameter), allowed: PARAMETER_ALLOWED };
  return { code: codeValue, parameter: parameterValue };
}
