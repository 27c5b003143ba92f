import { PhasewiseError } from "../../src/errors.ts";
import type { Network } from "../../src/model/files.ts";
import { MODES } from "../../src/model/mode.ts";
import { describeFault, shapeOf } from "../../src/model/fault.ts";
import {
  ALL,
  DETECTOR_FAULTS,
  EVENT_SCHEMAS,
  eventFault,
  LINK_FAULTS,
  type ScenarioEvent,
} from "./events.ts";

/** `<kind>:<intersection>[/<detector>[+<detector>…]]=<what>@<from>[-<until>]`, simulated seconds since the begin. */
const SHAPE =
  /^(?<kind>[a-z]+):(?<intersection>[A-Za-z0-9_.%-]+)(?:\/(?<detectors>[A-Za-z0-9_.%+-]+))?=(?<what>[a-z]+)@(?<from>\d+(?:\.\d)?)(?:-(?<until>\d+(?:\.\d)?))?$/;

const ALLOWED: Readonly<Record<ScenarioEvent["kind"], readonly string[]>> = {
  detector: DETECTOR_FAULTS,
  link: LINK_FAULTS,
  mode: MODES,
};
const KINDS = ["detector", "link", "mode"] as const satisfies readonly ScenarioEvent["kind"][];

/** Without an end it lasts to the end of the run. */
export const EVENT_FORMS: readonly string[] = [
  `detector:<intersection>/<detector, several with + between, or ${ALL}>=<${DETECTOR_FAULTS.join(", ")}>@<from>[-<until>]`,
  `link:<intersection>=${LINK_FAULTS.join(" or ")}@<from>[-<until>]`,
  `mode:<intersection or ${ALL}>=<${MODES.join(", ")}>@<from>[-<until>]`,
];

/** What the names of detector faults stand for. */
export const DETECTOR_FAULTS_TEXT =
  "dead: stuck off, of several detectors a dead card; stuck: stuck on; chatter: pulses of its own about once a second; dropouts: half of the vehicles not told; swapped: two detectors tell what the other one sees";

const SHAPES = {
  detector: shapeOf(EVENT_SCHEMAS.detector),
  link: shapeOf(EVENT_SCHEMAS.link),
  mode: shapeOf(EVENT_SCHEMAS.mode),
} as const;

/**
 * Reads an event as a user writes it, and checks it against the network. Throws OPTION_INVALID with place, value found and what is
 * allowed.
 */
export function readEvent(text: string, network: Network): ScenarioEvent {
  const groups = SHAPE.exec(text)?.groups;
  if (groups === undefined) return refuse(text, `no event: allowed is ${EVENT_FORMS.join("; ")}`);
  const { intersection, detectors, what = "", from, until } = groups;
  const kind = KINDS.find((one) => one === groups["kind"]);
  if (kind === undefined) return refuse(text, `kind "${groups["kind"]}": allowed is ${KINDS.join(", ")}`);
  if ((kind === "detector") !== (detectors !== undefined)) {
    const form = EVENT_FORMS.find((one) => one.startsWith(`${kind}:`));
    return refuse(
      text,
      `place ${detectors === undefined ? "without" : "with"} a detector: allowed is ${form}`,
    );
  }
  const document = {
    kind,
    intersection,
    ...(detectors === undefined ? {} : { detectors: detectors.split("+") }),
    ...(kind === "mode" ? { mode: what } : { fault: what }),
    fromSeconds: Number(from),
    ...(until === undefined ? {} : { untilSeconds: Number(until) }),
  };
  if (!ALLOWED[kind].some((allowed) => allowed === what)) {
    return refuse(text, `"${what}": allowed is ${ALLOWED[kind].join(", ")}`);
  }
  const checked = SHAPES[kind].check("event", document);
  if (!checked.ok) return refuse(text, checked.error.map(describeFault).join("; "));
  const fault = eventFault(checked.value, network);
  return fault === undefined ? checked.value : refuse(text, fault);
}

function refuse(text: string, why: string): never {
  throw new PhasewiseError("OPTION_INVALID", `--event ${text}: ${why}`);
}
