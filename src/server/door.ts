import fastifyCookie from "@fastify/cookie";
import fastifyRateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import type { People } from "../ports/people.ts";
import type { SessionMemory } from "../ports/sessions.ts";
import type { Timer } from "../ports/timer.ts";
import { SECOND_MS } from "../units.ts";
import { enforceAccess } from "./access.ts";
import type { Attempts } from "./attempts.ts";
import type { Limits } from "./limits.ts";
import { peopleRoutes } from "./people.ts";
import { createSessions, LIFETIMES, type Lifetimes } from "./sessions.ts";
import { signInRoutes } from "./sign-in.ts";
import { type AccessEntry, createWitness } from "./witness.ts";

/** What sign-in needs from outside. */
export type Door = {
  readonly people: People;
  readonly attempts: Attempts;
  /** 256 random bits as text. */
  readonly freshSecret: () => string;
  /** By which a secret is known again, and which tells nothing of it. */
  readonly digestOf: (secret: string) => string;
  /** Where sessions outlive the process; absent where they end with it. */
  readonly sessionMemory?: SessionMemory | undefined;
  /** The wall's time, epoch milliseconds. */
  readonly now: () => number;
  readonly timer: Timer;
  /** Takes an entry of the audit trail. */
  readonly audit: (entry: AccessEntry) => void;
  readonly lifetimes?: Lifetimes | undefined;
};

/** Sockets are looked at so often: a session may end by its time, an account by another process. */
const CHECK_MS = 15 * SECOND_MS;

/** Sign-in, people, and that nobody passes without. Before any other route. */
export async function openDoor(server: FastifyInstance, door: Door, limits: Limits): Promise<void> {
  const { people, attempts, now, timer, lifetimes = LIFETIMES, sessionMemory: memory } = door;
  const sessions = createSessions({ ...door, lifetimes, memory, accounts: () => people.accounts() });
  const witness = createWitness(door.audit, now);
  // Only JSON comes in; a form of another site can send text.
  server.removeContentTypeParser("text/plain");
  await server.register(fastifyCookie);
  const sockets = enforceAccess(server, { people, sessions, witness, socketsMax: limits.sockets });
  await server.register(fastifyRateLimit, {
    max: limits.changesAMinute,
    timeWindow: "1 minute",
    allowList: ({ method }) => method === "GET" || method === "HEAD",
    keyGenerator: ({ person, ip }) => person?.name ?? ip,
    errorResponseBuilder: (_request, { statusCode, ttl }) => ({
      statusCode,
      error: `too many requests; try again in ${Math.ceil(ttl / SECOND_MS)} s`,
    }),
  });
  const { absoluteMs: sessionMs } = lifetimes;
  const triesAMinute = limits.signInsAMinute;
  signInRoutes(server, { people, sessions, sockets, attempts, witness, sessionMs, triesAMinute });
  peopleRoutes(server, { people, sessions, sockets, witness, now });
  const check = (): (() => void) =>
    timer(CHECK_MS, () => {
      sockets.check();
      cancel = check();
    });
  let cancel = check();
  server.addHook("onClose", async () => {
    cancel();
    await sessions.settled();
  });
}
