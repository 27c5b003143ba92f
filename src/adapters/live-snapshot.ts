import { PhasewiseError } from "../errors.ts";
import { describeFault } from "../model/fault.ts";
import { type TrafficSnapshot, trafficSnapshotShape } from "../model/snapshot.ts";

/**
 * What a running engine tells of its street (`GET /api/snapshot`) to who holds a token that may view.
 * @throws PhasewiseError `LINK_FAILED` where nobody answers, the token is not taken, or there is no street yet, `DATA_INVALID` for an answer that is no
 * snapshot, `OPTION_INVALID` for what is no address.
 */
export async function fetchSnapshot(engineUrl: string, token?: string): Promise<TrafficSnapshot> {
  const address = addressOf(engineUrl);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(address, { headers }).catch((cause: unknown) => {
    throw new PhasewiseError("LINK_FAILED", `${address.href}: nobody answers; is the engine running?`, {
      cause,
    });
  });
  const text = await response.text();
  if (response.status === 401 || response.status === 403) {
    const given = token === undefined ? "a token is needed" : "the token was not taken";
    throw new PhasewiseError(
      "LINK_FAILED",
      `${address.href}: ${given}: make one with \`phasewise people token NAME --may view\` and give it in PHASEWISE_TOKEN`,
    );
  }
  if (!response.ok) {
    throw new PhasewiseError(
      "LINK_FAILED",
      `${address.href}: answered ${response.status}: ${text.slice(0, 200)}`,
    );
  }
  const checked = trafficSnapshotShape.check(address.href, jsonOf(address, text));
  if (checked.ok) return checked.value;
  throw new PhasewiseError("DATA_INVALID", checked.error.map(describeFault).join("\n"));
}

function addressOf(engineUrl: string): URL {
  const url = URL.canParse(engineUrl) ? new URL(engineUrl) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--from-live ${engineUrl}: the address of a running engine is allowed, as http://127.0.0.1:8080`,
    );
  }
  return new URL("/api/snapshot", url);
}

function jsonOf({ href }: URL, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `${href}: found ${text.slice(0, 80)}, allowed: a snapshot in JSON`,
      { cause },
    );
  }
}
