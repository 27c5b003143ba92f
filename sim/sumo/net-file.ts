import {
  elementFault,
  optionalNumber,
  readXml,
  requiredNumber,
  requiredText,
  type XmlElement,
  type XmlHandlers,
} from "./xml-reader.ts";

export type NetPoint = readonly [number, number];

export type NetLane = {
  readonly id: string;
  readonly edge: string;
  /** From the kerb on, 0 first. */
  readonly index: number;
  readonly lengthMeters: number;
  readonly speedMetersPerSecond: number;
  readonly shape: readonly NetPoint[];
  /** Whether motor vehicles may use it; footways and cycle tracks carry none. */
  readonly motor: boolean;
};

export type NetEdge = {
  readonly id: string;
  readonly name: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly lanes: readonly NetLane[];
};

export type NetConnection = {
  readonly from: string;
  readonly fromLane: number;
  readonly to: string;
  readonly toLane: number;
  /** Lane inside the junction that it begins with. */
  readonly via: string | undefined;
  readonly tl: string | undefined;
  readonly linkIndex: number | undefined;
  readonly dir: string;
};

type NetJunction = {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** Inner lanes in the order of the right-of-way matrix. */
  readonly intLanes: readonly string[];
  /** Per row of the matrix, the string of foes: its last character is column 0. */
  readonly foes: ReadonlyMap<number, string>;
  /** Likewise, whom each row has to yield to. */
  readonly responses: ReadonlyMap<number, string>;
};

type ProgramPhase = {
  readonly durationSeconds: number;
  readonly state: string;
};

export type SignalProgram = {
  readonly tls: string;
  readonly programId: string;
  readonly type: string;
  /** `begin`: cycle zero is the begin of the simulation. */
  readonly offsetSeconds: number | "begin";
  readonly phases: readonly ProgramPhase[];
  /** Whether some phase names its successors, which a plan does not follow. */
  readonly branches: boolean;
  readonly place: XmlElement;
};

export type SumoNet = {
  readonly file: string;
  readonly leftHand: boolean;
  /** Lower left corner of the map. */
  readonly origin: NetPoint;
  /** Edges between junctions, in the order of the file. */
  readonly edges: ReadonlyMap<string, NetEdge>;
  /** Lanes inside junctions. */
  readonly innerLanes: ReadonlyMap<string, NetLane>;
  readonly connections: readonly NetConnection[];
  readonly junctions: ReadonlyMap<string, NetJunction>;
  /** The program that SUMO starts each signal with: the last one that it loads. */
  readonly programs: ReadonlyMap<string, SignalProgram>;
};

/** Reads a SUMO network and the signal programs of additional files. Throws DATA_MISSING or DATA_INVALID. */
export async function readSumoNet(path: string, additionalFiles: readonly string[] = []): Promise<SumoNet> {
  const collector = netCollector(path);
  await readXml(path, collector.handlers);
  const net = collector.result();
  const programs = new Map(net.programs);
  for (const file of additionalFiles) {
    const additional = netCollector(file);
    await readXml(file, additional.handlers);
    for (const [tls, program] of additional.result().programs) programs.set(tls, program);
  }
  return { ...net, programs };
}

/** Handlers that gather a network from the elements of its file, for files and for texts. */
export function netCollector(file: string): {
  readonly handlers: XmlHandlers;
  readonly result: () => SumoNet;
} {
  const edges = new Map<string, NetEdge>();
  const innerLanes = new Map<string, NetLane>();
  const connections: NetConnection[] = [];
  const junctions = new Map<string, NetJunction>();
  const programs = new Map<string, SignalProgram>();
  let origin: NetPoint = [0, 0];
  let leftHand = false;
  let edge: { readonly element: XmlElement; readonly lanes: NetLane[] } | undefined;
  let requests: { readonly foes: Map<number, string>; readonly responses: Map<number, string> } | undefined;
  let program:
    | { readonly head: SignalProgram; readonly phases: ProgramPhase[]; branches: boolean }
    | undefined;

  const open = (element: XmlElement): void => {
    switch (element.name) {
      case "net":
        leftHand = ["true", "1", "yes"].includes(element.attributes["lefthand"] ?? "");
        break;
      case "location":
        origin = lowerLeft(element);
        break;
      case "edge":
        edge = { element, lanes: [] };
        break;
      case "lane":
        if (edge !== undefined) edge.lanes.push(laneOf(element, requiredText(edge.element, "id")));
        break;
      case "connection":
        if (element.attributes["from"] !== undefined) connections.push(connectionOf(element));
        break;
      case "junction":
        // Waiting places inside junctions are junctions as well, and list the inner lanes that cross them.
        if (element.attributes["type"] !== "internal") {
          requests = { foes: new Map(), responses: new Map() };
          junctions.set(requiredText(element, "id"), { ...junctionOf(element), ...requests });
        }
        break;
      case "request":
        requests?.foes.set(requiredNumber(element, "index"), element.attributes["foes"] ?? "");
        requests?.responses.set(requiredNumber(element, "index"), element.attributes["response"] ?? "");
        break;
      case "tlLogic":
        program = { head: programOf(element), phases: [], branches: false };
        break;
      case "phase":
        if (program !== undefined) {
          program.phases.push(phaseOf(element));
          if (element.attributes["next"] !== undefined) program.branches = true;
        }
        break;
      default:
        break;
    }
  };
  const close = (name: string): void => {
    if (name === "edge" && edge !== undefined) {
      const id = requiredText(edge.element, "id");
      const kind = edge.element.attributes["function"] ?? "normal";
      if (id.startsWith(":") || kind === "internal" || kind === "crossing" || kind === "walkingarea") {
        for (const lane of edge.lanes) innerLanes.set(lane.id, lane);
      } else if (edge.lanes.length > 0) {
        edges.set(id, edgeOf(edge.element, edge.lanes));
      }
      edge = undefined;
    } else if (name === "junction") {
      requests = undefined;
    } else if (name === "tlLogic" && program !== undefined) {
      const { head, phases, branches } = program;
      checkStates(head.place, phases);
      programs.set(head.tls, { ...head, phases, branches });
      program = undefined;
    }
  };
  return {
    handlers: { open, close },
    result: () => ({ file, leftHand, origin, edges, innerLanes, connections, junctions, programs }),
  };
}

