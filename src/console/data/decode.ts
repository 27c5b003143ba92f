import type { LiveMessage } from "../../protocol/live.ts";

/**
 * One text frame of `/live`, or null where it is not a message this console knows. The server is built from the same
 * types, so only the outline is checked: a newer server may send kinds that an open tab does not know.
 */
export function decodeLive(text: string): LiveMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isLiveMessage(value) ? value : null;
}

function isLiveMessage(value: unknown): value is LiveMessage {
  if (value === null || typeof value !== "object" || !("kind" in value)) return false;
  if (!("seq" in value) || typeof value.seq !== "number") return false;
  switch (value.kind) {
    case "frame":
      return hasArray(value, "intersections") && hasArray(value, "vehicles");
    case "delta":
      return hasArray(value, "intersections") && hasArray(value, "counters");
    case "detail":
    case "decisions":
      return hasArray(value, "intersections");
    case "log":
      return hasArray(value, "entries");
    case "alarms":
      return hasArray(value, "changed") && hasArray(value, "gone");
    default:
      return false;
  }
}

function hasArray(value: object, name: string): boolean {
  return Array.isArray((value as Readonly<Record<string, unknown>>)[name]);
}
