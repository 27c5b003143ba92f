import { leaveToSignIn } from "./signed-out.ts";

/** What the server refused, or why it could not be asked. */
export type ApiFault = {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly message: string;
};

export type ApiAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: ApiFault };

const ACCEPT = { accept: "application/json" } as const;

/**
 * Reads a route of the server, its path relative to the page: `api/alarms`. The shape is the route's own schema's. A request that is
 * aborted is a fault like one without an answer.
 */
export async function getJson<Value>(path: string, signal?: AbortSignal): Promise<ApiAnswer<Value>> {
  return await ask<Value>(path, signal === undefined ? { headers: ACCEPT } : { headers: ACCEPT, signal });
}

export async function sendJson<Value>(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body: unknown,
): Promise<ApiAnswer<Value>> {
  return await ask<Value>(path, {
    method,
    headers: { ...ACCEPT, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask<Value>(path: string, request: RequestInit): Promise<ApiAnswer<Value>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, request);
    text = await response.text();
  } catch (error) {
    return fault(
      0,
      `the server cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  // Nobody is signed in any more; the sign-in page itself is told why.
  if (response.status === 401 && !path.startsWith("api/sign-in")) leaveToSignIn();
  let document: unknown;
  try {
    document = text === "" ? null : JSON.parse(text);
  } catch {
    return fault(response.status, `no JSON in the answer of ${path} (${response.status})`);
  }
  if (!response.ok) return fault(response.status, reasonOf(document) ?? response.statusText);
  return { ok: true, value: document as Value };
}

function fault(status: number, message: string): ApiAnswer<never> {
  return { ok: false, fault: { status, message } };
}

/** What the server said in words: `{error}`, or `{faults: [{place, found, allowed}]}`. */
function reasonOf(document: unknown): string | null {
  if (document === null || typeof document !== "object") return null;
  if ("error" in document && typeof document.error === "string") return document.error;
  if ("faults" in document && Array.isArray(document.faults)) return JSON.stringify(document.faults);
  return null;
}
