import { unreachable } from "../../src/assert.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { Network } from "../../src/model/files.ts";
import { MODES } from "../../src/model/mode.ts";
import { describeFault, type Shape, shapeOf } from "../../src/model/fault.ts";
import { err, ok, type Result } from "../../src/result.ts";
import {
  ALL,
  DETECTOR_FAULTS,
  EVENT_SCHEMAS,
  eventFault,
  LINK_FAULTS,
  type ScenarioEvent,
} from "./events.ts";

/** `<kind>[:<place>[/<part>[+<part>…]]][=<what>]@<from>[-<until>]`, simulated seconds since the begin. */
const SHAPE =
  /^(?<kind>[a-z]+)(?::(?<place>[A-Za-z0-9_.%-]+)(?:\/(?<parts>[A-Za-z0-9_.%+-]+))?)?(?:=(?<what>[a-z]+|\*\d+(?:\.\d+)?))?@(?<from>\d+(?:\.\d)?)(?:-(?<until>\d+(?:\.\d)?))?$/;

type Kind = ScenarioEvent["kind"];

/** How an event of a kind is written. */
type Form = {
  /** The whole of it, for people. */
  readonly text: string;
  /** Whether a place must stand there; a surge may be everywhere. */
  readonly place: "needed" | "possible";
  /** What a part of the place is called, where one must stand there. */
  readonly part: string | undefined;
  /** Words of which one stands behind `=`; `factor`: `*` and a number; `undefined`: nothing stands there. */
  readonly what: readonly string[] | "factor" | undefined;
  readonly lasts: boolean;
  /** The properties of its own that the written parts make. */
  readonly own: (parts: { readonly place: string; readonly parts: string; readonly what: string }) => object;
  readonly shape: Shape<ScenarioEvent>;
};

const LASTING = "@<from>[-<until>]";

const FORMS: Readonly<Record<Kind, Form>> = {
  detector: {
    text: `detector:<intersection>/<detector, several with + between, or ${ALL}>=<${DETECTOR_FAULTS.join(", ")}>${LASTING}`,
    place: "needed",
    part: "detector",
    what: DETECTOR_FAULTS,
    lasts: true,
    own: ({ place, parts, what }) => ({ intersection: place, detectors: parts.split("+"), fault: what }),
    shape: shapeOf(EVENT_SCHEMAS.detector),
  },
  link: {
    text: `link:<intersection>=${LINK_FAULTS.join(" or ")}${LASTING}`,
    place: "needed",
    part: undefined,
    what: LINK_FAULTS,
    lasts: true,
    own: ({ place, what }) => ({ intersection: place, fault: what }),
    shape: shapeOf(EVENT_SCHEMAS.link),
  },
  mode: {
    text: `mode:<intersection or ${ALL}>=<${MODES.join(", ")}>${LASTING}`,
    place: "needed",
    part: undefined,
    what: MODES,
    lasts: true,
    own: ({ place, what }) => ({ intersection: place, mode: what }),
    shape: shapeOf(EVENT_SCHEMAS.mode),
  },
  demand: {
    text: `demand[:<entry link>]=*<factor>${LASTING}`,
    place: "possible",
    part: undefined,
    what: "factor",
    lasts: true,
    own: ({ place, what }) => ({ entry: place === "" ? ALL : place, factor: Number(what.slice(1)) }),
    shape: shapeOf(EVENT_SCHEMAS.demand),
  },
  lane: {
    text: `lane:<link>/<lane>=closed${LASTING}`,
    place: "needed",
    part: "lane",
    what: ["closed"],
    lasts: true,
    own: ({ place, parts }) => ({ link: place, lane: parts }),
    shape: shapeOf(EVENT_SCHEMAS.lane),
  },
  road: {
    text: `road:<link>=blocked${LASTING}`,
    place: "needed",
    part: undefined,
    what: ["blocked"],
    lasts: true,
    own: ({ place }) => ({ link: place }),
    shape: shapeOf(EVENT_SCHEMAS.road),
  },
  emergency: {
    text: "emergency:<route>@<when>",
    place: "needed",
    part: undefined,
    what: undefined,
    lasts: false,
    own: ({ place }) => ({ route: place }),
    shape: shapeOf(EVENT_SCHEMAS.emergency),
  },
};

