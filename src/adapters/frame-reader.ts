import { describeFault, type Fault, type Shape, shapeOf, showFound } from "../model/fault.ts";
import {
  AckFrame,
  AlarmFrame,
  DetectionsFrame,
  HelloFrame,
  LogFrame,
  PlantHelloFrame,
  ReadyFrame,
  type RefusalCode,
  StateFrame,
} from "../protocol/frames.ts";
import { MeasuresFrame, TrafficFrame } from "../protocol/plant-frames.ts";
import { ZoneFrame } from "../protocol/zone-frame.ts";
import { err, ok, type Result } from "../result.ts";

/** What a field may send. */
export type IncomingFrame =
  | HelloFrame
  | PlantHelloFrame
  | StateFrame
  | DetectionsFrame
  | ZoneFrame
  | AckFrame
  | AlarmFrame
  | LogFrame
  | ReadyFrame
  | TrafficFrame
  | MeasuresFrame;

export type FrameRefusal = { readonly code: RefusalCode; readonly detail: string };

const SHAPES: ReadonlyMap<string, Shape<IncomingFrame>> = new Map<string, Shape<IncomingFrame>>([
  ["hello", shapeOf(HelloFrame)],
  ["plantHello", shapeOf(PlantHelloFrame)],
  ["state", shapeOf(StateFrame)],
  ["detections", shapeOf(DetectionsFrame)],
  ["zone", shapeOf(ZoneFrame)],
  ["ack", shapeOf(AckFrame)],
  ["alarm", shapeOf(AlarmFrame)],
  ["log", shapeOf(LogFrame)],
  ["ready", shapeOf(ReadyFrame)],
  ["traffic", shapeOf(TrafficFrame)],
  ["measures", shapeOf(MeasuresFrame)],
]);

/** Longest frame of a controller, in characters; the plant's positions may be longer. */
export const CONTROLLER_FRAME_LENGTH_MAX = 256 * 1024;

/** Faults that one refusal tells; the rest would only help whoever guesses. */
const FAULTS_TOLD = 3;
const DETAIL_LENGTH_MAX = 400;

/** Places of which the content is not told: it is, or holds, the sender's secret, and a refusal ends up in a log. */
const SECRET_PLACES: ReadonlySet<string> = new Set(["", "/credential"]);

/** A text as the frame it is, or why it is none. */
export function readFrame(text: string): Result<IncomingFrame, FrameRefusal> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return malformed("frame: found no JSON, allowed: a JSON object");
  }
  return checkFrame(document);
}

/** What stood in a text, or was handed over without one, as the frame it is, or why it is none. */
export function checkFrame(document: unknown): Result<IncomingFrame, FrameRefusal> {
  const type = typeOf(document);
  const shape = type === undefined ? undefined : SHAPES.get(type);
  if (type === undefined || shape === undefined) {
    return malformed(`frame#/type: found ${showFound(type)}, allowed: ${[...SHAPES.keys()].join(", ")}`);
  }
  const checked = shape.check(type, document);
  return checked.ok ? ok(checked.value) : malformed(tell(checked.error));
}

function typeOf(document: unknown): string | undefined {
  if (document === null || typeof document !== "object" || !Object.hasOwn(document, "type")) return undefined;
  const { type } = document as { readonly type: unknown };
  return typeof type === "string" ? type : undefined;
}

function tell(faults: readonly Fault[]): string {
  const more = faults.length > FAULTS_TOLD ? `; and ${faults.length - FAULTS_TOLD} more` : "";
  const told = faults
    .slice(0, FAULTS_TOLD)
    .map((fault) =>
      describeFault(SECRET_PLACES.has(fault.pointer) ? { ...fault, found: "something else" } : fault),
    );
  return told.join("; ") + more;
}

function malformed(detail: string): Result<never, FrameRefusal> {
  return err({ code: "MALFORMED", detail: detail.slice(0, DETAIL_LENGTH_MAX) });
}
