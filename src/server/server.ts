import fastifyStatic from "@fastify/static";
import fastifyWebsocket from "@fastify/websocket";
import Fastify, { type FastifyInstance } from "fastify";
import type { WebSocket } from "ws";
import { ROLE_PERMISSIONS } from "../model/role.ts";
import type { TrafficSnapshot } from "../model/snapshot.ts";
import type { NetworkView } from "../protocol/live.ts";
import { SUBPROTOCOL } from "../protocol/frames.ts";
import type { Network } from "../model/files.ts";
import type { Store, StorePages } from "../ports/store.ts";
import { type CounterfactualPorts, counterfactualRoute } from "./counterfactual.ts";
import type { Timer } from "../ports/timer.ts";
import { decisionRoutes } from "./decisions.ts";
import { registerReference } from "./reference.ts";
import { historyRoutes } from "./history.ts";
import { playbackRoutes } from "./playback.ts";
import { registerMeasures } from "./measures.ts";
import { type ReadDecisions, storedDecisions, storedRows } from "./stored-decisions.ts";
import type { AlarmDesk } from "../ports/alarm-desk.ts";
import { alarmRoutes } from "./alarms.ts";
import type { Stage } from "./live.ts";
import { type VitalsPorts, vitalRoutes } from "./vitals.ts";
import { seatViewer } from "./live-socket.ts";
import { personOf } from "./access.ts";

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
  /** Takes a socket of the controller link. */
  readonly acceptLink: (socket: WebSocket) => void;
  /** Folder of the built console. */
  readonly consoleFolder: string;
  readonly frameBytesMax: number;
  /** Whether a `Host` is a name of this server's own. */
  readonly knowsHost: (host: string | undefined) => boolean;
  /** What the process says of itself; absent where nobody watches over it. */
  readonly vitals?: VitalsPorts | undefined;
  /** Certificate and key, as PEM; absent for an unencrypted port. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
};

/** Everything comes from this server and nothing else may be loaded. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'";

const CONTROLLER_LINK = "/link";

const NO_PLANT = { error: "no plant is connected yet: start `phasewise field`" };

const HOST_UNKNOWN = "this host name is not known here; start with --allow-host NAME to allow it";

/** Console, its data, and the controller link, on one port. Does not listen by itself. */
export async function buildServer(ports: ServerPorts): Promise<FastifyInstance> {
  // What a route does not know is refused, not passed over.
  const ajv = { customOptions: { removeAdditional: false as const } };
  const options = { logger: false, forceCloseConnections: true, ajv } as const;
  const { tls } = ports;
  // Routes are the same, whichever carries them.
  const server = (
    tls === undefined ? Fastify(options) : Fastify({ ...options, https: tls })
  ) as FastifyInstance;
  await server.register(fastifyWebsocket, {
    options: {
      maxPayload: ports.frameBytesMax,
      perMessageDeflate: false,
      handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    },
  });
  server.decorateRequest("person", null);
  server.addHook("onRequest", (request, reply, done) => {
    // Controllers authenticate themselves, and no page of a browser can; they may call us what they like.
    if (request.url === CONTROLLER_LINK || ports.knowsHost(request.headers.host)) done();
    else void reply.code(403).send({ error: HOST_UNKNOWN });
  });
  server.addHook("onSend", (_request, reply, payload, done) => {
    void reply.header("content-security-policy", CONTENT_SECURITY_POLICY);
    void reply.header("x-content-type-options", "nosniff");
    done(null, payload);
  });
  await registerReference(server);
  await server.register(fastifyStatic, { root: ports.consoleFolder });
  server.get("/api/me", { config: { access: "view" } }, (request) => {
    const person = personOf(request);
    return { ...person, permissions: ROLE_PERMISSIONS[person.role] };
  });
  vitalRoutes(server, ports.vitals);
  server.get("/api/network", (_request, reply) => ports.networkView() ?? reply.code(503).send(NO_PLANT));
  server.get("/api/snapshot", (_request, reply) => ports.snapshot() ?? reply.code(503).send(NO_PLANT));
  await server.register(historyRoutes(ports.memory?.store));
  await server.register(playbackRoutes(playbackPorts(ports)));
  if (ports.memory !== undefined) memoryRoutes(server, ports.memory);
  alarmRoutes(server, ports.alarms);
  server.register((scope, _options, done) => {
    scope.get(CONTROLLER_LINK, { websocket: true }, (socket) => {
      if (socket.protocol !== SUBPROTOCOL) {
        socket.close(1002, `subprotocol ${SUBPROTOCOL} expected`);
        return;
      }
      ports.acceptLink(socket);
    });
    scope.get("/live", { websocket: true }, (socket, request) =>
      seatViewer(ports.stage, socket, request.headers),
    );
    done();
  });
  return server;
}

/** What is computed from what is remembered: measures, and why something was decided. */
function memoryRoutes(server: FastifyInstance, memory: Memory): void {
  const { network, store, now, timeText, decideAgain } = memory;
  const intersections = (): readonly string[] => network.intersections.map(({ id }) => id);
  const readDecisions: ReadDecisions = (window) => store.read("decisions", window);
  registerMeasures(server, { network: () => network, events: (window) => store.events(window), timeText });
  decisionRoutes(server, { intersections, now, decisionsAt: storedDecisions(readDecisions) });
  counterfactualRoute(server, { intersections, storedAt: storedRows(readDecisions), decide: decideAgain });
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