const KINDS = Object.keys(FORMS).filter((kind): kind is Kind => Object.hasOwn(FORMS, kind));

/** Without an end it lasts to the end of the run. */
export const EVENT_FORMS: readonly string[] = KINDS.map((kind) => FORMS[kind].text);

/** What the names of events stand for. */
export const EVENTS_TEXT =
  "dead: stuck off, of several detectors a dead card; stuck: stuck on; chatter: pulses of its own about once a second; dropouts: half of the vehicles not told; swapped: two detectors tell what the other one sees; link: of a controller to the engine; demand: so many times as many vehicles come; closed, blocked: nobody new comes onto the lane or the road; emergency: one vehicle more on that route";

/**
 * Reads an event as a user writes it, and checks it against the network. Throws OPTION_INVALID with place, value found and what is
 * allowed.
 */
export function readEvent(text: string, network: Network): ScenarioEvent {
  const read = eventOf(text, network);
  if (read.ok) return read.value;
  throw new PhasewiseError("OPTION_INVALID", `--event ${text}: ${read.error}`);
}

/** The event that a text writes; where it is none, or none of the network, what is wrong and what is allowed. */
export function eventOf(text: string, network: Network): Result<ScenarioEvent, string> {
  const groups = SHAPE.exec(text)?.groups;
  if (groups === undefined) return err(`no event: allowed is ${EVENT_FORMS.join("; ")}`);
  const { place = "", parts = "", what = "", from, until } = groups;
  const kind = KINDS.find((one) => one === groups["kind"]);
  if (kind === undefined) return err(`kind "${groups["kind"]}": allowed is ${KINDS.join(", ")}`);
  const form = FORMS[kind];
  const written = writtenFault(form, { place, parts, what, until });
  if (written !== undefined) return err(written);
  const document = {
    kind,
    ...form.own({ place, parts, what }),
    fromSeconds: Number(from),
    ...(until === undefined ? {} : { untilSeconds: Number(until) }),
  };
  const checked = form.shape.check("event", document);
  if (!checked.ok) return err(checked.error.map(describeFault).join("; "));
  const fault = eventFault(checked.value, network);
  return fault === undefined ? ok(checked.value) : err(fault);
}

type Written = {
  readonly place: string;
  readonly parts: string;
  readonly what: string;
  readonly until: string | undefined;
};

/** What stands there that the form has not, or lacks. */
function writtenFault(form: Form, { place, parts, what, until }: Written): string | undefined {
  if (place === "" && form.place === "needed") return `no place: allowed is ${form.text}`;
  if ((form.part !== undefined) !== (parts !== "")) {
    const lacking = parts === "" ? `without a ${form.part}` : `with a part, "${parts}"`;
    return `place ${lacking}: allowed is ${form.text}`;
  }
  if (until !== undefined && !form.lasts) return `end ${until}: allowed is ${form.text}`;
  if (form.what === undefined) return what === "" ? undefined : `"${what}": allowed is ${form.text}`;
  if (form.what === "factor") return what.startsWith("*") ? undefined : `"${what}": allowed is ${form.text}`;
  return form.what.includes(what) ? undefined : `"${what}": allowed is ${form.what.join(", ")}`;
}

/** An event as a user writes it. */
export function eventText(event: ScenarioEvent): string {
  const until = "untilSeconds" in event && event.untilSeconds !== undefined ? `-${event.untilSeconds}` : "";
  return `${placeText(event)}@${event.fromSeconds}${until}`;
}

function placeText(event: ScenarioEvent): string {
  switch (event.kind) {
    case "detector":
      return `detector:${event.intersection}/${event.detectors.join("+")}=${event.fault}`;
    case "link":
      return `link:${event.intersection}=${event.fault}`;
    case "mode":
      return `mode:${event.intersection}=${event.mode}`;
    case "demand":
      return `demand${event.entry === ALL ? "" : `:${event.entry}`}=*${event.factor}`;
    case "lane":
      return `lane:${event.link}/${event.lane}=closed`;
    case "road":
      return `road:${event.link}=blocked`;
    case "emergency":
      return `emergency:${event.route}`;
    default:
      return unreachable(event);
  }
}