function lowerLeft(element: XmlElement): NetPoint {
  const [x, y] = (element.attributes["convBoundary"] ?? "0,0").split(",").map(Number);
  if (x === undefined || y === undefined || !Number.isFinite(x + y)) {
    throw elementFault(element, `has convBoundary="${element.attributes["convBoundary"]}"`, "four numbers");
  }
  return [x, y];
}

function edgeOf(element: XmlElement, lanes: readonly NetLane[]): NetEdge {
  return {
    id: requiredText(element, "id"),
    name: element.attributes["name"],
    from: requiredText(element, "from"),
    to: requiredText(element, "to"),
    lanes: lanes.toSorted((left, right) => left.index - right.index),
  };
}

const NON_MOTOR_CLASSES = new Set(["pedestrian", "bicycle", "wheelchair"]);

function laneOf(element: XmlElement, edge: string): NetLane {
  const allow = (element.attributes["allow"] ?? "").split(/\s+/).filter((name) => name !== "");
  const lengthMeters = requiredNumber(element, "length");
  if (lengthMeters <= 0) throw elementFault(element, `has length="${lengthMeters}"`, "a length above 0");
  return {
    id: requiredText(element, "id"),
    edge,
    index: requiredNumber(element, "index"),
    lengthMeters,
    speedMetersPerSecond: requiredNumber(element, "speed"),
    shape: shapeOfText(element, requiredText(element, "shape")),
    motor:
      element.attributes["disallow"] !== "all" &&
      (allow.length === 0 || allow.some((name) => !NON_MOTOR_CLASSES.has(name))),
  };
}

function shapeOfText(element: XmlElement, text: string): readonly NetPoint[] {
  const points = text
    .trim()
    .split(/\s+/)
    .map((point): NetPoint => {
      const [x, y] = point.split(",").map(Number);
      if (x === undefined || y === undefined || !Number.isFinite(x + y)) {
        throw elementFault(element, `has the point "${point}" in its shape`, "points x,y or x,y,z");
      }
      return [x, y];
    });
  if (points.length < 2)
    throw elementFault(element, `has ${points.length} point in its shape`, "two or more");
  return points;
}

function connectionOf(element: XmlElement): NetConnection {
  const linkIndex = optionalNumber(element, "linkIndex", undefined);
  return {
    from: requiredText(element, "from"),
    fromLane: requiredNumber(element, "fromLane"),
    to: requiredText(element, "to"),
    toLane: requiredNumber(element, "toLane"),
    via: element.attributes["via"],
    tl: element.attributes["tl"],
    linkIndex,
    dir: element.attributes["dir"] ?? "s",
  };
}

function junctionOf(element: XmlElement): Omit<NetJunction, "foes" | "responses"> {
  return {
    id: requiredText(element, "id"),
    x: requiredNumber(element, "x"),
    y: requiredNumber(element, "y"),
    intLanes: (element.attributes["intLanes"] ?? "").split(/\s+/).filter((lane) => lane !== ""),
  };
}

function programOf(element: XmlElement): SignalProgram {
  const offset = element.attributes["offset"];
  return {
    tls: requiredText(element, "id"),
    programId: element.attributes["programID"] ?? "0",
    type: element.attributes["type"] ?? "static",
    offsetSeconds: offset === "begin" ? "begin" : optionalNumber(element, "offset", 0),
    phases: [],
    branches: false,
    place: element,
  };
}

const LINK_STATES = /^[GgyYrRuUsoO]+$/;

function phaseOf(element: XmlElement): ProgramPhase {
  const state = requiredText(element, "state");
  if (!LINK_STATES.test(state)) {
    throw elementFault(element, `has state="${state}"`, "one of G g y r u s o O for each link");
  }
  const durationSeconds = optionalNumber(element, "duration", undefined) ?? requiredNumber(element, "minDur");
  if (durationSeconds < 0)
    throw elementFault(element, `has duration="${durationSeconds}"`, "0 or more seconds");
  return { durationSeconds, state };
}

function checkStates(place: XmlElement, phases: readonly ProgramPhase[]): void {
  const links = phases[0]?.state.length ?? 0;
  if (links === 0) throw elementFault(place, "has no phase", "one or more <phase duration state>");
  const other = phases.find(({ state }) => state.length !== links);
  if (other !== undefined) {
    throw elementFault(
      place,
      `has states of ${links} and of ${other.state.length} links`,
      "states of equal length",
    );
  }
}
