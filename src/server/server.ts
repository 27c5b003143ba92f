import fastifyWebsocket from "@fastify/websocket";
import Fastify, { type FastifyInstance } from "fastify";
import type { WebSocket } from "ws";
import type { TrafficSnapshot } from "../model/snapshot.ts";
import type { NetworkView } from "../protocol/live.ts";
import { SUBPROTOCOL } from "../protocol/frames.ts";
import type { Network } from "../model/files.ts";
import type { Store, StorePages } from "../ports/store.ts";
import { type CounterfactualPorts, counterfactualRoute } from "./counterfactual.ts";
import type { Timer } from "../ports/timer.ts";
import { decisionListRoute } from "./decision-list.ts";
import { decisionRoutes } from "./decisions.ts";
import { describeRoutes, referenceRoutes } from "./reference.ts";
import { type ExplanationPorts, explanationRoute } from "./explanation.ts";
import { historyRoutes } from "./history.ts";
import { noHistoryRoutes } from "./no-history.ts";
import { playbackRoutes } from "./playback.ts";
import { forecastErrorRoutes } from "./forecast-errors.ts";
import { registerMeasures } from "./measures.ts";
import { type ReadDecisions, storedDecisions, storedRows } from "./stored-decisions.ts";
import { stripRoute } from "./strip.ts";
import type { AlarmDesk } from "../ports/alarm-desk.ts";
import type { Studies } from "../ports/studies.ts";
import type { OperatorDesk } from "../ports/operator-desk.ts";
import type { ChangeDesk } from "../ports/change-desk.ts";
import { alarmRoutes } from "./alarms.ts";
import { studyRoutes } from "./studies.ts";
import { changeRoutes } from "./changes.ts";
import { type EngineNow, engineRoutes } from "./engine-now.ts";
import { type Door, openDoor } from "./door.ts";
import { answerHeaders } from "./headers.ts";
import type { Stage } from "./live.ts";
import { LIMITS, type Limits } from "./limits.ts";
import { pageRoutes } from "./pages.ts";
import { type VitalsPorts, vitalRoutes } from "./vitals.ts";
import { seatViewer } from "./live-socket.ts";
import { operateRoutes } from "./operate.ts";

/** What a run has stored, and what is needed to say it. */
export type Memory = {
  readonly network: Network;
  readonly store: Store & StorePages;
  /** The present instant of the street; `undefined` until it is known. */
  readonly now: () => number | undefined;
  /** An instant as a person of the network's time zone reads it. */
  readonly timeText: (at: number) => string;
  /** Decides a stored decision again, in another thread. */
  readonly decideAgain: CounterfactualPorts["decide"];
  /** Explains a stored decision, in another thread. */
  readonly explain: ExplanationPorts["explain"];
  /** Paces what is played back. */
  readonly timer: Timer;
};

export type ServerPorts = {
  /** What `GET /api/network` answers; `undefined` until the plant's clock is known. */
  readonly networkView: () => NetworkView | undefined;
  /** What `GET /api/snapshot` answers; `undefined` likewise. */
  readonly snapshot: () => TrafficSnapshot | undefined;
  /** What is remembered; absent where nothing is. */
  readonly memory?: Memory | undefined;
  readonly stage: Stage;
  readonly alarms: AlarmDesk;
  /** What-if studies; absent where none can be run. */
  readonly studies?: Studies | undefined;
  /** Absent where nobody can ask anything of the street. */
  readonly desk?: OperatorDesk | undefined;
  readonly changes: ChangeDesk;
  readonly engine: EngineNow;
  /** Takes a socket of the controller link. */
  readonly acceptLink: (socket: WebSocket) => void;
  /** Folder of the built console. */
  readonly consoleFolder: string;
  readonly frameBytesMax: number;
  /** Whether a `Host` is a name of this server's own. */
  readonly knowsHost: (host: string | undefined) => boolean;
  /** Who may sign in, and where what they do with access is told. */
  readonly door: Door;
  /** What nobody may exceed; the usual where they are not given. */
  readonly limits?: Partial<Limits> | undefined;
  /** What the process says of itself; absent where nobody watches over it. */
  readonly vitals?: VitalsPorts | undefined;
  /** Certificate and key, as PEM; absent for an unencrypted port. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
};

const CONTROLLER_LINK = "/link";

const VIEW = { config: { access: "view" as const } };

const NO_PLANT = { error: "no plant is connected yet: start `phasewise field`" };

const HOST_UNKNOWN = "this host name is not known here; start with --allow-host NAME to allow it";

/** Console, its data, and the controller link, on one port. Does not listen by itself. */
export async function buildServer(ports: ServerPorts): Promise<FastifyInstance> {
  const limits = { ...LIMITS, ...ports.limits };
  const server = newFastify(limits, ports.tls);
  answerHeaders(server);
  await server.register(fastifyWebsocket, {
    options: {
      maxPayload: ports.frameBytesMax,
      perMessageDeflate: false,
      handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    },
  });
  // After the plugin, which ends the connections of sockets that are refused.
  server.addHook("onRequest", (request, reply, done) => {
    // Controllers authenticate themselves, and no page of a browser can; they may call us what they like.
    if (request.url === CONTROLLER_LINK || ports.knowsHost(request.headers.host)) done();
    else void reply.code(403).send({ error: HOST_UNKNOWN });
  });
  // Before any route, so that all of them are described; its own routes come behind the door.
  await describeRoutes(server);
  await openDoor(server, ports.door, limits);
  await pageRoutes(server, ports.consoleFolder);
  referenceRoutes(server);
  vitalRoutes(server, ports.vitals);
  server.get(
    "/api/network",
    VIEW,
    (_request, reply) => ports.networkView() ?? reply.code(503).send(NO_PLANT),
  );
  server.get("/api/snapshot", VIEW, (_request, reply) => ports.snapshot() ?? reply.code(503).send(NO_PLANT));
  await server.register(historyRoutes(ports.memory?.store));
  await server.register(playbackRoutes(playbackPorts(ports)));
  stripRoute(server, stripPorts(ports));
  if (ports.memory === undefined) noHistoryRoutes(server);
  else memoryRoutes(server, ports.memory);
  alarmRoutes(server, ports.alarms);
  engineRoutes(server, ports.engine);
  studyRoutes(server, ports.studies);
  if (ports.desk !== undefined) operateRoutes(server, ports.desk);
  changeRoutes(server, ports.changes);
  server.register((scope, _options, done) => {
    scope.get(CONTROLLER_LINK, { websocket: true, config: { access: "controller" } }, (socket) => {
      if (socket.protocol !== SUBPROTOCOL) {
        socket.close(1002, `subprotocol ${SUBPROTOCOL} expected`);
        return;
      }
      ports.acceptLink(socket);
    });
    scope.get("/live", { websocket: true, ...VIEW }, (socket) => seatViewer(ports.stage, socket));
    done();
  });
  return server;
}

/** Encrypted where there is a certificate; routes are the same, whichever carries them. */
function newFastify(limits: Limits, tls: ServerPorts["tls"]): FastifyInstance {
  const times = { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.checkMs };
  const options = {
    logger: false,
    forceCloseConnections: true,
    // What a route does not know is refused, not passed over.
    ajv: { customOptions: { removeAdditional: false as const } },
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.silentMs,
  } as const;
  const server =
    tls === undefined
      ? Fastify({ ...options, http: times })
      : Fastify({ ...options, https: { ...times, ...tls } });
  return server as FastifyInstance;
}

/** What is computed from what is remembered: measures, and why something was decided. */
function memoryRoutes(server: FastifyInstance, memory: Memory): void {
  const { network, store, now, timeText, decideAgain, explain } = memory;
  const intersections = (): readonly string[] => network.intersections.map(({ id }) => id);
  const readDecisions: ReadDecisions = (window) => store.read("decisions", window);
  registerMeasures(server, { network: () => network, events: (window) => store.events(window), timeText });
  forecastErrorRoutes(server, { intersections, read: (window) => store.read("forecasts", window) });
  decisionRoutes(server, { intersections, now, decisionsAt: storedDecisions(readDecisions) });
  counterfactualRoute(server, { intersections, storedAt: storedRows(readDecisions), decide: decideAgain });
  explanationRoute(server, { intersections, now, storedAt: storedRows(readDecisions), explain });
  decisionListRoute(server, { intersections: () => network.intersections, readRows: readDecisions });
}

function stripPorts({ memory, networkView }: ServerPorts): Parameters<typeof stripRoute>[1] {
  if (memory === undefined) return undefined;
  const { network, store } = memory;
  return { intersections: network.intersections, store, stepMs: () => networkView()?.plantStepMs };
}

function playbackPorts({ memory, networkView }: ServerPorts): Parameters<typeof playbackRoutes>[0] {
  if (memory === undefined) return undefined;
  const { network, store, timer, now } = memory;
  const plant = () => {
    const [at, view] = [now(), networkView()];
    return at === undefined || view === undefined ? undefined : { now: at, stepMs: view.plantStepMs };
  };
  return { intersections: network.intersections, store, timer, plant };
}
